import {
  groupBy,
  knowsMembers,
  machineNamespaces,
  type Namespace,
  type NamespaceGraph,
  type NamespaceId,
  namesOf,
  occupancyOf,
} from "@ns-graph/graph";
import type { Detail, Diagram, DiagramNode, Edge } from "./diagram.js";
import { namespacesNode, pinsOf } from "./namespaces-node.js";
import { NodeIds } from "./node-ids.js";
import { countAlike, ownersOf } from "./titles.js";

/** From how many alike children on an overview has one node for them. */
const ALIKE = 3;

/** The hierarchy of pid namespaces alone (`--pidns`). */
export function buildPidDiagram(graph: NamespaceGraph, detail: Detail): Diagram {
  const ids = new NodeIds(graph);
  const machine = machineNamespaces(graph);
  const shown = graph.namespaces().filter(({ type }) => type === "pid");
  const folded = detail === "overview" ? foldLeaves(graph, shown) : new Map<NamespaceId, readonly Namespace[]>();
  const nodes: DiagramNode[] = [];
  const edges: Edge[] = [];
  const present = new Set(shown.map(({ id }) => id));
  const withProcesses = graph.view.members !== "none";
  for (const namespace of shown) {
    const group = folded.get(namespace.id);
    if (group !== undefined && group[0] !== namespace) continue;
    const id = ids.of(namespace);
    const alike = group ?? [namespace];
    const processes = withProcesses ? alike.flatMap((each) => graph.drawnMembers(each.id)) : [];
    const isMachine = machine.ids.has(namespace.id);
    const titles = withProcesses && !isMachine ? ownersOf(graph, processes, alike) : [];
    if (alike.length === 1) {
      nodes.push(namespacesNode(graph, id, alike, { processes, isMachine, titles }));
    } else {
      const memberCount = alike.reduce((sum, each) => sum + graph.memberCount(each.id), 0);
      const doubt = alike.every((each) => knowsMembers(graph, each.id)) ? {} : ({ certain: false } as const);
      const isolation = [{ type: "pid", state: "own", count: 1, ...doubt } as const];
      nodes.push({
        kind: "group",
        id: `group_${id}`,
        box: undefined,
        titles,
        ...countAlike(alike.map((each) => ownersOf(graph, [], [each]))),
        namespaces: alike,
        processes,
        memberCount,
        isolation,
        pins: pinsOf(graph, alike),
      });
    }
    const parent = graph.parent(namespace);
    if (parent !== undefined && present.has(parent.id) && parent !== namespace)
      edges.push({
        kind: "parent",
        from: { id: nodes.at(-1)?.id ?? id, namespace },
        to: { id: ids.of(parent), namespace: parent },
      });
  }
  return { detail, boxes: [], nodes, edges, machine, parentsLeftOut: 0 };
}

/** Of each parent, the children without children of their own whose processes have the same names. */
function foldLeaves(graph: NamespaceGraph, shown: readonly Namespace[]): Map<NamespaceId, readonly Namespace[]> {
  const leaves = shown.filter(({ id }) => !graph.children(id).some((child) => graph.draws(child.id)));
  const alike = groupBy(leaves, (namespace) => {
    const parent = graph.parent(namespace);
    const names = namesOf(graph.drawnMembers(namespace.id));
    return parent && JSON.stringify([parent.id, names, occupancyOf(graph, [namespace])]);
  });
  alike.delete(undefined);
  const folded = new Map<NamespaceId, readonly Namespace[]>();
  for (const group of alike.values()) {
    if (group.length < ALIKE) continue;
    for (const { id } of group) folded.set(id, group);
  }
  return folded;
}
