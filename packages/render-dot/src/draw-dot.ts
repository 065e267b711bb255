import { buildDiagram } from "@ns-graph/diagram";
import type { Fact, NamespaceGraph, View } from "@ns-graph/graph";
import type { DotOptions, DotSetting } from "./options.js";
import { printDiagram } from "./print-diagram.js";

/** Draws a graph in the DOT language, piece by piece. */
export function drawDot(graph: NamespaceGraph, options: DotOptions, setting: DotSetting = {}): Iterable<string> {
  return printDiagram(graph, buildDiagram(graph, options.detail), options, setting);
}

/** The facts that a drawing shows. */
export function factsInDot(view: View): readonly Fact[] {
  return view.members === "none" ? ["maps", "users"] : ["status", "cgroup", "maps", "users"];
}
