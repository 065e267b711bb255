import { type Attributes, printAttributes } from "./attributes.js";
import { quote } from "./quote.js";

/** Where an edge ends: a node, and a part of its table. */
export interface Endpoint {
  readonly node: string;
  readonly port?: string;
  /** Which side of it. */
  readonly side?: "e" | "w" | undefined;
}

function printEnd({ node, port, side }: Endpoint): string {
  const place = port === undefined ? quote(node) : `${quote(node)}:${quote(port)}`;
  return side === undefined ? place : `${place}:${side}`;
}

/** An edge that leads from its tail to its head. */
export function printEdge(tail: Endpoint, head: Endpoint, attributes: Attributes): string {
  return `${printEnd(tail)} -> ${printEnd(head)}${printAttributes(attributes)};\n`;
}
