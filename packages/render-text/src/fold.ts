import { cellWidth } from "./cell-width.js";
import type { Line } from "./flow.js";
import type { Pen } from "./pen.js";

/** A list that is shown as far as there is room. */
export interface Folding {
  /** Cells on the first line, which has to have room for the first text, and on those after it. */
  readonly first: number;
  readonly rest: number;
  /** How many lines it may take. */
  readonly lines: number;
  readonly total: number;
}

/** What is said of those that are not listed. */
export function andMore({ glyphs }: Pen, number: number): string {
  return `${glyphs.ellipsis} and ${number} more`;
}

/** The first of some things, and how many others there are; one more takes no more room than saying that there is one. */
export function cutList<T>(things: readonly T[], most: number): readonly [listed: readonly T[], rest: readonly T[]] {
  return things.length <= most + 1 ? [things, []] : [things.slice(0, most), things.slice(most)];
}

/** Texts as lines, a space between two. A text that fits on no line stands alone on one. */
export function* wrapTexts(texts: Iterable<string>, first: number, rest: number): Generator<string[], void, undefined> {
  let line: string[] = [];
  let used = 0;
  let room = first;
  for (const text of texts) {
    const width = cellWidth(text);
    // One of no width takes the space before it.
    if (line.length > 0 && used + 1 + width > room) {
      yield line;
      line = [];
      used = 0;
      room = rest;
    }
    used += (line.length > 0 ? 1 : 0) + width;
    line.push(text);
  }
  if (line.length > 0) yield line;
}

function* fitted(pen: Pen, texts: Iterable<string>, cells: number): Generator<string, void, undefined> {
  for (const text of texts) yield pen.fit(text, cells);
}

/** A list in a few lines. Those that are not listed are counted at its end. */
export function* foldTexts(
  pen: Pen,
  texts: Iterable<string>,
  { first, rest, lines, total }: Folding,
): Generator<Line, void, undefined> {
  const rows: string[][] = [];
  for (const row of wrapTexts(fitted(pen, texts, rest), first, rest)) {
    rows.push(row);
    if (rows.length > lines) break;
  }
  if (rows.length <= lines) {
    for (const row of rows) yield [{ text: row.join(" ") }];
    return;
  }
  rows.length = lines;
  const last = rows.at(-1) ?? [];
  const room = lines === 1 ? first : rest;
  let listed = rows.reduce((sum, row) => sum + row.length, 0);
  // One that is not cut stands there, however long it is.
  const fewest = pen.cuts ? 0 : 1;
  while (last.length > fewest && cellWidth(`${last.join(" ")} ${andMore(pen, total - listed)}`) > room) {
    last.pop();
    listed--;
  }
  for (const row of rows.slice(0, -1)) yield [{ text: row.join(" ") }];
  yield [{ text: last.map((text) => `${text} `).join("") }, { text: andMore(pen, total - listed), style: "faint" }];
}
