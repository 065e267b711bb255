import { compareNamespaces, groupBy, type NamespaceGraph, type NamespaceId } from "@ns-graph/graph";
import { bundleId } from "./bundle-id.js";
import type { Edge, NamespacesNode } from "./diagram.js";
import { namespacesNode } from "./namespaces-node.js";
import { NodeIds } from "./node-ids.js";
import { ownersKey, ownersOf } from "./titles.js";

/** Namespaces that nodes share, those of the same nodes and owners as one node, and the edges to it. */
export function bundleShared(
  graph: NamespaceGraph,
  nodesIn: ReadonlyMap<NamespaceId, ReadonlySet<string>>,
): { readonly shared: readonly NamespacesNode[]; readonly edges: readonly Edge[] } {
  // What it is shared with may not be selected.
  const drawn = [...nodesIn].flatMap(([id, nodes]) => {
    const namespace = nodes.size > 1 && graph.draws(id) ? graph.namespace(id) : undefined;
    return namespace === undefined ? [] : { namespace, nodes };
  });
  const bundles = groupBy(drawn, ({ namespace, nodes }) => `${[...nodes].join()} ${ownersKey(graph, namespace)}`);
  const ids = new NodeIds(graph);
  const shared: NamespacesNode[] = [];
  const edges: Edge[] = [];
  for (const alike of bundles.values()) {
    const sorted = alike.map(({ namespace }) => namespace).sort(compareNamespaces);
    const nodes = alike[0]?.nodes ?? [];
    const id = bundleId(sorted, ids);
    shared.push(namespacesNode(graph, id, sorted, { titles: ownersOf(graph, [], sorted) }));
    for (const node of nodes) edges.push({ kind: "member", from: { id: node }, to: { id } });
  }
  return { shared, edges };
}
