import { type Attributes, printAttributes } from "./attributes.js";
import { quote } from "./quote.js";

/** The beginning of a cluster. Graphviz draws a box around a subgraph whose name begins with `cluster`. */
export function openCluster(name: string, attributes: Attributes): string {
  return `subgraph ${quote(`cluster_${name}`)} {\ngraph${printAttributes(attributes)};\n`;
}

export function closeCluster(): string {
  return "}\n";
}
