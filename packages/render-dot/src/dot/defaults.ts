import { type Attributes, printAttributes } from "./attributes.js";

/** Attributes of the graph itself, or of every node or edge that follows. */
export function printDefaults(of: "graph" | "node" | "edge", attributes: Attributes): string {
  return `${of}${printAttributes(attributes)};\n`;
}
