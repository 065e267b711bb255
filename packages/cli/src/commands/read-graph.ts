import {
  buildGraph,
  containersIn,
  FACTS,
  type Fact,
  type NamespaceGraph,
  nameContainers,
  type Observation,
  type Probe,
  printable,
  SOURCES,
  type Source,
  survey,
} from "@ns-graph/graph";
import type { ProbeOptions } from "@ns-graph/sys";
import type { Given } from "../arguments/parse-arguments.js";
import type { System } from "../system.js";

/** What is to be known of the graph. */
export interface ReadRequest {
  readonly facts: Iterable<Fact>;
  /** The processes that are named, if any are. */
  readonly pids: readonly number[];
}

const QUICK_SOURCES: readonly Source[] = ["process"];
/** kthreadd, whose namespaces tell which ones are the initial ones. */
const KTHREADD = 2;

/**
 * Reads the graph: from the document of --from, or from this machine.
 *
 * @throws NsGraphError `BAD_DOCUMENT`, `UNSUPPORTED_VERSION`, `READ_FAILED`, `NOT_LINUX`, `NO_PROC`
 */
export async function readGraph(given: Given, request: ReadRequest, system: System): Promise<NamespaceGraph> {
  if (given.from !== undefined) {
    const { readDocument } = await import("@ns-graph/render-json");
    const name = given.from === "-" ? "standard input" : printable(given.from);
    return readDocument(system.readInput(given.from), { name });
  }
  const graph = surveyMachine(await system.createProbe(probeOptions(given)), given, request);
  if (!given.names) return graph;
  const containers = containersIn(graph);
  return containers.length === 0 ? graph : nameContainers(graph, await system.findContainerNames(containers));
}

function probeOptions({ limit, timeout }: Given): ProbeOptions {
  return {
    ...(limit === undefined ? {} : { limits: limit }),
    ...(timeout === undefined ? {} : { seconds: timeout }),
  };
}

function surveyMachine(probe: Probe, given: Given, request: ReadRequest): NamespaceGraph {
  try {
    if (!given.quick) return buildGraph(survey(probe, fullOptions(given, request)));
    const observations = survey(probe, quickOptions(request));
    return buildGraph(request.pids.length === 0 ? observations : withoutUnasked(observations, request.pids));
  } finally {
    probe.close();
  }
}

/** Pins and relatives of what is asked for may be anywhere, so all processes are read. */
function fullOptions({ facts: wantsAll, names }: Given, { facts }: ReadRequest) {
  const wanted: Iterable<Fact> = names ? [...facts, "cgroup"] : facts;
  return { sources: SOURCES, facts: wantsAll ? FACTS : wanted };
}

/** The cgroup paths cost as much as all the rest, so they are drawn only where time is no matter. */
function quickOptions({ facts, pids }: ReadRequest) {
  return {
    sources: QUICK_SOURCES,
    facts: [...facts].filter((fact) => fact !== "cgroup"),
    ...(pids.length === 0 ? {} : { pids: [...new Set([...pids, KTHREADD])].sort((a, b) => a - b) }),
  };
}

/** Kthreadd has told which namespaces are the initial ones, and is of no more interest to who asked for others. */
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
