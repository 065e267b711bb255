import { type Attributes, printAttributes } from "./attributes.js";
import { quote } from "./quote.js";

/** A node, by a name of letters, digits and underscores. */
export function printNode(name: string, attributes: Attributes): string {
  return `${quote(name)}${printAttributes(attributes)};\n`;
}
