import { type Attributes, printAttributes } from "./attributes.js";
import { quote } from "./quote.js";

/** What ends a graph and a cluster. */
export const CLOSE = "}\n";

/** Attributes of the graph itself, or of every node or edge that follows. */
export function printDefaults(of: "graph" | "node" | "edge", attributes: Attributes): string {
  return `${of}${printAttributes(attributes)};\n`;
}

/** The beginning of a cluster. Graphviz draws a box around a subgraph whose name begins with `cluster`. */
export function openCluster(name: string, attributes: Attributes): string {
  return `subgraph ${quote(`cluster_${name}`)} {\n${printDefaults("graph", attributes)}`;
}

/** A node, by a name of letters, digits and underscores. */
export function printNode(name: string, attributes: Attributes): string {
  return `${quote(name)}${printAttributes(attributes)};\n`;
}

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
