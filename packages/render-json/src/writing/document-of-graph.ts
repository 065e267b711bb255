import {
  allBlindSpots,
  answerSubject,
  DEFAULT_VIEW,
  isCutOff,
  type Namespace,
  type NamespaceGraph,
  processlessNamespaces,
  type View,
  workloads,
} from "@ns-graph/graph";
import { FORMAT, FORMAT_VERSION, TOOL } from "../format.js";
import type { Document } from "../records/document.js";
import { stateGroups } from "../records/workload.js";
import { drawnProcesses, othersOf } from "./others.js";

/** What a document says of a graph. */
export function documentOfGraph(graph: NamespaceGraph): Document {
  const { containerNames, extra, pids, users, isPart } = graph.frame;
  const { tool = TOOL, ...unknown } = extra ?? {};
  const showsMembers = graph.view.members !== "none";
  const isSelection = graph !== graph.whole;
  const others = isSelection ? othersOf(graph) : undefined;
  const answer = showsMembers ? answerSubject(graph) : undefined;
  const counted = (namespaces: readonly Namespace[]): readonly Namespace[] =>
    showsMembers
      ? namespaces
      : namespaces.map((namespace) => ({ ...namespace, memberCount: graph.memberCount(namespace.id) }));
  return {
    format: FORMAT,
    version: FORMAT_VERSION,
    tool: tool as Document["tool"],
    host: graph.host,
    viewer: graph.viewer,
    sources: graph.sources,
    ...(pids !== undefined && { pids }),
    complete: graph.complete,
    ...(users !== undefined && { users }),
    ...(containerNames !== undefined && { containerNames }),
    ...(!isDefault(graph.view) && { view: graph.view }),
    // Otherwise marks of context tell.
    ...((isPart || (isSelection && isCutOff(graph.whole))) && { isPart: true }),
    ...(isSelection && { selection: graph.selection ?? {} }),
    ...(answer !== undefined && { answer }),
    namespaces: counted(graph.namespaces()),
    ...(showsMembers && { processes: drawnProcesses(graph), workloads: [...stateGroups(workloads(graph))] }),
    processless: processlessNamespaces(graph),
    pins: graph.pins(),
    problems: graph.problems(),
    blindSpots: allBlindSpots(graph),
    ...(others !== undefined && { otherNamespaces: counted(others.namespaces) }),
    ...(others !== undefined && showsMembers && { otherProcesses: others.processes }),
    ...(others !== undefined && { otherPins: others.pins }),
    extra: unknown,
  };
}

function isDefault(view: View): boolean {
  return view.tree === DEFAULT_VIEW.tree && view.members === DEFAULT_VIEW.members && view.subject === undefined;
}
