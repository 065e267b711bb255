import type { Namespace, NamespaceGraph, NamespaceId } from "@ns-graph/graph";
import type { Edge } from "./diagram.js";

/** So many edges to one parent can be followed; more bury the rest. */
const FOLLOWABLE = 6;

/** Edges from pid namespaces to their parents; none to those of the machine where there would be too many. */
export function parentEdges(
  graph: NamespaceGraph,
  machine: ReadonlySet<NamespaceId>,
  nodeOf: (namespace: Namespace) => string | undefined,
  followable = FOLLOWABLE,
): { readonly parents: readonly Edge[]; readonly leftOut: number } {
  const parents: Edge[] = [];
  const toMachine: Edge[] = [];
  for (const namespace of graph.namespaces()) {
    if (namespace.type !== "pid") continue;
    const parent = graph.parent(namespace);
    if (parent?.type !== "pid") continue;
    const from = nodeOf(namespace);
    const to = nodeOf(parent);
    if (from === undefined || to === undefined || from === to) continue;
    const edge: Edge = { kind: "parent", from: { id: from, namespace }, to: { id: to, namespace: parent } };
    (machine.has(parent.id) ? toMachine : parents).push(edge);
  }
  return toMachine.length > followable
    ? { parents, leftOut: toMachine.length }
    : { parents: [...toMachine, ...parents], leftOut: 0 };
}
