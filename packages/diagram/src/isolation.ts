import {
  areZombies,
  knowsMembers,
  type MachineNamespaces,
  type Membership,
  NAMESPACE_TYPES,
  type NamespaceGraph,
  type NamespaceId,
  type NamespaceType,
  type ProcessSet,
} from "@ns-graph/graph";
import type { TypeIsolation } from "./diagram.js";
import { exposedTypes } from "./exposed-types.js";

/** The types that processes of the graph are in or that it draws namespaces of, in canonical order; of those that were asked for. */
export function typesIn(graph: NamespaceGraph): readonly NamespaceType[] {
  const types = new Set<NamespaceType>(graph.namespaces().map(({ type }) => type));
  for (const membership of membershipsOf(graph.processSets())) {
    for (const type of NAMESPACE_TYPES) if (membership[type] !== undefined) types.add(type);
  }
  const asked = graph.selection?.types ?? NAMESPACE_TYPES;
  return asked.filter((type) => types.has(type));
}

/** What processes are in, each once; a selection narrows their sets to what it draws. */
function membershipsOf(sets: readonly ProcessSet[]): ReadonlySet<Membership> {
  const memberships = new Set<Membership>();
  for (const { processes } of sets) for (const { namespaces } of processes) memberships.add(namespaces);
  return memberships;
}

function idsOf(memberships: Iterable<Membership>, type: NamespaceType): ReadonlySet<NamespaceId> {
  const ids = new Set<NamespaceId>();
  for (const { [type]: id } of memberships) if (id !== undefined) ids.add(id);
  return ids;
}

/** Whether others than those asked about are in a namespace too; undefined where none was seen but some may be. */
export type IsShared = (id: NamespaceId) => boolean | undefined;

/** How the processes of some sets, taken together, are isolated in each of the types. */
export function describeIsolation(
  graph: NamespaceGraph,
  sets: readonly ProcessSet[],
  types: readonly NamespaceType[],
  machine: MachineNamespaces,
  isShared: IsShared,
): readonly TypeIsolation[] {
  const exposed = exposedTypes(graph, sets, machine.ids);
  const memberships = membershipsOf(sets);
  return types.map((type): TypeIsolation => {
    const remark = exposed.has(type) ? { exposed: true } : {};
    const ids = idsOf(memberships, type);
    if (ids.size === 0) return { type, state: "unknown", count: 0 };
    const apart = [...ids].filter((id) => !machine.ids.has(id));
    if (apart.length === 0) return { type, state: "machine", count: ids.size, ...remark };
    const sharing = apart.map(isShared);
    const shared = sharing.filter((isTrue) => isTrue).length;
    const state =
      apart.length < ids.size || (shared > 0 && shared < apart.length) ? "mixed" : shared > 0 ? "shared" : "own";
    const doubt = state === "own" && sharing.includes(undefined) ? ({ certain: false } as const) : {};
    return { type, state, count: apart.length, ...doubt, ...remark };
  });
}

/**
 * Whether processes of more than one group are in a namespace, of all of the whole graph; zombies share nothing.
 *
 * @param groupOf What a set of processes is drawn as a part of: itself, or an island.
 */
export function findShared({ whole: graph }: NamespaceGraph, groupOf: (set: ProcessSet) => unknown): IsShared {
  const first = new Map<NamespaceId, unknown>();
  const shared = new Set<NamespaceId>();
  for (const set of graph.processSets()) {
    if (areZombies(set.processes)) continue;
    const group = groupOf(set);
    for (const id of Object.values(set.namespaces)) {
      if (!first.has(id)) first.set(id, group);
      else if (first.get(id) !== group) shared.add(id);
    }
  }
  // What is not known to be shared is not, where all members are known.
  return (id) => shared.has(id) || (knowsMembers(graph, id) ? false : undefined);
}
