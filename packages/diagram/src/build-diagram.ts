import type { NamespaceGraph } from "@ns-graph/graph";
import type { Detail, Diagram } from "./diagram.js";
import { buildOverviewDiagram } from "./overview-diagram.js";
import { buildOwnerDiagram } from "./owner-diagram.js";
import { buildPidDiagram } from "./pid-diagram.js";
import { buildProcessDiagram } from "./process-diagram.js";
import { tellApart } from "./tell-apart.js";
import { buildWorkloadDiagram } from "./workload-diagram.js";

/** With more than so many boxes and nodes, a picture in normal detail does not help any more. */
const MANY = 60;

/** With more than so many namespaces that need not be tried. */
const TOO_MANY = 2000;

/**
 * Lays a graph out as boxes, nodes and edges, as its view asks for.
 *
 * @param detail how much to show; `auto` is normal detail, or an overview where that would be too much for the eye.
 */
export function buildDiagram(graph: NamespaceGraph, detail: Detail | "auto"): Diagram {
  if (detail !== "auto") return build(graph, detail);
  if (graph.namespaces().length > TOO_MANY) return build(graph, "overview");
  const normal = build(graph, "normal");
  return normal.nodes.length + normal.boxes.length > MANY ? build(graph, "overview") : normal;
}

function build(graph: NamespaceGraph, detail: Detail): Diagram {
  const diagram = layOut(graph, detail);
  // Otherwise each process is listed.
  const isFolded = graph.view.members === "fold" && detail !== "full";
  return isFolded ? { ...diagram, nodes: tellApart(diagram.nodes) } : diagram;
}

function layOut(graph: NamespaceGraph, detail: Detail): Diagram {
  switch (graph.view.tree) {
    case "parent":
      return buildPidDiagram(graph, detail);
    case "process":
      return buildProcessDiagram(graph, detail);
    case "workload":
      return detail === "overview" ? buildOverviewDiagram(graph, false) : buildWorkloadDiagram(graph, detail);
    case "owner":
      return detail === "overview" ? buildOverviewDiagram(graph) : buildOwnerDiagram(graph, detail);
  }
}
