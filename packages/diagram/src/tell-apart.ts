import { namesOf, spellTitles } from "@ns-graph/graph";
import type { DiagramNode, GroupNode, NamespacesNode, ProcessesNode } from "./diagram.js";
import { leaderTitles } from "./titles.js";

type NodeOfProcesses = NamespacesNode | ProcessesNode | GroupNode;

/** Nodes of several processes that would read the same are told apart by who leads each; of one process there is the PID. */
export function tellApart(nodes: readonly DiagramNode[]): readonly DiagramNode[] {
  const counts = new Map<string, number>();
  const keys = new Map<DiagramNode, string>();
  for (const node of nodes) {
    if (!isOne(node) || node.processes.length < 2) continue;
    const key = JSON.stringify([spellTitles(node.titles), namesOf(node.processes)]);
    keys.set(node, key);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return nodes.map((node) => {
    if (!isOne(node) || (counts.get(keys.get(node) ?? "") ?? 0) < 2) return node;
    return { ...node, titles: [...node.titles, ...leaderTitles(node.processes)] };
  });
}

/** Whether a node stands for one thing: of several alike ones no process leads all. */
function isOne(node: DiagramNode): node is NodeOfProcesses {
  if (node.kind === "namespaces") return !node.isMachine;
  return (node.kind === "processes" || node.kind === "group") && node.count === 1;
}
