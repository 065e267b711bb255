import {
  countOf,
  describeMembers,
  describeReasons,
  type Namespace,
  type NamespaceGraph,
  type Occupancy,
  occupancyOf,
} from "@ns-graph/graph";
import type { GroupNode } from "./diagram.js";

/** Who is in a group, whose processes may be in namespaces that stand elsewhere alone. */
export function occupancyOfGroup(graph: NamespaceGraph, { memberCount, namespaces }: GroupNode): Occupancy {
  return memberCount > 0 ? "occupied" : occupancyOf(graph, namespaces);
}

/** How many processes are in a group, in words: see `describeMembers`; and why those may be there that nobody is in. */
export function describeGroupMembers(
  graph: NamespaceGraph,
  { memberCount, processes, namespaces }: GroupNode,
): readonly string[] {
  const members =
    memberCount > 0 ? countOf(processes.length, memberCount, "process") : describeMembers(graph, namespaces);
  return [members, ...describeReasons(graph, namespaces)];
}

/** Whether a namespace has members that a picture of the graph does not draw. */
export function hasUndrawnMembers(graph: NamespaceGraph, id: Namespace["id"]): boolean {
  return graph.memberCount(id) > graph.drawnMembers(id).length;
}
