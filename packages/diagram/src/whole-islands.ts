import type { MachineNamespaces, NamespaceGraph, NamespaceId, Process, ProcessSet } from "@ns-graph/graph";
import { groupNamespaces } from "./group-namespaces.js";
import { findIslands, type Island, type Islands } from "./islands.js";
import { findShared, type IsShared } from "./isolation.js";
import { NodeIds } from "./node-ids.js";
import { buildUserBoxes } from "./user-boxes.js";

/** The islands of the whole graph, from which it is known what is true of those that a selection draws. */
export interface WholeIslands {
  /** Whether processes of more than one island are in a namespace. */
  readonly isShared: IsShared;
  /** How many processes the islands have that these are parts of, besides what is in none of their namespaces. */
  count(drawn: readonly Island[]): number;
}

/** @param islands those that are drawn; of a graph that is no selection they are all. */
export function findWholeIslands(
  graph: NamespaceGraph,
  islands: Islands,
  machine: MachineNamespaces,
  withBoxes: boolean,
): WholeIslands {
  const { whole } = graph;
  const isSelection = graph !== whole;
  const { islands: all, ofSet } = isSelection ? findAll(whole, machine, withBoxes) : islands;
  const isShared = findShared(whole, (set) => ofSet.get(set));
  // A document may have the numbers of processes alone.
  if (whole.processes().length === 0) return { isShared, count: (drawn) => countMost(whole, drawn) };
  return { isShared, count: isSelection ? countWhole(whole, all, ofSet) : countDrawn };
}

function findAll(graph: NamespaceGraph, machine: MachineNamespaces, withBoxes: boolean): Islands {
  const boxes = withBoxes ? buildUserBoxes(graph, new NodeIds(graph)) : undefined;
  return findIslands(groupNamespaces(graph, machine, (namespace) => boxes?.boxOf(namespace)));
}

function countDrawn(islands: readonly Island[]): number {
  return islands.reduce((sum, { sets }) => sets.reduce((all, { processes }) => all + processes.length, sum), 0);
}

/** Where a process is in the whole graph. */
interface Home {
  readonly set: ProcessSet;
  readonly island: Island | undefined;
}

function countWhole(whole: NamespaceGraph, islands: readonly Island[], ofSet: Islands["ofSet"]): WholeIslands["count"] {
  const homes = new Map<Process, Home>();
  for (const set of whole.processSets()) {
    const home = { set, island: ofSet.get(set) };
    for (const process of set.processes) homes.set(process, home);
  }
  const islandOf = new Map<NamespaceId, Island>();
  for (const island of islands) for (const { id } of island.namespaces) islandOf.set(id, island);
  const belongTo = function* ({ namespaces, sets }: Island): Generator<Process> {
    const parts = new Set(namespaces.map(({ id }) => islandOf.get(id)));
    for (const process of sets.flatMap(({ processes }) => processes)) {
      const home = homes.get(process);
      yield* home?.set.processes ?? [process];
      parts.add(home?.island);
    }
    for (const process of namespaces.flatMap(({ id }) => whole.members(id)))
      if (parts.has(homes.get(process)?.island)) yield process;
  };
  return (drawn) => {
    const counted = new Set<Process>();
    for (const island of drawn) for (const process of belongTo(island)) counted.add(process);
    return counted.size;
  };
}

/** The most processes that are in all namespaces of any one type. */
function countMost(graph: NamespaceGraph, islands: readonly Island[]): number {
  const counts = new Map<string, number>();
  for (const { id, type } of islands.flatMap(({ namespaces }) => namespaces))
    counts.set(type, (counts.get(type) ?? 0) + graph.memberCount(id));
  return Math.max(0, ...counts.values());
}
