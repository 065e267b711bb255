import type { Line } from "@ns-graph/diagram";
import { lookOfLine } from "./draw-line.js";

/** So many nodes below each other are still a picture. */
const COLUMN = 12;
const MOST_COLUMNS = 4;

/**
 * How many ranks a line spans. Where many lines leave one node for others that lead nowhere, their ends are spread
 * over more ranks than one, or else they would stand in one endless column.
 */
export function staggerLeaves(lines: readonly Line[]): ReadonlyMap<Line, number> {
  const below = new Map<string, Line[]>();
  const inner = new Set<string>();
  for (const line of lines) {
    if (!lookOfLine(line).backwards) {
      inner.add(line.from.id).add(line.to.id);
      continue;
    }
    inner.add(line.to.id);
    const siblings = below.get(line.to.id);
    if (siblings === undefined) below.set(line.to.id, [line]);
    else siblings.push(line);
  }
  const spans = new Map<Line, number>();
  for (const siblings of below.values()) {
    const leaves = siblings.filter(({ from }) => !inner.has(from.id));
    const columns = Math.min(MOST_COLUMNS, Math.ceil(leaves.length / COLUMN));
    for (const [i, leaf] of leaves.entries()) if (columns > 1) spans.set(leaf, 1 + (i % columns));
  }
  return spans;
}
