import { countMembers, knowsMembers, type Namespace, type NamespaceGraph } from "@ns-graph/graph";
import type { GroupNode } from "./diagram.js";

/**
 * Who is in namespaces that a picture tells as one.
 *
 * - `occupied`: processes
 * - `empty`: certainly nobody
 * - `unknown`: nobody who was seen, but not everybody was
 */
export type Occupancy = "occupied" | "empty" | "unknown";

/** Who is in some namespaces, in the whole graph. */
export function occupancyOf(graph: NamespaceGraph, namespaces: readonly Namespace[]): Occupancy {
  if (namespaces.some(({ id }) => graph.memberCount(id) > 0)) return "occupied";
  return namespaces.every(({ id }) => knowsMembers(graph, id)) ? "empty" : "unknown";
}

/** Who is in a group, whose processes may be in namespaces that stand elsewhere alone. */
export function occupancyOfGroup(graph: NamespaceGraph, { memberCount, namespaces }: GroupNode): Occupancy {
  return memberCount > 0 ? "occupied" : occupancyOf(graph, namespaces);
}

/** Never with the words "no process", which would be read as if nobody were in it. */
const NOT_KNOWN = "members not known";

/**
 * How many processes are in namespaces that a picture tells as one, in the whole graph: `3 processes`, `2 of 3 processes`
 * where not all are drawn, `no process` where that is certain, else `members not known`. No process is in two of them.
 */
export function memberWords(graph: NamespaceGraph, namespaces: readonly Namespace[]): string {
  const occupancy = occupancyOf(graph, namespaces);
  const [first, second] = namespaces;
  if (occupancy === "unknown") return NOT_KNOWN;
  if (first !== undefined && (occupancy === "empty" || second === undefined)) return countMembers(graph, first.id);
  let total = 0;
  let drawn = 0;
  for (const { id, context } of namespaces) {
    total += graph.memberCount(id);
    if (!context) drawn += graph.drawnMembers(id).length;
  }
  return countProcesses(total, drawn);
}

/** The same of a group. */
export function groupMemberWords(graph: NamespaceGraph, group: GroupNode): string {
  return group.memberCount > 0
    ? countProcesses(group.memberCount, group.processes.length)
    : memberWords(graph, group.namespaces);
}

/** A number of processes in words, and how many of them are drawn where that are some and not all. */
export function countProcesses(total: number, drawn = total): string {
  const words = total === 1 ? "1 process" : `${total} processes`;
  return drawn === 0 || drawn >= total ? words : `${drawn} of ${words}`;
}

/** Whether a namespace has members that a picture of the graph does not draw. */
export function hasUndrawnMembers(graph: NamespaceGraph, id: Namespace["id"]): boolean {
  return graph.memberCount(id) > graph.drawnMembers(id).length;
}
