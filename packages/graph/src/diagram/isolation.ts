import type { NamespaceGraph, ProcessSet } from "../namespace-graph.js";
import type { NamespaceId } from "../namespace-id.js";
import { NAMESPACE_TYPES, type NamespaceType } from "../namespace-type.js";
import { areZombies } from "../process.js";
import type { CommonNamespaces, Isolation } from "./diagram.js";
import { exposedTypes } from "./exposed-types.js";

/** The types that the graph has namespaces or memberships of, in canonical order. */
export function typesIn(graph: NamespaceGraph): readonly NamespaceType[] {
  const types = new Set<NamespaceType>(graph.namespaces().map(({ type }) => type));
  for (const { namespaces } of graph.processSets()) {
    for (const type of NAMESPACE_TYPES) if (namespaces[type] !== undefined) types.add(type);
  }
  return NAMESPACE_TYPES.filter((type) => types.has(type));
}

/** Whether a namespace is one that others than those asked about are in too. */
export type IsShared = (id: NamespaceId) => boolean;

/** How the processes of some sets, taken together, are isolated in each of the types. */
export function describeIsolation(
  sets: readonly ProcessSet[],
  types: readonly NamespaceType[],
  common: CommonNamespaces,
  isShared: IsShared,
): readonly Isolation[] {
  const exposed = exposedTypes(sets, common.ids);
  return types.map((type): Isolation => {
    const remark = exposed.has(type) ? { exposed: true } : {};
    const ids = new Set<NamespaceId>();
    for (const { namespaces } of sets) {
      const id = namespaces[type];
      if (id !== undefined) ids.add(id);
    }
    if (ids.size === 0) return { type, state: "unknown", count: 0 };
    const apart = [...ids].filter((id) => !common.ids.has(id));
    if (apart.length === 0) return { type, state: "common", count: ids.size, ...remark };
    const shared = apart.filter(isShared).length;
    const state =
      apart.length < ids.size || (shared > 0 && shared < apart.length) ? "mixed" : shared > 0 ? "shared" : "own";
    return { type, state, count: apart.length, ...remark };
  });
}

/** Whether processes that are not drawn are in a namespace. */
export function hasOthers(graph: NamespaceGraph, id: NamespaceId): boolean {
  return graph !== graph.whole && graph.memberCount(id) > graph.drawnMembers(id).length;
}

/** Whether processes of more than one set are in a namespace; zombies share nothing. */
export function findShared(graph: NamespaceGraph): IsShared {
  const met = new Set<NamespaceId>();
  const shared = new Set<NamespaceId>();
  for (const { namespaces, processes } of graph.processSets()) {
    if (areZombies(processes)) continue;
    for (const id of Object.values(namespaces)) (met.has(id) ? shared : met).add(id);
  }
  return (id) => shared.has(id) || hasOthers(graph, id);
}
