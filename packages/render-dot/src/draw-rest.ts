import { type RestNode, restWords } from "@ns-graph/diagram";
import type { Drawn } from "./drawn.js";
import { classes, line } from "./node-parts.js";
import { COLORS } from "./theme.js";

/** What was cut, as a count. */
export function drawRest(node: RestNode): Drawn {
  const words = restWords(node);
  return {
    lines: 1,
    attributes: {
      id: node.id,
      class: classes("rest"),
      tooltip: words,
      label: line(words),
      shape: "plaintext",
      style: "filled",
      fillcolor: COLORS.tag,
    },
  };
}
