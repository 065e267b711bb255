import { knowsMembers } from "../answer/blind-spots.js";
import type { Namespace } from "../model/namespace.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import { countOf } from "./nouns.js";

/**
 * Who is in namespaces that a picture shows as one.
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

const OCCUPANCIES: Readonly<Record<Exclude<Occupancy, "occupied">, string>> = {
  empty: "without a process",
  unknown: "members not known",
};

/** Who is in namespaces in which nobody was seen, behind their number or name: `without a process`, `members not known`. */
export function describeOccupancy(occupancy: Exclude<Occupancy, "occupied">): string {
  return OCCUPANCIES[occupancy];
}

/** What is said before namespaces in which nobody was seen: `2 without a process`, `3 in which no process was seen`. */
export function memberlessHeading(number: number, isCertain: boolean): string {
  return `${number} ${isCertain ? OCCUPANCIES.empty : "in which no process was seen"}`;
}

/**
 * How many processes are in a namespace, in words: `no process` only where that is certain, else `no process seen`;
 * `3 processes`, and where not all of them are to be drawn `2 of 3 processes`.
 */
export function countMembers(graph: NamespaceGraph, id: Namespace["id"]): string {
  const total = graph.memberCount(id);
  if (total === 0) return knowsMembers(graph, id) ? "no process" : "no process seen";
  const isWhole = graph === graph.whole || graph.namespace(id)?.context === true;
  return countOf(isWhole ? total : graph.drawnMembers(id).length, total, "process");
}

/**
 * How many processes are in namespaces that are shown as one, in the whole graph: `3 processes`, `2 of 3 processes` where not
 * all are drawn, `no process` where that is certain, else `members not known`, which nobody reads as if nobody were in it.
 * No process is in two of them.
 */
export function describeMembers(graph: NamespaceGraph, namespaces: readonly Namespace[]): string {
  const occupancy = occupancyOf(graph, namespaces);
  const [first, second] = namespaces;
  if (occupancy === "unknown") return OCCUPANCIES.unknown;
  if (first !== undefined && (occupancy === "empty" || second === undefined)) return countMembers(graph, first.id);
  let total = 0;
  let drawn = 0;
  for (const { id, context } of namespaces) {
    total += graph.memberCount(id);
    if (!context) drawn += graph.drawnMembers(id).length;
  }
  return countOf(drawn, total, "process");
}

/** How many of some namespaces nobody is in, and of how many nobody knows: `2 without a process`, `1 with members not known`. */
export function* countMemberless(graph: NamespaceGraph, namespaces: readonly Namespace[]): Generator<string> {
  const occupancies = namespaces.map((namespace) => occupancyOf(graph, [namespace]));
  const empty = occupancies.filter((occupancy) => occupancy === "empty").length;
  const unknown = occupancies.filter((occupancy) => occupancy === "unknown").length;
  if (empty > 0) yield `${empty} ${OCCUPANCIES.empty}`;
  if (unknown > 0) yield `${unknown} with ${OCCUPANCIES.unknown}`;
}
