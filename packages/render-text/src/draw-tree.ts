import { flow, type Line, type Piece, piece } from "./flow.js";
import type { Guides } from "./glyphs.js";
import { LEAST_ROOM, type Pen, type Span } from "./pen.js";

/** Beyond this, guides can't be followed by eye, however wide the terminal. */
const MOST_LEVELS = 40;

/** Something that stands in a tree. */
export interface Branch<Value> {
  readonly value: Value;
  readonly children: readonly Branch<Value>[];
}

/** What is drawn for one branch. */
export interface Entry {
  /** Begins beside the guides and goes on below them. */
  readonly head: readonly Piece[];
  /** Lines below it, made for the room that there is. */
  readonly body?: (room: number) => Iterable<Line>;
}

/** A branch that is to be drawn. */
interface Open<Value> {
  readonly branch: Branch<Value>;
  readonly siblings: readonly Branch<Value>[];
  readonly depth: number;
  /** The guides of the levels above it. */
  readonly guides: string;
  /** Whether anything follows at the level it is drawn at, after what is below it. */
  readonly isFollowed: boolean;
}

/** How deep the branches go; a root alone is 0. */
function depthOf(roots: readonly Branch<unknown>[]): number {
  let depth = -1;
  let level: readonly Branch<unknown>[] = roots;
  while (level.length > 0) {
    depth++;
    level = level.flatMap(({ children }) => children);
  }
  return depth;
}

/** How far a terminal's width lets a tree be indented. */
interface Indentation {
  readonly guides: Guides;
  /** What is deeper is drawn at this level. */
  readonly deepest: number;
}

function chooseIndentation(pen: Pen, depth: number): Indentation {
  const { wide, narrow } = pen.glyphs.guides;
  const spare = pen.columns - LEAST_ROOM;
  const guides = (Math.min(depth, MOST_LEVELS) + 1) * wide.width <= spare ? wide : narrow;
  return { guides, deepest: Math.min(MOST_LEVELS, Math.max(1, Math.floor(spare / guides.width) - 1)) };
}

/**
 * Draws branches as tree(1) does, line by line, with at least `LEAST_ROOM` cells for what is said. What is deeper
 * than the terminal has room for stands at the deepest level that is drawn, with its depth as a number.
 */
export function* drawTree<Value>(
  pen: Pen,
  roots: readonly Branch<Value>[],
  describe: (branch: Branch<Value>, siblings: readonly Branch<Value>[]) => Entry,
): Generator<string, void, undefined> {
  const indentation = chooseIndentation(pen, depthOf(roots));
  const stack: Open<Value>[] = [];
  for (const branch of roots.toReversed())
    stack.push({ branch, depth: 0, guides: "", isFollowed: false, siblings: roots });
  for (let open = stack.pop(); open !== undefined; open = stack.pop()) {
    const { head, body } = drawBranch(pen, indentation, open, describe(open.branch, open.siblings));
    for (const line of head) yield line;
    if (body !== undefined) for (const line of body.lines) yield pen.write(line, body.beside);
    openChildren(indentation, open, stack);
  }
}

/** Puts what is below a branch onto the stack, the last first. */
function openChildren<Value>(
  { guides, deepest }: Indentation,
  { branch, depth, guides: above, isFollowed }: Open<Value>,
  stack: Open<Value>[],
): void {
  const { children } = branch;
  const isDeepest = depth >= deepest;
  const below = depth === 0 ? "" : above + (isFollowed ? guides.past : guides.gap);
  for (let index = children.length - 1; index >= 0; index--) {
    stack.push({
      branch: children[index] as Branch<Value>,
      siblings: children,
      depth: depth + 1,
      guides: isDeepest ? above : below,
      isFollowed: index < children.length - 1 || (isDeepest && isFollowed),
    });
  }
}

/** A branch as it is written: the lines of its head, and what stands below them, of which there may be a lot. */
interface Drawn {
  readonly head: readonly string[];
  readonly body: { readonly lines: Iterable<Line>; readonly beside: Span } | undefined;
}

function drawBranch<Value>(
  pen: Pen,
  { guides, deepest }: Indentation,
  { branch, depth, guides: above, isFollowed }: Open<Value>,
  { head, body }: Entry,
): Drawn {
  const hasChildren = branch.children.length > 0;
  const hasBelow = hasChildren && depth < deepest;
  const hasNext = isFollowed || (hasChildren && depth >= deepest);
  const begin: Span = { text: depth === 0 ? "" : above + (hasNext ? guides.branch : guides.last), style: "faint" };
  const past = depth === 0 ? "" : above + (hasNext ? guides.past : guides.gap);
  const beside: Span = { text: past + (hasBelow ? guides.past : guides.gap), style: "faint" };
  const drawn = Math.min(depth, deepest);
  const room = pen.columns - (drawn + 1) * guides.width;
  const pieces = depth > deepest ? [piece(`depth ${depth}:`, "odd"), ...head] : head;
  const lines: string[] = [];
  for (const line of flow(pieces, pen.columns - drawn * guides.width, room))
    lines.push(pen.write(line, lines.length === 0 ? begin : beside));
  return { head: lines, body: body === undefined ? undefined : { lines: body(room), beside } };
}
