import { defaultOptions, type NamespaceGraph } from "@ns-graph/graph";
import { jsonRenderer } from "@ns-graph/render-json";

/** A graph as the document that `--format json` writes. */
export function documentOf(graph: NamespaceGraph): string {
  const surface = { color: false, columns: undefined, unicode: true };
  return [...(jsonRenderer.render(graph, defaultOptions(jsonRenderer), surface) as Iterable<string>)].join("");
}
