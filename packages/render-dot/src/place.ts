import type { Diagram, Edge } from "@ns-graph/diagram";
import { addTo, tiedGroups } from "@ns-graph/graph";
import { lookOfEdge } from "./edge-look.js";

/*
 * Graphviz ranks nodes along edges; what no edge ties lands in one endless column. Here such nodes and boxes are put in
 * columns that fill about the shape of a screen, tied one after the other by edges that are not drawn.
 */

/** Points between two ranks, with a node of usual width. */
const RANK_WIDTH = 250;
const LINE_HEIGHT = 17;
/** Width to height of the picture aimed at. */
const ASPECT = 1.5;

/** One node after another, in the order of the layout. */
export interface Tie {
  readonly tail: string;
  readonly head: string;
}

/** What holds a picture together besides its edges. */
export interface Placement {
  /** Edges that are not drawn. */
  readonly ties: readonly Tie[];
  /** For each box, a node in it or in a box in it; a box that has none gets an invisible one of this name. */
  readonly anchors: ReadonlyMap<string, string>;
  /** Boxes that need an invisible node. */
  readonly hollow: ReadonlySet<string>;
}

interface Item {
  readonly first: string;
  readonly last: string;
  /** In ranks. */
  readonly width: number;
  /** In points. */
  readonly height: number;
}

/** Whether the two ends of an edge stand in the same box, so that the edge may decide where they stand. */
export function placesItsEnds(edge: Edge, boxOf: ReadonlyMap<string, string | undefined>): boolean {
  return boxOf.has(edge.from.id) && boxOf.has(edge.to.id) && boxOf.get(edge.from.id) === boxOf.get(edge.to.id);
}

/** Puts what no edge ties into columns, from the innermost boxes outwards. */
export function placeInColumns(
  diagram: Diagram,
  heights: ReadonlyMap<string, number>,
  boxOf: ReadonlyMap<string, string | undefined>,
): Placement {
  const ties: Tie[] = [];
  const anchors = new Map<string, string>();
  const hollow = new Set<string>();
  const items = new Map<string | undefined, Item[]>();
  for (const island of findIslands(diagram, boxOf)) addTo(items, island.box, measure(island, heights));
  const childItems = new Map<string | undefined, Item[]>();
  for (const box of [...diagram.boxes].reverse()) {
    const own = [...(items.get(box.id) ?? []), ...(childItems.get(box.id) ?? []).reverse()];
    let item: Item;
    if (own.length === 0) {
      const anchor = `anchor_${box.id}`;
      hollow.add(box.id);
      item = { first: anchor, last: anchor, width: 1, height: 0 };
    } else item = columns(own, ties);
    anchors.set(box.id, item.first);
    addTo(childItems, box.inside, { ...item, height: item.height + 3 * LINE_HEIGHT });
  }
  const outermost = [...(items.get(undefined) ?? []), ...(childItems.get(undefined) ?? []).reverse()];
  if (outermost.length > 0) columns(outermost, ties);
  return { ties, anchors, hollow };
}

/** Puts items into columns below each other, ties the columns one after the other, and gives the outline. */
function columns(items: readonly Item[], ties: Tie[]): Item {
  const area = items.reduce((sum, { width, height }) => sum + width * RANK_WIDTH * (height + LINE_HEIGHT), 0);
  const tallest = items.reduce((most, { height }) => Math.max(most, height), 0);
  const room = Math.max(tallest, Math.sqrt(area / ASPECT));
  let before: readonly Item[] = [];
  let column: Item[] = [];
  let width = 0;
  let height = 0;
  let filled = 0;
  const close = (): void => {
    for (const [index, item] of column.entries()) {
      const beside = before[Math.min(index, before.length - 1)];
      if (beside !== undefined) ties.push({ tail: beside.last, head: item.first });
    }
    width += widest(column).width;
    height = Math.max(height, filled);
    before = column;
    column = [];
    filled = 0;
  };
  for (const item of items) {
    if (column.length > 0 && filled + item.height > room) close();
    column.push(item);
    filled += item.height + LINE_HEIGHT;
  }
  close();
  return { first: items[0]?.first ?? "", last: widest(before).last, width, height };
}

function widest(items: readonly Item[]): Item {
  return items.reduce((a, b) => (b.width > a.width ? b : a));
}

interface Island {
  readonly box: string | undefined;
  readonly ids: readonly string[];
  readonly edges: Edge[];
}

/** Nodes of one box that edges tie together. */
function findIslands({ nodes, edges }: Diagram, boxOf: ReadonlyMap<string, string | undefined>): readonly Island[] {
  const tying = edges.filter((edge) => placesItsEnds(edge, boxOf));
  const groups = tiedGroups(
    nodes.map(({ id }) => id),
    tying.map(({ from, to }) => [from.id, to.id] as const),
  );
  const islandOf = new Map<string, Island>();
  const islands = groups.map((ids): Island => {
    const island = { box: boxOf.get(ids[0] ?? ""), ids, edges: [] };
    for (const id of ids) islandOf.set(id, island);
    return island;
  });
  for (const edge of tying) islandOf.get(edge.from.id)?.edges.push(edge);
  return islands;
}

/** How many ranks an island takes, and how high its highest rank is. */
function measure(island: Island, heights: ReadonlyMap<string, number>): Item {
  const ranks = rankNodes(island);
  const filled: number[] = [];
  let [first] = ranks.keys();
  let last = first;
  for (const [id, rank] of ranks) {
    filled[rank] = (filled[rank] ?? 0) + ((heights.get(id) ?? 1) + 1) * LINE_HEIGHT;
    if (rank > (ranks.get(last ?? "") ?? 0)) last = id;
    if (rank < (ranks.get(first ?? "") ?? 0)) first = id;
  }
  const height = filled.reduce((most, each) => Math.max(most, each), 0);
  return { first: first ?? "", last: last ?? "", width: filled.length, height };
}

/** The rank of each node: one more than that of the highest that leads to it. Those in a loop stay at the beginning. */
function rankNodes({ ids, edges }: Island): ReadonlyMap<string, number> {
  const ranks = new Map<string, number>(ids.map((id) => [id, 0]));
  const heads = new Map<string, string[]>();
  const tails = new Map<string, number>();
  for (const edge of edges) {
    const [tail, head] = lookOfEdge(edge).backwards ? [edge.to.id, edge.from.id] : [edge.from.id, edge.to.id];
    addTo(heads, tail, head);
    tails.set(head, (tails.get(head) ?? 0) + 1);
  }
  const queue = ids.filter((id) => !tails.has(id));
  for (const tail of queue) {
    for (const head of heads.get(tail) ?? []) {
      ranks.set(head, Math.max(ranks.get(head) ?? 0, (ranks.get(tail) ?? 0) + 1));
      const left = (tails.get(head) ?? 0) - 1;
      tails.set(head, left);
      if (left === 0) queue.push(head);
    }
  }
  return ranks;
}
