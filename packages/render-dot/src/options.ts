import type { Detail, Flags } from "@ns-graph/graph";

/** How a graph is drawn. */
export interface DotOptions {
  readonly detail: Detail | "auto";
  readonly rankdir: "LR" | "TB" | "RL" | "BT";
  readonly legend: boolean;
}

export const flags: Flags<DotOptions> = {
  detail: {
    type: "choice",
    choices: ["auto", "overview", "normal", "full"],
    default: "auto",
    summary:
      "how much to draw: alike groups as one, one node a set of namespaces, or one a namespace; auto takes what fits",
  },
  rankdir: {
    type: "choice",
    choices: ["LR", "TB", "RL", "BT"],
    default: "LR",
    summary: "the direction in which the graph grows: left to right, top to bottom, or the reverse",
  },
  legend: { type: "boolean", default: true, summary: "say what shapes, colours and lines mean" },
};
