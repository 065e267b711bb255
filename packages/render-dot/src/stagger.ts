import type { Edge } from "@ns-graph/diagram";
import { addTo } from "@ns-graph/graph";
import { lookOfEdge } from "./edge-look.js";

/** So many nodes below each other are still a picture. */
const COLUMN = 12;
const MOST_COLUMNS = 4;

/**
 * How many ranks an edge spans. Where many edges leave one node for others that lead nowhere, their ends are spread
 * over more ranks than one, or else they would stand in one endless column.
 */
export function staggerLeaves(edges: readonly Edge[]): ReadonlyMap<Edge, number> {
  const below = new Map<string, Edge[]>();
  const inner = new Set<string>();
  for (const edge of edges) {
    if (!lookOfEdge(edge).backwards) {
      inner.add(edge.from.id).add(edge.to.id);
      continue;
    }
    inner.add(edge.to.id);
    addTo(below, edge.to.id, edge);
  }
  const spans = new Map<Edge, number>();
  for (const siblings of below.values()) {
    const leaves = siblings.filter(({ from }) => !inner.has(from.id));
    const columns = Math.min(MOST_COLUMNS, Math.ceil(leaves.length / COLUMN));
    for (const [i, leaf] of leaves.entries()) if (columns > 1) spans.set(leaf, 1 + (i % columns));
  }
  return spans;
}
