import {
  buildDiagram,
  DETAIL_FLAG,
  type Detail,
  DIRECTION_FLAG,
  type DiagramDirection,
  defineRenderer,
  type NamespaceGraph,
} from "@ns-graph/graph";
import { printFlowchart } from "./print-flowchart.js";

/** How a flowchart is drawn. */
export interface MermaidOptions {
  readonly detail: Detail | "auto";
  readonly direction: DiagramDirection;
}

/** What Mermaid draws without other settings (`maxTextSize` and `maxEdges`), less some room for what surrounds it. */
const MOST_TEXT = 48_000;
const MOST_EDGES = 480;

function* draw(graph: NamespaceGraph, { detail, direction }: MermaidOptions): Generator<string> {
  // With a detail of the user's own choice, Mermaid may need other settings; auto stays within its limits.
  const details: readonly (Detail | "auto")[] = detail === "auto" ? ["auto", "overview"] : [detail];
  let text = "";
  for (const tried of details) {
    const diagram = buildDiagram(graph, tried);
    text = [...printFlowchart(graph, diagram, direction)].join("");
    if (diagram.lines.length <= MOST_EDGES && text.length <= MOST_TEXT) break;
  }
  if (detail === "auto" && text.length > MOST_TEXT) {
    yield "%% This is more than Mermaid draws by default (maxTextSize): choose namespaces, or another format.\n";
  }
  yield text;
}

/** Draws a graph as a flowchart of Mermaid, which GitHub and GitLab draw inside Markdown. */
export const mermaidRenderer = defineRenderer<MermaidOptions>({
  name: "mermaid",
  summary: "a flowchart for Markdown, which GitHub and GitLab draw",
  mediaType: "text/vnd.mermaid",
  extension: "mmd",
  flags: { detail: DETAIL_FLAG, direction: DIRECTION_FLAG },
  needs: (_options, view) => (view.members === "none" ? ["maps", "users"] : ["status", "cgroup", "maps", "users"]),
  render: (graph, options) => draw(graph, options),
});
