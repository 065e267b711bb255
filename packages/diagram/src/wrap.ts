import { clip } from "./clip.js";

/** So many lines a text may take, unless it is said otherwise. */
const MOST_LINES = 4;

/**
 * A text as lines that end between words, so that none is cut that people look for. What is longer than a line, or than all
 * of them, is shortened in its middle.
 */
export function wrap(text: string, width: number, most = MOST_LINES): readonly string[] {
  const lines: string[] = [];
  for (const word of clip(text, most * width).split(" ")) {
    const shown = clip(word, width);
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + shown.length <= width) lines[lines.length - 1] = `${last} ${shown}`;
    else lines.push(shown);
  }
  return lines;
}
