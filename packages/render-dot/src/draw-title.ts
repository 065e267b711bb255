import { captionParts, captionRemarks, clip, type Diagram, wrap } from "@ns-graph/diagram";
import { answerLines, type NamespaceGraph } from "@ns-graph/graph";
import { cell, font, type Html, row, shownText, table } from "./dot/html.js";
import { drawLegend } from "./legend.js";
import { fine, small, strong, WIDEST_HEADING } from "./node-parts.js";
import type { DotOptions } from "./options.js";
import { COLORS, FONT_SIZE } from "./theme.js";

/** Points between the title and the picture. */
const GAP = 8;

/** What the picture is of, how much of it is shown, and what its signs mean. */
export function drawTitle(
  graph: NamespaceGraph,
  diagram: Diagram,
  options: DotOptions,
  remark: string | undefined,
): Html {
  const title = captionParts(graph)
    .map((part) => clip(part, WIDEST_HEADING))
    .join(" · ");
  const contents = [font({ "POINT-SIZE": FONT_SIZE.title }, strong(title, false, 4 * WIDEST_HEADING))];
  for (const words of [...remarks(graph, diagram, options), ...(remark === undefined ? [] : [remark])])
    contents.push(small(words, COLORS.faintText, 2 * WIDEST_HEADING));
  for (const words of answerLines(graph).flatMap(wrapSentence)) contents.push(fine(shownText(words), COLORS.text));
  if (options.legend) contents.push(...drawLegend(graph, diagram));
  return table({ BORDER: 0, CELLBORDER: 0, CELLSPACING: 0, CELLPADDING: 2, BGCOLOR: COLORS.paper }, [
    ...contents.map((content) => row([cell({ ALIGN: "LEFT" }, content)])),
    row([cell({ HEIGHT: GAP })]),
  ]);
}

/** The longest line of a sentence, and so many of them that none is cut. */
const SENTENCE = { width: 120, lines: 20 } as const;

/** A sentence on lines; a command stays on one, as it is to be copied. */
function wrapSentence(words: string): readonly string[] {
  return words.startsWith("enter with: ") ? [words] : wrap(words, SENTENCE.width, SENTENCE.lines);
}

function remarks(graph: NamespaceGraph, diagram: Diagram, options: DotOptions): readonly string[] {
  const words = [...captionRemarks(graph)];
  if (diagram.detail === "overview")
    words.push(
      `an overview: what is alike is one node${options.detail === "auto" ? " (--detail normal shows each)" : ""}`,
    );
  return words;
}
