import { NsGraphError, printable } from "@ns-graph/graph";
import { wrap } from "./text-columns.js";

const PREFIX = "ns-graph: ";
const INDENT = " ".repeat(PREFIX.length);

/** An error as people see it: what failed and what to do about it; the stack only of a fault of this program. */
export function errorText(error: unknown, wantsStack: boolean): string {
  const stack = wantsStack ? stackText(error) : "";
  if (error instanceof NsGraphError) {
    const hint = error.hint === undefined ? "" : `\n${error.hint}`;
    return prefixed(error.message + hint) + stack;
  }
  const message = error instanceof Error ? error.message : String(error);
  const hint = wantsStack ? "" : "\n--verbose shows where it happened. Please report it.";
  return prefixed(`this is a fault of ns-graph itself: ${printable(message)}${hint}`) + stack;
}

/** Lines after `ns-graph: `, the second and following ones aligned with the first. */
export function prefixed(text: string): string {
  const lines = text.split("\n").map(withoutControls);
  return `${PREFIX}${lines.join(`\n${INDENT}`)}\n`;
}

/** The same for a terminal: what is too long for it is broken between words, and stays aligned. */
export function fitToWidth(text: string, width: number): string {
  const room = Math.max(20, width - INDENT.length);
  return text
    .split("\n")
    .map((line) => wrap(line.slice(INDENT.length), room).join(`\n${INDENT}`).replace(/^/, line.slice(0, INDENT.length)))
    .join("\n");
}

/** Texts are made printable where they are put together; this is for what was forgotten. */
function withoutControls(line: string): string {
  return line.replace(/[\p{Cc}\u2028-\u202e\u2066-\u2069\p{Cs}]/gu, (character) => printable(character));
}

function stackText(error: unknown): string {
  const lines: string[] = [];
  for (let current = error, depth = 0; current instanceof Error && depth < 5; current = current.cause, depth++) {
    lines.push(...(current.stack ?? String(current)).split("\n").map(withoutControls));
  }
  return `${lines.join("\n")}\n`;
}
