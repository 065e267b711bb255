import type { Html } from "./html.js";
import { escapeText, quote } from "./quote.js";

/** Text of several lines. */
export interface TextLines {
  readonly lines: readonly string[];
}

export type AttributeValue = string | number | boolean | TextLines | Html | undefined;

/** Attributes by their names in DOT: text (whatever it holds), a number, a switch or markup. Undefined ones are left out. */
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** The list between brackets, or nothing where there are none. */
export function printAttributes(attributes: Attributes): string {
  const printed: string[] = [];
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) printed.push(`${name}=${printValue(value)}`);
  }
  return printed.length === 0 ? "" : ` [${printed.join(", ")}]`;
}

function printValue(value: Exclude<AttributeValue, undefined>): string {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value === "string") return quote(escapeText(value));
  return "markup" in value ? `<${value.markup}>` : quote(value.lines.map(escapeText).join("\\n"));
}
