import type { Namespace } from "../namespace.js";
import type { NamespaceGraph } from "../namespace-graph.js";
import type { Pin } from "../pin.js";

/** What a picture shows as holding a namespace besides processes: nothing at one that is only context. */
export function drawnPins(graph: NamespaceGraph, { id, context }: Namespace): readonly Pin[] {
  return context ? NOTHING : graph.pins(id);
}

const NOTHING: readonly never[] = Object.freeze([]);
