import type { Namespace } from "./namespace.js";
import type { NamespaceGraph } from "./namespace-graph.js";
import type { NamespaceId } from "./namespace-id.js";

/** The parent of a namespace, its parent and so on, nearest first; where a document has a circle, each once. */
export function* ancestors(graph: NamespaceGraph, namespace: Namespace): Generator<Namespace, void, undefined> {
  const met = new Set<NamespaceId>([namespace.id]);
  for (let above = graph.parent(namespace); above !== undefined && !met.has(above.id); above = graph.parent(above)) {
    met.add(above.id);
    yield above;
  }
}
