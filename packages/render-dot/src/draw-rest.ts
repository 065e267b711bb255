import { countProcesses, type RestNode } from "@ns-graph/diagram";
import type { Drawn } from "./drawn.js";
import { classes, line } from "./node-parts.js";
import { COLORS } from "./theme.js";

/** What was cut, as a count. */
export function drawRest({ id, namespaces, processes }: RestNode): Drawn {
  const words = `… and ${namespaces} more namespaces${processes > 0 ? ` with ${countProcesses(processes)}` : ""}`;
  return {
    lines: 1,
    attributes: {
      id,
      class: classes("rest"),
      tooltip: words,
      label: line(words),
      shape: "plaintext",
      style: "filled",
      fillcolor: COLORS.tag,
    },
  };
}
