import { hanging, type Line, type Piece, words } from "./flow.js";
import { andMore } from "./fold.js";
import type { Pen } from "./pen.js";

/** Labels stand in a column this wide, with a gap after it. */
const LABEL_CELLS = 10;
const INDENT = 2;
/** Narrower terminals get the label on a line of its own. */
const LEAST_FOR_COLUMNS = 60;

/** What is said under a label: pieces that flow, each on lines of its own. */
export interface Field {
  readonly label: string;
  readonly entries: (room: number) => Iterable<Line>;
}

/** A field of paragraphs, of which there may be more than a call has room for arguments; `indent` is that of a paragraph's further lines. */
export function field(label: string, paragraphs: Iterable<readonly Piece[]>, indent?: number): Field {
  return {
    label,
    *entries(room) {
      for (const pieces of paragraphs) yield* hanging(pieces, room, indent);
    },
  };
}

/** A field of a list, with how many more there are. */
export function listField(pen: Pen, label: string, listed: readonly (readonly Piece[])[], more: number): Field {
  return field(label, more === 0 ? listed : [...listed, words(andMore(pen, more), "faint")]);
}

/** The column in which what is said stands. */
export function fieldIndent({ columns }: Pen): number {
  return columns >= LEAST_FOR_COLUMNS ? INDENT + LABEL_CELLS + 2 : 2 * INDENT;
}

/** Fields as a table of two columns. A field without anything to say is left out. */
export function* drawFields(pen: Pen, fields: Iterable<Field>): Generator<string, void, undefined> {
  const indent = fieldIndent(pen);
  const isBeside = indent > 2 * INDENT;
  for (const { label, entries } of fields) {
    let isFirst = true;
    for (const line of entries(pen.columns - indent)) {
      if (isFirst && !isBeside) yield pen.write([{ text: " ".repeat(INDENT) }, { text: label, style: "faint" }]);
      const margin = isFirst && isBeside ? " ".repeat(INDENT) : " ".repeat(indent);
      const beside = isFirst && isBeside ? label.padEnd(LABEL_CELLS + 2) : "";
      yield pen.write([{ text: margin }, { text: beside, style: "faint" }, ...line]);
      isFirst = false;
    }
  }
}
