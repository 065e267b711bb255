import type { Namespace, NamespaceGraph, Pin } from "@ns-graph/graph";
import type { NamespacesNode } from "./diagram.js";

/** A node of some namespaces with what holds them; what else there is to say of it is given. */
export function namespacesNode(
  graph: NamespaceGraph,
  id: string,
  namespaces: readonly Namespace[],
  rest: Partial<NamespacesNode> = {},
): NamespacesNode {
  const pins = pinsOf(graph, namespaces);
  const nobody = { titles: [], processes: [], machineTypes: [], isMachine: false };
  return { kind: "namespaces", id, box: undefined, namespaces, pins, ...nobody, ...rest };
}

/** What a picture shows as holding namespaces besides processes: nothing at those that are only context. */
export function pinsOf(graph: NamespaceGraph, namespaces: readonly Namespace[]): readonly Pin[] {
  return namespaces.flatMap(({ id, context }) => (context ? [] : graph.pins(id)));
}
