import { defineRenderer } from "@ns-graph/graph";
import { drawDot, factsInDot } from "./draw-dot.js";
import { type DotOptions, flags } from "./options.js";

/** Draws a graph in the DOT language of Graphviz. */
export const dotRenderer = defineRenderer<DotOptions>({
  name: "dot",
  summary: "a graph for Graphviz: ns-graph --format dot | dot -Tsvg",
  mediaType: "text/vnd.graphviz",
  extension: "dot",
  flags,
  needs: (_options, view) => factsInDot(view),
  render: (graph, options) => drawDot(graph, options),
});
