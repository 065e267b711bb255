import {
  areZombies,
  machineNamespaces,
  NAMESPACE_TYPES,
  type NamespaceGraph,
  type NamespaceId,
  type NamespaceType,
  type ProcessSet,
} from "@ns-graph/graph";
import { bundleId } from "./bundle-id.js";
import type { Diagram, Edge, NamespacesNode, ProcessesNode, TypeIsolation } from "./diagram.js";
import { exposedTypes } from "./exposed-types.js";
import { foldChains } from "./fold-chains.js";
import { type Bundle, type Grouping, groupNamespaces, processesOf } from "./group-namespaces.js";
import { describeIsolation, findShared, typesIn } from "./isolation.js";
import { namespacesNode } from "./namespaces-node.js";
import { NodeIds } from "./node-ids.js";
import { parentEdges } from "./parent-edges.js";
import { subjectEdges } from "./subject-edges.js";
import { workloadTitles } from "./titles.js";
import { buildUserBoxes } from "./user-boxes.js";

/** From so many on, user namespaces that hold nothing but the next one are one box. */
const SHORTEST_CHAIN = 4;

/** User namespaces as boxes; in them, namespaces that the same processes are in as one node. */
export function buildNormalDiagram(graph: NamespaceGraph): Diagram {
  const machine = machineNamespaces(graph);
  const ids = new NodeIds(graph);
  const userBoxes = buildUserBoxes(graph, ids);
  const grouping = groupNamespaces(graph, machine, (namespace) => userBoxes.boxOf(namespace));
  const withProcesses = graph.view.members !== "none";
  const types = typesIn(graph);
  const isShared = findShared(graph, (set) => set);

  const nodeIds = new Map<Bundle, string>();
  const nodes: (NamespacesNode | ProcessesNode)[] = [];
  for (const bundle of grouping.bundles) {
    const id = bundleId(bundle.namespaces, ids);
    nodeIds.set(bundle, id);
    const exposed = bundle.isMachine ? [] : [...exposedTypes(bundle.sets, machine.ids)];
    nodes.push(
      namespacesNode(graph, id, bundle.namespaces, {
        box: bundle.box,
        processes: processesOf(graph, bundle.sets),
        isMachine: bundle.isMachine,
        ...(bundle.isMachine ? {} : { machineTypes: machineTypes(bundle, machine.ids) }),
        ...(bundle.isMachine || !withProcesses ? {} : { titles: workloadTitles(graph, bundle.sets) }),
        ...(exposed.length === 0 ? {} : { exposedTypes: exposed }),
      }),
    );
  }
  const edges: Edge[] = [...userBoxes.edges];
  if (withProcesses) {
    for (const { box, set } of grouping.looseSets) {
      const node = looseNode(graph, set, box, (sets) => describeIsolation(sets, types, machine, isShared));
      nodes.push(node);
      edges.push(...memberEdges(node.id, set.namespaces, machine.ids, grouping, nodeIds));
    }
    for (const bundle of grouping.bundles) {
      for (const { namespaces } of bundle.sets)
        edges.push(...memberEdges(nodeIds.get(bundle) ?? "", namespaces, machine.ids, grouping, nodeIds));
    }
  }
  const nodeOf = (id: NamespaceId): string | undefined => {
    const bundle = grouping.bundleOf.get(id);
    return bundle && nodeIds.get(bundle);
  };
  for (const edge of subjectEdges(graph, nodeOf)) edges.push(edge);
  const { parents, leftOut } = parentEdges(graph, machine.ids, ({ id }) => nodeOf(id));
  const occupied = new Set(nodes.flatMap(({ box }) => box ?? []));
  const boxes = foldChains(userBoxes.boxes, occupied, SHORTEST_CHAIN);
  return { detail: "normal", boxes, nodes, edges: edges.concat(parents), machine, parentsLeftOut: leftOut };
}

/** Processes that have no place at namespaces. */
function looseNode(
  graph: NamespaceGraph,
  set: ProcessSet,
  box: string | undefined,
  isolationOf: (sets: readonly ProcessSet[]) => readonly TypeIsolation[],
): ProcessesNode {
  const { processes } = set;
  return {
    kind: "processes",
    id: `processes_${processes[0]?.pid}`,
    box,
    titles: workloadTitles(graph, [set]),
    count: 1,
    processes,
    ...(areZombies(processes) ? {} : { isolation: isolationOf([set]) }),
  };
}

/** The types in which processes are where nearly everybody is. The boxes show user namespaces. */
function machineTypes(bundle: Bundle, machine: ReadonlySet<NamespaceId>): readonly NamespaceType[] {
  const living = bundle.sets.filter(({ processes }) => !areZombies(processes));
  return NAMESPACE_TYPES.filter(
    (type) =>
      type !== "user" && living.length > 0 && living.every(({ namespaces }) => machine.has(namespaces[type] ?? "")),
  );
}

function memberEdges(
  from: string,
  membership: Readonly<Partial<Record<NamespaceType, NamespaceId>>>,
  machine: ReadonlySet<NamespaceId>,
  grouping: Grouping,
  nodeIds: ReadonlyMap<Bundle, string>,
): Edge[] {
  const edges: Edge[] = [];
  const met = new Set<string>([from]);
  for (const type of NAMESPACE_TYPES) {
    const id = membership[type];
    if (id === undefined || machine.has(id)) continue;
    const bundle = grouping.bundleOf.get(id);
    const to = bundle && nodeIds.get(bundle);
    if (bundle === undefined || to === undefined || met.has(to)) continue;
    met.add(to);
    const [only] = bundle.namespaces;
    edges.push({
      kind: "member",
      from: { id: from },
      to: { id: to, ...(bundle.namespaces.length === 1 && only !== undefined ? { namespace: only } : {}) },
    });
  }
  return edges;
}
