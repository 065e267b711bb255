import { printable, type Surface } from "@ns-graph/graph";
import { clip, clipStart } from "./cell-width.js";
import { ASCII, type Glyphs, UNICODE } from "./glyphs.js";
import { paint, type Style } from "./style.js";

/** Room that is left beside the deepest indentation. */
export const LEAST_ROOM = 32;
/** Lines are never made for less than this. */
const LEAST_COLUMNS = LEAST_ROOM + 4;
const USUAL_COLUMNS = 80;

/** More marks than this on one character would reach into the lines above and below. */
const STACKED_MARKS = /(?:^\p{M}|(?<=\p{M}{3})\p{M})/gu;
/** Most text: none of it has to be looked at more closely. */
const PLAIN = /^[\u0000-\u007f]*$/;
const BEYOND_ASCII = /[^\u0000-\u007f]/gu;

/** Text with one style. The text is safe to be shown. */
export interface Span {
  readonly text: string;
  readonly style?: Style | undefined;
}

/** What drawing needs to know of the surface. */
export interface Pen {
  /** How long lines may be, in cells; Infinity for as long as they like. */
  readonly columns: number;
  /** The same for commands: what goes to no terminal is not as wide as one, and a command in one line can be taken out of it by line. */
  readonly commandColumns: number;
  /** Whether names that are too long are cut: nobody scrolls in a file or a pipe. */
  readonly cuts: boolean;
  readonly glyphs: Glyphs;
  /** A text that is safe, cut to so many cells if names are cut; what was cut is marked. */
  fit(text: string, cells: number): string;
  /** The same, of which the end is kept. */
  fitEnd(text: string, cells: number): string;
  /** Hostile text, made visible; ASCII alone where the surface has no more. */
  safe(text: string): string;
  /** Text that is `printable` already; ASCII alone where the surface has no more. */
  shown(text: string): string;
  /** Spans as they are written, after what stands before each of such lines. */
  write(spans: readonly Span[], before?: Span): string;
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, "0")}` : `\\u{${code.toString(16)}}`;
}

/** A pen for a surface. */
export function takePen(surface: Surface): Pen {
  const { color, unicode } = surface;
  const shown = (text: string): string => {
    if (PLAIN.test(text)) return text;
    return unicode ? text.replace(STACKED_MARKS, escapeCharacter) : text.replace(BEYOND_ASCII, escapeCharacter);
  };
  const glyphs = unicode ? UNICODE : ASCII;
  const columns = surface.wide ? Number.POSITIVE_INFINITY : Math.floor(surface.columns || USUAL_COLUMNS);
  const cuts = !surface.wide && surface.columns !== undefined;
  return {
    columns: Math.max(LEAST_COLUMNS, columns),
    commandColumns: surface.columns === undefined ? Number.POSITIVE_INFINITY : Math.max(LEAST_COLUMNS, columns),
    cuts,
    glyphs,
    fit: (text, cells) => (cuts ? clip(text, cells, glyphs.ellipsis) : text),
    fitEnd: (text, cells) => (cuts ? clipStart(text, cells, glyphs.ellipsis) : text),
    safe: (text) => shown(printable(text)),
    shown,
    write: color ? writeStyled : writePlain,
  };
}

function writePlain(spans: readonly Span[], before?: Span): string {
  let line = before === undefined ? "" : before.text;
  for (const { text } of spans) line += text;
  return line.trimEnd();
}

function writeStyled(spans: readonly Span[], before?: Span): string {
  const runs = joinRuns(before === undefined ? spans : [before, ...spans]);
  const last = runs.at(-1);
  if (last !== undefined) last.text = last.text.trimEnd();
  return runs.map(({ text, style }) => (style !== undefined && text !== "" ? paint(text, style) : text)).join("");
}

/** Spans with as few changes of style as need be: blanks have none. */
function joinRuns(spans: readonly Span[]): { text: string; style: Style | undefined }[] {
  const runs: { text: string; style: Style | undefined }[] = [];
  let end = spans.length;
  while (end > 0 && (spans[end - 1] as Span).text.trimEnd() === "") end--;
  for (const { text, style } of spans.slice(0, end)) {
    const run = runs.at(-1);
    if (run !== undefined && (run.style === style || text.trim() === "")) run.text += text;
    else runs.push({ text, style });
  }
  return runs;
}
