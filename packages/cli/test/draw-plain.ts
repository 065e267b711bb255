import { defaultOptions, type NamespaceGraph } from "@ns-graph/graph";
import { dotRenderer } from "@ns-graph/render-dot";
import { mermaidRenderer } from "@ns-graph/render-mermaid";
import { svgRenderer } from "@ns-graph/render-svg";
import { textRenderer } from "@ns-graph/render-text";

/** The formats that people look at. */
export const DRAWING = [textRenderer, dotRenderer, mermaidRenderer, svgRenderer];

/** A drawing, with the characters that its format writes as numbers. */
export async function drawPlain(
  renderer: (typeof DRAWING)[number],
  graph: NamespaceGraph,
  given: object = {},
): Promise<string> {
  const surface = { color: false, columns: undefined, unicode: true };
  const options = { ...defaultOptions(renderer as typeof textRenderer), ...given };
  const chunks: (string | Uint8Array)[] = [];
  for await (const chunk of (renderer as typeof textRenderer).render(graph, options, surface)) chunks.push(chunk);
  const text = chunks.join("");
  return text
    .replaceAll(/&#(?:x([0-9a-f]+)|(\d+));/g, (_, hex: string | undefined, decimal: string) =>
      String.fromCodePoint(Number.parseInt(hex ?? decimal, hex === undefined ? 10 : 16)),
    )
    .replaceAll(/#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
}
