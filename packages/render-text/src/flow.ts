import { cellWidth, fittingLength } from "./cell-width.js";
import type { Pen, Span } from "./pen.js";

/** Spans that stay on one line if they fit on any. */
export interface Piece {
  readonly spans: readonly Span[];
  /** What stands before it on a line; left out where it begins one. A single space by default. */
  readonly before?: string;
}

/** One line's spans. */
export type Line = readonly Span[];

/** Lines while they are filled, the first with other room than the rest. */
class Filling {
  readonly lines: Line[] = [];
  readonly #rest: number;
  #spans: Span[] = [];
  #used = 0;
  #room: number;

  constructor(first: number, rest: number) {
    this.#room = first;
    this.#rest = rest;
  }

  /** Adds a piece, on a line of its own where the one that was begun has no room for it. */
  add({ spans, before = " " }: Piece): void {
    const widths: number[] = [];
    let width = 0;
    for (const { text } of spans) {
      const each = cellWidth(text);
      widths.push(each);
      width += each;
    }
    if (this.#used > 0) {
      const gap = cellWidth(before);
      if (this.#used + gap + width <= this.#room) this.#put({ text: before }, gap);
      else this.end();
    }
    for (let i = 0; i < spans.length; i++) this.#pour(spans[i] as Span, widths[i] as number);
  }

  /** Ends the line that was begun, if one was. */
  end(): void {
    if (this.#used > 0) this.#breakLine();
  }

  #breakLine(): void {
    this.lines.push(this.#spans);
    this.#spans = [];
    this.#used = 0;
    this.#room = this.#rest;
  }

  #put(span: Span, width: number): void {
    if (span.text === "") return;
    this.#spans.push(span);
    this.#used += width;
  }

  /** Fills lines with a span for as long as it takes more than there is room. */
  #pour(span: Span, width: number): void {
    let rest = span;
    let wanted = width;
    while (this.#used + wanted > this.#room) {
      const length = fittingLength(rest.text, this.#room - this.#used);
      const part = { ...rest, text: rest.text.slice(0, length) };
      const used = cellWidth(part.text);
      this.#put(part, used);
      rest = { ...rest, text: rest.text.slice(length) };
      wanted -= used;
      this.#breakLine();
    }
    this.#put(rest, wanted);
  }
}

/** Pieces as lines: the first has `first` cells of room, the others `rest`. What fits on no line is broken. */
export function flow(pieces: readonly Piece[], first: number, rest: number): Line[] {
  const filling = new Filling(first, rest);
  for (const each of pieces) filling.add(each);
  filling.end();
  return filling.lines;
}

/** The same as they are written, in all the room that there is. */
export function* flowed(pen: Pen, pieces: readonly Piece[]): Generator<string, void, undefined> {
  for (const line of flow(pieces, pen.columns, pen.columns)) yield pen.write(line);
}

/** Remarks with a dot between two, each wrapping between its words. */
export function dotted({ glyphs }: Pen, remarks: readonly (readonly Piece[])[], begin = " "): Piece[] {
  return remarks.flatMap(([first, ...rest], index) => {
    const before = index === 0 ? begin : ` ${glyphs.dot} `;
    return first === undefined ? [] : [{ ...first, before }, ...rest];
  });
}

/** A paragraph of a list: what goes on below its first line is set in, or it would look like another one. */
export function hanging(pieces: readonly Piece[], room: number, indent = 2): Line[] {
  const margin = { text: " ".repeat(indent) };
  return flow(pieces, room, room - indent).map((line, index) => (index === 0 ? line : [margin, ...line]));
}

/** A text as one piece. */
export function piece(text: string, style?: Span["style"], before?: string): Piece {
  return { spans: [{ text, style }], ...(before === undefined ? {} : { before }) };
}

/** A name with blanks behind it, so that what follows stands in a column. */
export function padded(name: string, width: number, style?: Span["style"]): Piece {
  return { spans: [{ text: name, style }, { text: " ".repeat(Math.max(0, width - cellWidth(name))) }] };
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
