import { addTo, obtain } from "../model/group-by.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import type { NamespaceId } from "../model/namespace-id.js";
import type { Membership } from "../model/process.js";
import { type WorkloadGroup, workloads } from "./workloads.js";

/** A group of processes that has some in a namespace. */
export interface WorkloadPresence {
  /** The group: `groupTitle` says what it is called. */
  readonly group: WorkloadGroup;
  /** How many of its processes are in the namespace, from 1 on: of those of which that could be read. */
  readonly count: number;
}

const NOBODY: readonly WorkloadPresence[] = Object.freeze([]);
const known = new WeakMap<NamespaceGraph, ReadonlyMap<NamespaceId, readonly WorkloadPresence[]>>();

/**
 * Whose processes are in a namespace, in the order of `workloads`: the machine's own first, if there are any. It is
 * answered by the whole graph; a zombie counts where it still is.
 */
export function workloadsIn({ whole }: NamespaceGraph, id: NamespaceId): readonly WorkloadPresence[] {
  return obtain(known, whole, () => findPresences(whole)).get(id) ?? NOBODY;
}

function findPresences(graph: NamespaceGraph): ReadonlyMap<NamespaceId, readonly WorkloadPresence[]> {
  const presences = new Map<NamespaceId, WorkloadPresence[]>();
  for (const group of workloads(graph)) {
    const sets = new Map<Membership, number>();
    for (const { namespaces } of group.processes) sets.set(namespaces, (sets.get(namespaces) ?? 0) + 1);
    const counts = new Map<NamespaceId, number>();
    for (const [namespaces, count] of sets)
      for (const id of Object.values(namespaces)) counts.set(id, (counts.get(id) ?? 0) + count);
    for (const [id, count] of counts) addTo(presences, id, { group, count });
  }
  return presences;
}
