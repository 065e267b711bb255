import { spawnSync } from "node:child_process";
import { compileHelperPrograms } from "./helper-programs.js";
import { callRows, callSteps } from "./measure-calls.js";
import { scanRows, scanSteps, startRows, startSteps } from "./measure-costs.js";
import { graphRows, readRows } from "./measure-graph.js";
import { type Part, readOptions, USAGE } from "./options.js";
import { formatTable, isReached, type Row } from "./report.js";
import { Results } from "./results.js";
import { runInside } from "./run-inside.js";
import type { Step } from "./work.js";

/** Milliseconds after which it ends whatever happens. */
const PATIENCE = 15 * 60_000;

/** Measures what the command line asks for and prints it. Answers the exit status. */
export async function bench(args: readonly string[]): Promise<number> {
  if (args.includes("--help")) {
    console.log(USAGE);
    return 0;
  }
  const options = readOptions(args);
  const wants = (part: Part): boolean => options.parts.includes(part);
  if (options.parts.some((part) => part !== "graph" && part !== "read"))
    requirePrograms(wants("calls") ? ["unshare", "lsns", "strace", "setarch"] : ["unshare", "lsns"]);
  using helpers = compileHelperPrograms();
  if (helpers === undefined) console.log("There is no C compiler: CPU time, memory and the loop in C are left out.\n");
  const signal = abortWhenAsked();

  const startup = wants("start") ? startSteps(options) : [];
  const scans = wants("scan") ? scanSteps(options, helpers?.directory) : [];
  const calls = callSteps();
  const steps: Step[] = [...startup, ...scans, ...(wants("calls") ? calls : [])];
  const results = new Results(steps);
  if (steps.length > 0) {
    const work = { helpers: helpers?.directory, steps };
    for await (const result of runInside(work, signal)) {
      results.add(result);
      progress(`step ${result.step + 1} of ${steps.length}, round ${result.round + 1}: ${result.candidate}`);
    }
  }
  const graph = wants("graph") ? await graphRows(signal) : [];
  const read = wants("read") ? await readRows(signal) : [];
  progress("");

  const tables: [string, Row[]][] = [
    ["Starting up: ratios", startRows(results, startup)],
    ["Surveys under load: ratios", scanRows(results, scans, helpers?.directory)],
    ["System calls, exactly", wants("calls") ? callRows(results, calls) : []],
    ["A made-up machine: shares of what it may take", graph],
    ["Its document: ratios", read],
  ];
  for (const [title, rows] of tables) if (rows.length > 0) console.log(formatTable(title, rows));
  const missed = tables.flatMap(([, rows]) => rows).filter((row) => !isReached(row));
  console.log(missed.length === 0 ? "All targets reached." : `${missed.length} targets missed.`);
  return 0;
}

/** One line on a terminal that is overwritten by the next. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}

/** Ends with the first signal that asks for it, and when it takes too long. */
function abortWhenAsked(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(name, () => controller.abort(new Error(`ended by ${name}`)));
  }
  const timer = setTimeout(() => controller.abort(new Error("it takes too long")), PATIENCE);
  timer.unref();
  return controller.signal;
}

function requirePrograms(names: readonly string[]): void {
  if (process.platform !== "linux") throw new Error("this needs Linux");
  if (process.geteuid?.() !== 0) throw new Error("this needs root, to make namespaces");
  for (const name of names) {
    if (spawnSync(name, ["--version"], { stdio: "ignore" }).error) throw new Error(`this needs ${name}`);
  }
}
