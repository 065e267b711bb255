import { DEFAULT_VIEW, type Fact, NsGraphError, selectProcesses } from "@ns-graph/graph";
import type { Invocation } from "../../main.js";
import { type Format, findFormat } from "../../plugins/formats.js";
import type { System } from "../../system.js";
import { drawGraph, rendererOptions } from "../draw.js";
import { print } from "../information.js";
import { readGraph } from "../read-graph.js";
import { Launch } from "./launch.js";
import { narrate, type Pair } from "./narrate.js";
import { planRun, type RunPlan } from "./plan.js";
import { runHelp } from "./run-help.js";

/** What the narration needs to know. */
const NARRATED: readonly Fact[] = ["status", "maps", "users"];

/** Starts a command in new namespaces, shows where it landed, and answers its exit status. */
export async function run(args: readonly string[], system: System): Promise<number> {
  const plan = planRun(args);
  if (plan.help) return print(runHelp(), system);
  const format = plan.graph === undefined ? undefined : await findFormat(plan.graph, system.plugins);
  const launch = await Launch.prepare(plan, system.warn);
  try {
    const child = launch.pid;
    if (plan.verbose || format !== undefined) await show(plan, format, child, system);
  } catch (error) {
    await launch.abandon();
    throw error;
  }
  return launch.start();
}

async function show(
  plan: RunPlan,
  format: Format | undefined,
  child: number | undefined,
  system: System,
): Promise<void> {
  if (child === undefined)
    throw new NsGraphError("RUN_FAILED", "/proc does not show the process that was started, so it can't be told of");
  const pair: Pair = { parent: process.pid, child };
  const pids = [pair.parent, pair.child];
  if (format === undefined) {
    const graph = await readGraph({ quick: true }, { facts: NARRATED, pids }, system);
    system.warn(narrate(graph, plan, pair));
    return;
  }
  const { output, mode } = plan;
  const given = { ...(output === undefined ? {} : { output }), ...(mode === undefined ? {} : { mode }) };
  const invocation: Invocation = { given, flags: {}, operands: [], format };
  const facts = [...format.renderer.needs(rendererOptions(invocation), DEFAULT_VIEW), ...NARRATED];
  await drawGraph(invocation, system, { facts, pids: [] }, (graph) => {
    if (plan.verbose) system.warn(narrate(graph, plan, pair));
    return selectProcesses(graph, pids);
  });
}
