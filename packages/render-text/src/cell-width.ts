/*
 * Widths as terminals count them: cells a code point, as wcwidth(3) does, because most terminals do not look at
 * clusters. What is wide comes from UAX #11 in whole blocks, so that what Unicode adds to them later is wide too;
 * where terminals disagree the larger width is taken, because a line that is too short does no harm.
 */
const WIDE =
  /[\u1100-\u115f\u2329\u232a\u2630-\u2637\u268a-\u268f\u2e80-\u303e\u3040-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|[\u{16fe0}-\u{1b2ff}\u{1d300}-\u{1d356}\u{1d360}-\u{1d376}\u{1f1ae}-\u{1f202}\u{1f210}-\u{1f265}\u{1f6d0}-\u{1f6df}\u{1f7da}-\u{1f7ff}\u{1f900}-\u{1f9ff}\u{1fa70}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

/** Two of them are a flag, which is as wide as one that is wide. */
const REGIONAL = /\p{Regional_Indicator}/u;

/** Marks that stand on the character before them, and the vowels and finals that a Hangul syllable is joined from. */
const JOINED = /[\u1160-\u11ff\ud7b0-\ud7ff]|\p{Mn}|\p{Me}|\p{Cf}/u;

/** What most texts consist of, the signs that drawings put among them included (glyphs.ts): a cell each. */
const NARROW = /^[ -~·×–…↦]*$/;

/** The cells that one character takes: 0, 1 or 2. */
function characterWidth(character: string): number {
  if (character < "\u0300") return 1;
  if (JOINED.test(character)) return 0;
  return WIDE.test(character) && !REGIONAL.test(character) ? 2 : 1;
}

/** The cells a text takes on a terminal. The text is `printable`: it holds no control characters. */
export function cellWidth(text: string): number {
  if (NARROW.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** The index at which a text has to be cut to fit into so many cells, without parting a mark from its base. */
export function fittingLength(text: string, cells: number): number {
  if (text.length <= cells && NARROW.test(text)) return text.length;
  let width = 0;
  let index = 0;
  for (const character of text) {
    width += characterWidth(character);
    if (width > cells) return index;
    index += character.length;
  }
  return index;
}

const ALPHANUMERIC = /[0-9A-Za-z]/;

/**
 * Where to cut a text instead of inside a number, of which what is left would be taken for another: before it, or behind it.
 * Digits beside letters are no number but part of a name or an id.
 */
function besideNumber(text: string, index: number, side: "before" | "behind"): number {
  let start = index;
  let end = index;
  while (ALPHANUMERIC.test(text[start - 1] ?? "")) start--;
  while (ALPHANUMERIC.test(text[end] ?? "")) end++;
  if (start === index || end === index || !/^\d+$/.test(text.slice(start, end))) return index;
  return side === "before" ? start : end;
}

/** A text cut to so many cells, or to fewer where a number would be cut; what was cut is marked. */
export function clip(text: string, cells: number, ellipsis: string): string {
  // No character takes more than two cells.
  if (2 * text.length <= cells || cellWidth(text) <= cells) return text;
  const end = fittingLength(text, Math.max(0, cells - cellWidth(ellipsis)));
  return text.slice(0, besideNumber(text, end, "before")) + ellipsis;
}

/** The same of which the last cells are kept: the end of a path says more than its beginning. */
export function clipStart(text: string, cells: number, ellipsis: string): string {
  if (cellWidth(text) <= cells) return text;
  let room = cells - cellWidth(ellipsis);
  let from = text.length;
  while (from > 0) {
    const before = from >= 2 && (text.codePointAt(from - 2) as number) > 0xffff ? from - 2 : from - 1;
    const width = characterWidth(text.slice(before, from));
    if (width > room) break;
    room -= width;
    from = before;
  }
  return ellipsis + text.slice(besideNumber(text, from, "behind"));
}
