import {
  buildGraph,
  containersIn,
  type NamespaceGraph,
  nameContainers,
  type Observation,
  printable,
  type SurveyOptions,
  survey,
} from "@ns-graph/graph";
import type { MachineRequest, ReadRequest } from "../arguments/request.js";
import type { System } from "../system.js";

/** kthreadd, whose namespaces show which ones are the initial ones. */
const KTHREADD = 2;

/**
 * Reads the graph: from a saved document, or from this machine.
 *
 * @throws NsGraphError `BAD_DOCUMENT`, `UNSUPPORTED_VERSION`, `READ_FAILED`, `NOT_LINUX`, `NO_PROC`
 */
export async function readGraph(request: ReadRequest, system: System): Promise<NamespaceGraph> {
  const { from } = request;
  if (from === undefined) return readMachine(request, system);
  const { readDocument } = await import("@ns-graph/render-json");
  return readDocument(system.readInput(from), { name: from === "-" ? "standard input" : printable(from) });
}

async function readMachine(request: MachineRequest, system: System): Promise<NamespaceGraph> {
  const probe = await system.createProbe(request.probe, request.child);
  let graph: NamespaceGraph;
  try {
    const { pids } = request.survey;
    graph = buildGraph(
      pids === undefined
        ? survey(probe, request.survey)
        : withoutUnasked(survey(probe, withKthreadd(request.survey, pids)), pids),
    );
  } finally {
    probe.close();
  }
  const containers = request.names ? containersIn(graph) : [];
  return containers.length === 0 ? graph : nameContainers(graph, await system.findContainerNames(containers));
}

function withKthreadd(options: SurveyOptions, pids: readonly number[]): SurveyOptions {
  return { ...options, pids: [...new Set([...pids, KTHREADD])].sort((a, b) => a - b) };
}

/** Kthreadd has shown which namespaces are the initial ones, and is of no more interest to who asked for others. */
function* withoutUnasked(observations: Iterable<Observation>, pids: readonly number[]): Generator<Observation> {
  const isUnasked = ({ pid }: { readonly pid?: number }): boolean => pid === KTHREADD && !pids.includes(KTHREADD);
  for (const observation of observations) {
    if (observation.kind === "problem" && isUnasked(observation.problem)) continue;
    if (observation.kind === "process" && isUnasked(observation.process)) continue;
    if (observation.kind === "frame" && observation.frame.pids !== undefined) {
      const read = observation.frame.pids.filter((pid) => !isUnasked({ pid }));
      yield { kind: "frame", frame: { ...observation.frame, pids: read } };
    } else yield observation;
  }
}
