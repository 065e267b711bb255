import { defaultOptions, type Fact, type NamespaceGraph, NsGraphError, SOURCES } from "@ns-graph/graph";
import { factsOf } from "../../arguments/make-request.js";
import type { MachineRequest, Request } from "../../arguments/request.js";
import { type Format, findFormat } from "../../plugins/formats.js";
import type { System } from "../../system.js";
import { draw } from "../draw.js";
import { printHelp } from "../information.js";
import { readGraph } from "../read-graph.js";
import { select } from "../select.js";
import { Launch } from "./launch.js";
import { narrate } from "./narrate.js";
import { planRun, type RunPlan } from "./plan.js";

const NARRATED: readonly Fact[] = ["status", "maps", "users"];

/** Starts a command in new namespaces, shows where it landed, and answers its exit status. */
export async function run(args: readonly string[], system: System): Promise<number> {
  const plan = planRun(args);
  if (plan.help) return printHelp("run", undefined, system);
  const format = plan.graph === undefined ? undefined : await findFormat(plan.graph, system.openPlugins);
  const launch = await Launch.prepare(plan, system.warn);
  try {
    if (plan.verbose || format !== undefined) await showLanding(plan, format, launch, system);
  } catch (error) {
    await launch.abandon();
    throw error;
  }
  return launch.start();
}

/** Says where the command will be, and draws it. */
async function showLanding(plan: RunPlan, format: Format | undefined, launch: Launch, system: System): Promise<void> {
  const child = launch.pid;
  if (child === undefined)
    throw new NsGraphError("RUN_FAILED", "/proc does not show the process that was started", {
      hint: "It may be that of another PID namespace. Leave out --verbose and --graph, or mount another: mount -t proc proc /proc",
    });
  const explain = (graph: NamespaceGraph): void => {
    if (plan.verbose) system.warn(narrate(graph, plan, process.pid, child));
  };
  const pids = [process.pid, child];
  if (format === undefined) {
    explain(await readGraph(machineRequest({ sources: ["process"], facts: NARRATED, pids }, launch), system));
    return;
  }
  const request = drawRequest(plan, format, pids, launch);
  await draw(request, system, (graph) => {
    explain(graph);
    return select(graph, request.select, request.view);
  });
}

function machineRequest(survey: MachineRequest["survey"], { childPid }: Launch): MachineRequest {
  return { probe: {}, survey, names: false, child: childPid };
}

function drawRequest({ output, mode }: RunPlan, format: Format, pids: readonly number[], launch: Launch): Request {
  const view = { arrangement: {}, flags: defaultOptions(format.renderer) };
  return {
    read: machineRequest({ sources: SOURCES, facts: [...factsOf(format, view), ...NARRATED] }, launch),
    select: { pids, subtree: undefined, types: undefined, isPidHierarchy: false, isProcessless: false },
    view,
    target: { format, output, mode, isWide: false, color: "auto", isVerbose: false, isStrict: false },
  };
}
