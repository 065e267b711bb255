import { quoteForShell, spellForShell } from "@ns-graph/graph";
import { cellWidth } from "./cell-width.js";

/** A command as lines that a shell takes as one. */
export interface CommandLines {
  readonly lines: readonly string[];
  /** Whether the lines have to begin in the first column, because a word goes on from one to the next. */
  readonly isFlush: boolean;
}

const PLAIN = /^[A-Za-z0-9_@%+=:,./-]$/;

/**
 * A command in lines of limited width that can be copied to a shell: a backslash at the end of a line goes on with the
 * next. A word that no line could hold is parted between quotes.
 *
 * @param room cells where lines may be set in
 * @param columns cells from the first column on
 */
export function wrapCommand(words: readonly string[], room: number, columns: number, ascii: boolean): CommandLines {
  const argv = spellForShell(words, { ascii });
  const quoted = argv.map((word) => quoteForShell([word]));
  const isFlush = quoted.some((word) => cellWidth(word) + 4 > room);
  if (!isFlush) return { lines: fill(quoted, room, "  "), isFlush };
  const lines: string[] = [];
  let pending: string[] = [];
  for (const [index, word] of argv.entries()) {
    const whole = quoted[index] ?? "";
    if (cellWidth(whole) + 2 <= columns) {
      pending.push(whole);
      continue;
    }
    const before = fill(pending, columns - 2, "");
    for (const [at, line] of before.entries()) lines.push(at === before.length - 1 ? `${line} \\` : line);
    const parts = partWord(word, columns - 1);
    const last = parts.pop() ?? "";
    for (const part of parts) lines.push(`${part}\\`);
    pending = [last];
  }
  return { lines: [...lines, ...fill(pending, columns, "")], isFlush };
}

/** Words on lines, with what goes on in the next line said at the end. */
function fill(words: readonly string[], room: number, indent: string): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const line = lines.at(-1);
    if (line !== undefined && cellWidth(line) + cellWidth(word) + 3 <= room)
      lines[lines.length - 1] = `${line} ${word}`;
    else if (line === undefined) lines.push(word);
    else {
      lines[lines.length - 1] = `${line} \\`;
      lines.push(indent + word);
    }
  }
  return lines;
}

function partWord(word: string, room: number): string[] {
  const parts: string[] = [];
  let part = "";
  let used = 3;
  for (const character of word) {
    const width = PLAIN.test(character) ? 1 : cellWidth(quoteForShell([character]));
    if (used + width > room) {
      parts.push(quoteForShell([part]));
      part = "";
      used = 3;
    }
    part += character;
    used += width;
  }
  parts.push(quoteForShell([part]));
  return parts;
}
