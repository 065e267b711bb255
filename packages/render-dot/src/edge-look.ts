import type { Edge } from "@ns-graph/diagram";
import type { Attributes } from "./dot/attributes.js";
import { COLORS, TYPE_LOOKS } from "./theme.js";

/** How a kind of edge looks, and which way Graphviz is to lay it out. */
export interface EdgeLook {
  /** Whether what is held stands before what holds it: the arrow is drawn against the order of the layout. */
  readonly backwards: boolean;
  readonly attributes: Attributes;
}

const LOOKS: Readonly<Record<Edge["kind"], EdgeLook>> = {
  parent: {
    backwards: true,
    attributes: { color: TYPE_LOOKS.pid.color, penwidth: 2, arrowtail: "normal", arrowsize: 0.8 },
  },
  child: { backwards: true, attributes: { color: COLORS.line, penwidth: 1.2, arrowtail: "vee", arrowsize: 0.7 } },
  member: { backwards: false, attributes: { color: COLORS.line, penwidth: 1.2, arrowhead: "vee", arrowsize: 0.7 } },
  pin: {
    backwards: false,
    attributes: { color: COLORS.line, style: "dotted", penwidth: 1.5, arrowhead: "odot", arrowsize: 0.5 },
  },
};

export function lookOfEdge(edge: Edge): EdgeLook {
  return LOOKS[edge.kind];
}
