import { DETAIL_FLAG, type Detail, DIRECTION_FLAG, type DiagramDirection } from "@ns-graph/diagram";
import type { Flags } from "@ns-graph/graph";

/** How a graph is drawn. */
export interface DotOptions {
  /** How much is drawn; `auto` is as much as can still be looked at. */
  readonly detail: Detail | "auto";
  /** Which way edges point. */
  readonly rankdir: DiagramDirection;
  /** Whether shapes, colours and lines are explained beside the graph. */
  readonly legend: boolean;
}

/** What those can choose who hand the DOT on to a Graphviz of their own. */
export interface DotSetting {
  /** Names of fonts, for Graphviz to measure text with and to name in what it makes. */
  readonly fonts?: string;
  /** A line to stand under the title. */
  readonly remark?: string;
}

/** The options of `dot`, described: for renderers that have Graphviz draw. */
export const flags: Flags<DotOptions> = {
  detail: DETAIL_FLAG,
  rankdir: DIRECTION_FLAG,
  legend: { type: "boolean", default: true, summary: "say what shapes, colours and lines mean" },
};
