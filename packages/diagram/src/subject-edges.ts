import type { NamespaceGraph, NamespaceId } from "@ns-graph/graph";
import type { Edge } from "./diagram.js";

/** From the mount namespaces in which what was asked for is mounted: they hold it as processes do. */
export function subjectEdges(graph: NamespaceGraph, nodeOf: (id: NamespaceId) => string | undefined): readonly Edge[] {
  const { subject } = graph.view;
  if (subject?.kind !== "namespace") return [];
  const to = nodeOf(subject.id);
  if (to === undefined) return [];
  const holders = new Set<string>();
  for (const pin of graph.pins(subject.id)) {
    const from = pin.kind === "mount" ? nodeOf(pin.mountNamespace) : undefined;
    if (from !== undefined && from !== to) holders.add(from);
  }
  return [...holders].map((from): Edge => ({ kind: "pin", from: { id: from }, to: { id: to } }));
}
