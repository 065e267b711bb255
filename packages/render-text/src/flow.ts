import { cellWidth, fittingLength } from "./cell-width.js";
import type { Span } from "./pen.js";

/** Spans that stay on one line if they fit on any. */
export interface Piece {
  readonly spans: readonly Span[];
  /** What stands before it on a line; left out where it begins one. A single space by default. */
  readonly before?: string;
}

/** One line's spans. */
export type Line = readonly Span[];

function spansWidth(spans: readonly Span[]): number {
  let width = 0;
  for (const { text } of spans) width += cellWidth(text);
  return width;
}

/** A line that is being filled. */
class OpenLine {
  spans: Span[] = [];
  used = 0;
  room: number;

  constructor(room: number) {
    this.room = room;
  }

  add(span: Span, width: number): void {
    if (span.text === "") return;
    this.spans.push(span);
    this.used += width;
  }

  /** Hands the line over and begins one with so much room. */
  end(room: number): Line {
    const { spans } = this;
    this.spans = [];
    this.used = 0;
    this.room = room;
    return spans;
  }
}

/** Fills a line with as much of a span as it takes, and hands over each line that is full. */
function* pour(line: OpenLine, span: Span, rest: number): Generator<Line, void, undefined> {
  let { text } = span;
  let width = cellWidth(text);
  while (line.used + width > line.room) {
    const length = fittingLength(text, line.room - line.used);
    const part = text.slice(0, length);
    const used = cellWidth(part);
    line.add({ ...span, text: part }, used);
    text = text.slice(length);
    width -= used;
    yield line.end(rest);
  }
  line.add({ ...span, text }, width);
}

/** Pieces as lines: the first has `first` cells of room, the others `rest`. What fits on no line is broken. */
export function* flow(pieces: Iterable<Piece>, first: number, rest: number): Generator<Line, void, undefined> {
  const line = new OpenLine(first);
  for (const { spans, before = " " } of pieces) {
    const width = spansWidth(spans);
    if (line.used > 0 && line.used + cellWidth(before) + width <= line.room) {
      line.add({ text: before }, cellWidth(before));
    } else if (line.used > 0) {
      yield line.end(rest);
    }
    for (const span of spans) yield* pour(line, span, rest);
  }
  if (line.used > 0) yield line.end(rest);
}

/** A paragraph of a list: what goes on below its first line is set in, or it would look like another one. */
export function* hanging(pieces: Iterable<Piece>, room: number): Generator<Line, void, undefined> {
  let isFirst = true;
  for (const line of flow(pieces, room, room - 2)) {
    yield isFirst ? line : [{ text: "  " }, ...line];
    isFirst = false;
  }
}

/** A text as one piece. */
export function piece(text: string, style?: Span["style"], before?: string): Piece {
  return { spans: [{ text, style }], ...(before === undefined ? {} : { before }) };
}

/** A phrase is broken only where it is longer than this. */
const WHOLE_PHRASE = 30;

/** A short phrase as one piece, a longer one as its words. */
export function phrase(text: string, style?: Span["style"]): Piece[] {
  return cellWidth(text) <= WHOLE_PHRASE ? [piece(text, style)] : words(text, style);
}

/** The words of a sentence as pieces, so that it wraps between them. */
export function words(text: string, style?: Span["style"]): Piece[] {
  return text.split(" ").map((word) => piece(word, style));
}
