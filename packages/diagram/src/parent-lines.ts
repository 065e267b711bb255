import type { Namespace, NamespaceGraph, NamespaceId } from "@ns-graph/graph";
import type { Line } from "./diagram.js";

/** So many lines to one parent can be followed; more bury the rest. */
const FOLLOWABLE = 6;

/** Lines from pid namespaces to their parents; none to common ones where there would be too many. */
export function parentLines(
  graph: NamespaceGraph,
  common: ReadonlySet<NamespaceId>,
  nodeOf: (namespace: Namespace) => string | undefined,
  followable = FOLLOWABLE,
): { readonly parents: readonly Line[]; readonly leftOut: number } {
  const parents: Line[] = [];
  const toCommon: Line[] = [];
  for (const namespace of graph.namespaces()) {
    if (namespace.type !== "pid") continue;
    const parent = graph.parent(namespace);
    if (parent?.type !== "pid") continue;
    const from = nodeOf(namespace);
    const to = nodeOf(parent);
    if (from === undefined || to === undefined || from === to) continue;
    const line: Line = { kind: "parent", from: { id: from, namespace }, to: { id: to, namespace: parent } };
    (common.has(parent.id) ? toCommon : parents).push(line);
  }
  return toCommon.length > followable
    ? { parents, leftOut: toCommon.length }
    : { parents: [...toCommon, ...parents], leftOut: 0 };
}
