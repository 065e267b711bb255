import { type Detail, type DiagramNode, type RestNode, restWords, titleLines } from "@ns-graph/diagram";
import type { NamespaceGraph } from "@ns-graph/graph";
import { type Html, lines } from "./dot/html.js";
import { drawGroup } from "./draw-group.js";
import { drawNamespaces } from "./draw-namespaces.js";
import { drawPin } from "./draw-pin.js";
import { drawProcesses } from "./draw-processes.js";
import { allTitles, classes, type Drawn, fullLines } from "./node-parts.js";
import { COLORS } from "./theme.js";

/** Draws a node of whatever kind; `everybody` is what those are called who are in the common namespaces. */
export function drawNode(graph: NamespaceGraph, node: DiagramNode, everybody: string, detail: Detail): Drawn {
  switch (node.kind) {
    case "namespaces":
      return drawNamespaces(graph, node, everybody, detail);
    case "processes":
      return drawProcesses(graph, node, detail);
    case "pin":
      return drawPin(graph, node);
    case "group":
      return drawGroup(graph, node);
    case "rest":
      return drawRest(node);
  }
}

/** What was cut, as a count. */
function drawRest(node: RestNode): Drawn {
  const words = restWords(node);
  const shown = [words, ...titleLines(node.titles)].flatMap(fullLines);
  return {
    lines: shown.length,
    attributes: {
      id: node.id,
      class: classes("rest"),
      tooltip: { lines: [words, ...allTitles(node.titles)] },
      label: shown.length === 1 ? (shown[0] as Html) : lines(shown),
      shape: "plaintext",
      style: "filled",
      fillcolor: COLORS.tag,
    },
  };
}
