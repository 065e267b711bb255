import type { NamespaceGraph, Surface } from "@ns-graph/graph";
import { textRenderer } from "../src/index.js";

/** The output for a graph as it comes; 80 columns without colour where nothing else is said. */
export function drawInChunks(graph: NamespaceGraph, surface: Partial<Surface> = {}): Iterable<string> {
  return textRenderer.render(graph, {}, { color: false, columns: 80, unicode: true, ...surface }) as Iterable<string>;
}

/** The whole output for a graph. */
export function draw(graph: NamespaceGraph, surface: Partial<Surface> = {}): string {
  return [...drawInChunks(graph, surface)].join("");
}
