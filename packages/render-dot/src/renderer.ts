import { buildDiagram, defineRenderer } from "@ns-graph/graph";
import { type DotOptions, flags } from "./options.js";
import { printDiagram } from "./print-diagram.js";

/** Draws a graph in the DOT language of Graphviz. */
export const dotRenderer = defineRenderer<DotOptions>({
  name: "dot",
  summary: "a graph in Graphviz's DOT language: ns-graph --format dot | dot -Tsvg",
  mediaType: "text/vnd.graphviz",
  extension: "dot",
  flags,
  needs(_options, view) {
    return view.members === "none" ? ["maps", "users"] : ["status", "maps", "users"];
  },
  *render(graph, options) {
    yield* printDiagram(graph, buildDiagram(graph, options.detail), options);
  },
});
