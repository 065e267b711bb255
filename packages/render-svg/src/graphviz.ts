import { NsGraphError } from "@ns-graph/graph";

/** The one font of `FONTS` whose widths this Graphviz, which cannot look at fonts, has by heart. */
export const MEASURED_FONT = "Verdana";

/**
 * Makes an SVG of a DOT graph. Graphviz is loaded when it is first needed, and anew each time: an instance that ran out of
 * memory is of no use any more.
 *
 * @throws NsGraphError `RENDERER_FAILED` where Graphviz does not draw it.
 */
export async function drawSvg(source: string): Promise<string> {
  const { instance } = await import("@viz-js/viz");
  const viz = await instance();
  try {
    return viz.renderString(source, { format: "svg", engine: "dot" });
  } catch (error) {
    throw new NsGraphError("RENDERER_FAILED", "Graphviz could not draw the graph as SVG", {
      hint: "Draw less of it (--detail overview, or a selection), or use --format dot with an installed Graphviz.",
      cause: error,
    });
  }
}
