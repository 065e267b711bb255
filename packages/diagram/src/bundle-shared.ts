import { compareNamespaces, type Namespace, type NamespaceGraph, type NamespaceId } from "@ns-graph/graph";
import { bundleId } from "./bundle-id.js";
import type { Edge, NamespacesNode } from "./diagram.js";
import { drawnPins } from "./drawn-pins.js";
import { NodeIds } from "./node-ids.js";

/** Namespaces that nodes share, those of the same nodes as one node, and the edges to it. */
export function bundleShared(
  graph: NamespaceGraph,
  nodesIn: ReadonlyMap<NamespaceId, ReadonlySet<string>>,
): { readonly shared: readonly NamespacesNode[]; readonly edges: readonly Edge[] } {
  const bundles = new Map<string, { readonly nodes: ReadonlySet<string>; readonly namespaces: Namespace[] }>();
  for (const [namespaceId, nodes] of nodesIn) {
    const namespace = graph.draws(namespaceId) ? graph.namespace(namespaceId) : undefined;
    // What it is shared with may not be selected.
    if (namespace === undefined || nodes.size < 2) continue;
    const key = [...nodes].join();
    const bundle = bundles.get(key);
    if (bundle === undefined) bundles.set(key, { nodes, namespaces: [namespace] });
    else bundle.namespaces.push(namespace);
  }
  const ids = new NodeIds(graph);
  const shared: NamespacesNode[] = [];
  const edges: Edge[] = [];
  for (const { nodes, namespaces } of bundles.values()) {
    const sorted = namespaces.sort(compareNamespaces);
    const id = bundleId(sorted, ids);
    shared.push({
      kind: "namespaces",
      id,
      box: undefined,
      titles: [],
      namespaces: sorted,
      processes: [],
      machineTypes: [],
      isMachine: false,
      pins: sorted.flatMap((namespace) => drawnPins(graph, namespace)),
    });
    for (const node of nodes) edges.push({ kind: "member", from: { id: node }, to: { id } });
  }
  return { shared, edges };
}
