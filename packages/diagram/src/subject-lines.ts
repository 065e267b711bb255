import type { NamespaceGraph, NamespaceId } from "@ns-graph/graph";
import type { Line } from "./diagram.js";

/** From the mount namespaces in which what was asked for is mounted: they hold it as processes do. */
export function subjectLines(graph: NamespaceGraph, nodeOf: (id: NamespaceId) => string | undefined): readonly Line[] {
  const { subject } = graph.view;
  if (subject?.kind !== "namespace") return [];
  const to = nodeOf(subject.id);
  if (to === undefined) return [];
  const holders = new Set<string>();
  for (const pin of graph.pins(subject.id)) {
    const from = pin.kind === "mount" ? nodeOf(pin.mountNamespace) : undefined;
    if (from !== undefined && from !== to) holders.add(from);
  }
  return [...holders].map((from): Line => ({ kind: "pin", from: { id: from }, to: { id: to } }));
}
