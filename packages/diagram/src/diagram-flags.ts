import type { Flag } from "@ns-graph/graph";
import type { Detail } from "./diagram.js";

/** The option of every renderer of diagrams that says how much to draw: `auto` leaves it to the size of the graph. */
export const DETAIL_FLAG: Flag<Detail | "auto"> = {
  type: "choice",
  choices: ["auto", "overview", "normal", "full"],
  default: "auto",
  summary:
    "how much to draw: alike groups as one, one node a set of namespaces, or one a namespace; auto takes what fits",
};

/** Directions in which a diagram grows, as Graphviz and Mermaid call them. */
export type DiagramDirection = "LR" | "TB" | "RL" | "BT";

/** The option of every renderer of diagrams for their direction, under whatever name. */
export const DIRECTION_FLAG: Flag<DiagramDirection> = {
  type: "choice",
  choices: ["LR", "TB", "RL", "BT"],
  default: "LR",
  summary: "the direction in which the graph grows: left to right, top to bottom, or the reverse",
};
