import { obtain } from "../model/group-by.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import { NAMESPACE_TYPES, type NamespaceType } from "../model/namespace-type.js";

const known = new WeakMap<NamespaceGraph, ReadonlySet<NamespaceType>>();

/**
 * The types of which the kernel has no namespaces (CONFIG_TIME_NS is one that may be missing): whoever looked is in none of
 * them, and nothing else was seen of one, or failed to be. Empty where it is not known what they are in.
 */
export function lackingTypes({ whole: graph }: NamespaceGraph): ReadonlySet<NamespaceType> {
  return obtain(known, graph, () => {
    const own = graph.viewer.namespaces;
    // That one every kernel has.
    if (own.mnt === undefined) return new Set();
    const lacking = new Set(NAMESPACE_TYPES.filter((type) => own[type] === undefined));
    for (const { type } of graph.namespaces()) lacking.delete(type);
    for (const { namespaces } of graph.processSets())
      for (const type of NAMESPACE_TYPES) if (namespaces[type] !== undefined) lacking.delete(type);
    for (const { type } of graph.problems()) if (type !== undefined) lacking.delete(type);
    return lacking;
  });
}
