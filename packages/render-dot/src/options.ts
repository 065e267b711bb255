import { DETAIL_FLAG, type Detail, DIRECTION_FLAG, type DiagramDirection } from "@ns-graph/diagram";
import type { Flags } from "@ns-graph/graph";

/** How a graph is drawn. */
export interface DotOptions {
  readonly detail: Detail | "auto";
  readonly rankdir: DiagramDirection;
  readonly legend: boolean;
}

/** What those can choose who hand the DOT on to a Graphviz of their own. */
export interface DotSetting {
  /** Names of fonts, for Graphviz to measure text with and to name in what it makes. */
  readonly fonts?: string;
  /** A line to stand under the title. */
  readonly remark?: string;
}

export const flags: Flags<DotOptions> = {
  detail: DETAIL_FLAG,
  rankdir: DIRECTION_FLAG,
  legend: { type: "boolean", default: true, summary: "say what shapes, colours and lines mean" },
};
