import type { Namespace, NamespaceGraph, Pin } from "@ns-graph/graph";

/** What a picture shows as holding a namespace besides processes: nothing at one that is only context. */
export function drawnPins(graph: NamespaceGraph, { id, context }: Namespace): readonly Pin[] {
  return context ? NOTHING : graph.pins(id);
}

const NOTHING: readonly never[] = Object.freeze([]);
