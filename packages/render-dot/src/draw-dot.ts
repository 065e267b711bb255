import { buildDiagram } from "@ns-graph/diagram";
import type { Fact, NamespaceGraph, View } from "@ns-graph/graph";
import type { DotOptions } from "./options.js";
import { printDiagram } from "./print-diagram.js";

/** What those can choose who hand the DOT on to a Graphviz of their own. */
export interface DotSetting {
  /** Names of fonts, for Graphviz to measure text with and to name in what it makes. */
  readonly fonts?: string;
  /** A line to stand under the title. */
  readonly remark?: string;
}

/** Draws a graph in the DOT language, piece by piece. */
export function drawDot(graph: NamespaceGraph, options: DotOptions, setting: DotSetting = {}): Iterable<string> {
  return printDiagram(graph, buildDiagram(graph, options.detail), options, setting);
}

/** The facts that a drawing shows. */
export function factsInDot(view: View): readonly Fact[] {
  return view.members === "none" ? ["maps", "users"] : ["status", "cgroup", "maps", "users"];
}
