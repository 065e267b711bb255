import { spawn } from "node:child_process";
import { once } from "node:events";
import type { HostSize } from "@ns-graph/testkit";
import { ENVIRONMENT } from "./cost.js";
import type { DrawCost } from "./draw-made-up.js";
import type { ReadCost } from "./read-made-up.js";
import type { Row } from "./report.js";
import { PROGRAM } from "./run-inside.js";
import { spread } from "./statistics.js";

const WHOLE: HostSize = { processes: 1_000_000, namespaces: 100_000 };
const HALF: HostSize = { processes: 500_000, namespaces: 50_000 };
/** Seconds that the whole may take, and bytes of memory. */
const SECONDS = 12;
const MEMORY = 1.5 * 2 ** 30;
/** Processes in the document that is read, and how often it is. */
const READ = 100_000;
const READINGS = 5;

/** Draws made-up machines, each in a process of its own. */
export async function graphRows(signal: AbortSignal): Promise<Row[]> {
  const half = await draw(HALF, signal);
  const whole = await draw(WHOLE, signal);
  const total = ({ build, select, render }: DrawCost): number => build + select + render;
  const at = String(WHOLE.processes);
  return [
    { what: `build, select and render / ${SECONDS} s`, at, value: total(whole) / SECONDS, limit: 1 },
    { what: "peak memory / 1.5 GiB", at, value: whole.peak / MEMORY, limit: 1 },
    {
      what: "build, select and render",
      at: `${WHOLE.processes} / ${HALF.processes}`,
      value: total(whole) / total(half),
      limit: 2.2,
    },
  ];
}

/** Reads documents of made-up machines, each in a process of its own, and parses them as JSON alone in turn with that. */
export async function readRows(signal: AbortSignal): Promise<Row[]> {
  const ratios: number[] = [];
  for (let round = 0; round < READINGS; round++) {
    const { read, parse }: ReadCost = JSON.parse(await inProcess(["read", String(READ)], signal));
    ratios.push(read / parse);
  }
  return [
    { what: "CPU: readDocument / read the file, JSON.parse", at: String(READ), value: spread(ratios), limit: 1.4 },
  ];
}

async function draw({ processes, namespaces }: HostSize, signal: AbortSignal): Promise<DrawCost> {
  return JSON.parse(await inProcess(["draw", String(processes), String(namespaces)], signal)) as DrawCost;
}

/** What this program prints in another role. */
async function inProcess(args: readonly string[], signal: AbortSignal): Promise<string> {
  const child = spawn(process.execPath, ["--expose-gc", PROGRAM, ...args], {
    env: ENVIRONMENT,
    stdio: ["ignore", "pipe", "inherit"],
    signal,
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  const [status] = (await once(child, "close")) as [number | null];
  if (status !== 0) throw new Error(`a made-up machine could not be measured: ${args.join(" ")}`);
  return output;
}
