import {
  machineNamespaces,
  NAMESPACE_TYPES,
  type Namespace,
  type NamespaceGraph,
  type NamespaceId,
  type ProcessSet,
} from "@ns-graph/graph";
import type { Box, Diagram, DiagramNode, Edge, ProcessesNode } from "./diagram.js";
import { namespacesNode, pinsOf } from "./namespaces-node.js";
import { NodeIds } from "./node-ids.js";
import { parentEdges } from "./parent-edges.js";
import { subjectEdges } from "./subject-edges.js";
import { workloadTitles } from "./titles.js";
import { buildUserBoxes } from "./user-boxes.js";

/** One node for each namespace, each pin, and the processes of each set, with an edge for everything that holds something. */
export function buildFullDiagram(graph: NamespaceGraph): Diagram {
  const machine = machineNamespaces(graph);
  const ids = new NodeIds(graph);
  const userBoxes = buildUserBoxes(graph, ids);
  const nodes: DiagramNode[] = [];
  const edges: Edge[] = [...userBoxes.edges];
  const around = new Map(userBoxes.boxes.map(({ id, inside }) => [id, inside]));
  for (const namespace of graph.namespaces()) {
    const own = userBoxes.boxOf(namespace);
    // What holds a user namespace stands outside of its box, so that an edge can lead there.
    const box = namespace.type === "user" ? around.get(own) : own;
    if (namespace.type !== "user")
      nodes.push(
        namespacesNode(graph, ids.of(namespace), [namespace], {
          box: own,
          isMachine: machine.ids.has(namespace.id),
          pins: [],
        }),
      );
    for (const [index, pin] of pinsOf(graph, [namespace]).entries()) {
      const to = ids.of(namespace);
      const id = `pin_${index + 1}_of_${to}`;
      nodes.push({ kind: "pin", id, box, pin });
      edges.push({ kind: "pin", from: { id }, to: { id: to, namespace } });
    }
  }
  for (const set of graph.view.members === "none" ? [] : graph.processSets()) {
    if (Object.keys(set.namespaces).length === 0) continue;
    const user = graph.namespace(set.namespaces.user ?? "");
    const node = processesNode(graph, set, user && userBoxes.boxOf(user));
    nodes.push(node);
    for (const namespace of namespacesOf(graph, set))
      edges.push({ kind: "member", from: { id: node.id }, to: { id: ids.of(namespace), namespace } });
  }
  const nodeOf = (id: NamespaceId): string | undefined => {
    const namespace = graph.draws(id) ? graph.namespace(id) : undefined;
    return namespace && ids.of(namespace);
  };
  for (const edge of subjectEdges(graph, nodeOf)) edges.push(edge);
  const { parents } = parentEdges(graph, new Set(), (namespace) => ids.of(namespace));
  const boxes = userBoxes.boxes.map((box): Box => ({ ...box, pins: [] }));
  return { detail: "full", boxes, nodes, edges: edges.concat(parents), machine, parentsLeftOut: 0 };
}

function processesNode(graph: NamespaceGraph, set: ProcessSet, box: string | undefined): ProcessesNode {
  const { processes } = set;
  return {
    kind: "processes",
    id: `processes_${processes[0]?.pid}`,
    box,
    titles: workloadTitles(graph, [set]),
    count: 1,
    processes,
  };
}

/** Without the user namespace: that is the box. */
function namespacesOf(graph: NamespaceGraph, { namespaces }: ProcessSet): readonly Namespace[] {
  return NAMESPACE_TYPES.flatMap((type) => {
    const namespace = graph.namespace(namespaces[type] ?? "");
    return namespace === undefined || namespace.type === "user" ? [] : [namespace];
  });
}
