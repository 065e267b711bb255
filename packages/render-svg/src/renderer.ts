import { defineRenderer, type NamespaceGraph, NsGraphError } from "@ns-graph/graph";
import { type DotOptions, dotFlags, drawDot, FONTS, factsInDot } from "@ns-graph/render-dot";
import { drawSvg, MEASURED_FONT } from "./graphviz.js";

/** The options are those of `@ns-graph/render-dot`. */
export type SvgOptions = DotOptions;

/** Draws a graph as SVG, without an installed Graphviz. */
export const svgRenderer = defineRenderer<SvgOptions>({
  name: "svg",
  summary: "a picture for browsers and documents: ns-graph --format svg -o namespaces.svg",
  mediaType: "image/svg+xml",
  extension: "svg",
  flags: dotFlags,
  needs: (_options, view) => factsInDot(view),
  render: (graph, options) => render(graph, options),
});

async function* render(graph: NamespaceGraph, options: SvgOptions): AsyncGenerator<string> {
  const svg = await drawSvg(drawWhatFits(graph, options));
  yield svg.replaceAll(`font-family="${MEASURED_FONT}"`, `font-family="${FONTS}"`);
}

/** In characters of DOT: more takes Graphviz minutes, and WebAssembly has no more than 4 GiB. */
const LONGEST = 1_500_000;

/** Less detail than was asked for, where that would take too long; the picture says so. */
function drawWhatFits(graph: NamespaceGraph, options: SvgOptions): string {
  const asked = DETAILS.indexOf(options.detail);
  for (const detail of asked < 0 ? [options.detail] : DETAILS.slice(asked)) {
    const remark = detail === options.detail ? {} : { remark: `too much for an SVG with --detail ${options.detail}` };
    const source = drawUpTo(LONGEST, drawDot(graph, { ...options, detail }, { fonts: MEASURED_FONT, ...remark }));
    if (source !== undefined) return source;
  }
  throw new NsGraphError("RENDERER_FAILED", "the graph is too large to be drawn as SVG", {
    hint: "Draw less of it with a selection, or use --format dot with an installed Graphviz.",
  });
}

/** The details to choose from, the most first. */
const DETAILS: readonly SvgOptions["detail"][] = ["full", "normal", "overview"];

function drawUpTo(length: number, chunks: Iterable<string>): string | undefined {
  let source = "";
  for (const chunk of chunks) {
    source += chunk;
    if (source.length > length) return undefined;
  }
  return source;
}
