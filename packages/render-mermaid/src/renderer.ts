import { buildDiagram, DETAIL_FLAG, type Detail, DIRECTION_FLAG, type DiagramDirection } from "@ns-graph/diagram";
import { defineRenderer, inChunks, type NamespaceGraph } from "@ns-graph/graph";
import { printFlowchart } from "./print-flowchart.js";

/** How a flowchart is drawn. */
export interface MermaidOptions {
  /** How much is drawn; `auto` is as much as can still be looked at. */
  readonly detail: Detail | "auto";
  /** Which way edges point. */
  readonly direction: DiagramDirection;
}

/** What Mermaid draws without other settings (`maxTextSize` and `maxEdges`), less some room for what surrounds it. */
const MOST_TEXT = 48_000;
const MOST_EDGES = 480;

function* draw(graph: NamespaceGraph, { detail, direction }: MermaidOptions): Generator<string> {
  // With a detail of the user's own choice, Mermaid may need other settings; auto stays within its limits.
  if (detail !== "auto") {
    yield* inChunks(printFlowchart(graph, buildDiagram(graph, detail), direction));
    return;
  }
  const chosen = buildDiagram(graph, "auto");
  const text = chosen.edges.length <= MOST_EDGES ? upToLimit(printFlowchart(graph, chosen, direction)) : undefined;
  if (text !== undefined) {
    yield text;
    return;
  }
  const overview = chosen.detail === "overview" ? chosen : buildDiagram(graph, "overview");
  if (upToLimit(printFlowchart(graph, overview, direction)) === undefined) {
    yield "%% This is more than Mermaid draws by default (maxTextSize): choose namespaces, or another format.\n";
  }
  yield* inChunks(printFlowchart(graph, overview, direction));
}

/** All of a text that Mermaid draws by default; undefined where there is more of it, which may be too much for one string. */
function upToLimit(statements: Iterable<string>): string | undefined {
  let text = "";
  for (const statement of statements) {
    text += statement;
    if (text.length > MOST_TEXT) return undefined;
  }
  return text;
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
