import {
  areZombies,
  type MachineNamespaces,
  type Membership,
  machineNamespaces,
  NAMESPACE_TYPES,
  type Namespace,
  type NamespaceGraph,
  type NamespaceId,
  type NamespaceType,
  type ProcessSet,
} from "@ns-graph/graph";
import { bundleId } from "./bundle-id.js";
import type { Box, Diagram, DiagramNode, Edge, NamespacesNode, ProcessesNode, TypeIsolation } from "./diagram.js";
import { exposedTypes } from "./exposed-types.js";
import { foldChains } from "./fold-chains.js";
import { type Bundle, type Grouping, groupNamespaces, processesOf } from "./group-namespaces.js";
import { describeIsolation, findShared, typesIn } from "./isolation.js";
import { namespacesNode, pinsOf } from "./namespaces-node.js";
import { NodeIds } from "./node-ids.js";
import { parentEdges } from "./parent-edges.js";
import { subjectEdges } from "./subject-edges.js";
import { ownersOf } from "./titles.js";
import { buildUserBoxes } from "./user-boxes.js";

/** From so many on, user namespaces that hold nothing but the next one are one box. */
const SHORTEST_CHAIN = 4;

/**
 * User namespaces as boxes. In them, namespaces that the same processes are in are one node; in full detail each namespace is
 * one, each pin, and the processes of each set, with an edge for everything that holds something.
 */
export function buildOwnerDiagram(graph: NamespaceGraph, detail: "normal" | "full"): Diagram {
  const isFull = detail === "full";
  const machine = machineNamespaces(graph);
  const ids = new NodeIds(graph);
  const userBoxes = buildUserBoxes(graph, ids);
  const grouping = groupNamespaces(graph, machine, (namespace) => userBoxes.boxOf(namespace), isFull);
  // In full detail nothing goes without saying.
  const unsaid = isFull ? new Set<NamespaceId>() : machine.ids;
  const nodeIds = new Map(grouping.bundles.map((bundle) => [bundle, bundleId(bundle.namespaces, ids)]));
  const nodes: DiagramNode[] = [];
  const edges: Edge[] = [...userBoxes.edges];
  for (const namespace of graph.namespaces()) {
    const bundle = grouping.bundleOf.get(namespace.id);
    if (bundle?.namespaces[0] === namespace) nodes.push(bundleNode(graph, bundle, nodeIds, machine.ids, isFull));
    if (isFull) addPins(graph, namespace, ids.of(namespace), userBoxes.around(namespace), nodes, edges);
  }
  const link = (from: string, { namespaces }: ProcessSet) =>
    edges.push(...memberEdges(from, namespaces, unsaid, grouping, nodeIds, isFull));
  const areDrawn = graph.view.members !== "none";
  const isolationOf = isFull ? undefined : isolationIn(graph, machine);
  for (const { box, set } of areDrawn ? grouping.looseSets : []) {
    const node = looseNode(graph, set, box, isolationOf);
    nodes.push(node);
    link(node.id, set);
  }
  for (const bundle of areDrawn ? grouping.bundles : [])
    for (const set of bundle.sets) link(nodeIds.get(bundle) ?? "", set);
  const nodeOf = (id: NamespaceId): string | undefined => {
    const bundle = grouping.bundleOf.get(id);
    const drawn = isFull && graph.draws(id) ? graph.namespace(id) : undefined;
    return drawn === undefined ? bundle && nodeIds.get(bundle) : ids.of(drawn);
  };
  for (const edge of subjectEdges(graph, nodeOf)) edges.push(edge);
  const { parents, leftOut } = parentEdges(graph, unsaid, ({ id }) => nodeOf(id));
  const occupied = new Set(nodes.flatMap(({ box }) => box ?? []));
  const boxes = isFull
    ? userBoxes.boxes.map((box): Box => ({ ...box, pins: [] }))
    : foldChains(userBoxes.boxes, occupied, SHORTEST_CHAIN);
  return { detail, boxes, nodes, edges: edges.concat(parents), machine, parentsLeftOut: leftOut };
}

/** Adds what holds a namespace. */
function addPins(
  graph: NamespaceGraph,
  namespace: Namespace,
  to: string,
  box: string | undefined,
  nodes: DiagramNode[],
  edges: Edge[],
): void {
  for (const [index, pin] of pinsOf(graph, [namespace]).entries()) {
    const id = `pin_${index + 1}_of_${to}`;
    nodes.push({ kind: "pin", id, box, pin });
    edges.push({ kind: "pin", from: { id }, to: { id: to, namespace } });
  }
}

type IsolationOf = (set: ProcessSet) => readonly TypeIsolation[];

function isolationIn(graph: NamespaceGraph, machine: MachineNamespaces): IsolationOf {
  const types = typesIn(graph);
  const isShared = findShared(graph, (set) => set);
  return (set) => describeIsolation(graph, [set], types, machine, isShared);
}

/** Processes that have no place at namespaces; how they are isolated is said where edges do not. */
function looseNode(
  graph: NamespaceGraph,
  set: ProcessSet,
  box: string | undefined,
  isolationOf: IsolationOf | undefined,
): ProcessesNode {
  const { processes } = set;
  const isolation = areZombies(processes) ? undefined : isolationOf?.(set);
  return {
    kind: "processes",
    id: `processes_${processes[0]?.pid}`,
    box,
    titles: ownersOf(graph, processes),
    count: 1,
    processes,
    ...(isolation === undefined ? {} : { isolation }),
  };
}

function bundleNode(
  graph: NamespaceGraph,
  bundle: Bundle,
  nodeIds: ReadonlyMap<Bundle, string>,
  machine: ReadonlySet<NamespaceId>,
  isFull: boolean,
): NamespacesNode {
  const { box, isMachine, namespaces, sets } = bundle;
  const exposed = isMachine ? [] : [...exposedTypes(graph, sets, machine)];
  const processes = processesOf(graph, sets);
  const withTitles = !isMachine && graph.view.members !== "none";
  return namespacesNode(graph, nodeIds.get(bundle) ?? "", namespaces, {
    box,
    isMachine,
    processes,
    machineTypes: isMachine ? [] : machineTypes(sets, machine),
    titles: withTitles ? ownersOf(graph, processes, namespaces) : [],
    ...(exposed.length === 0 ? {} : { exposedTypes: exposed }),
    ...(isFull ? { pins: [] } : {}),
  });
}

/** The types in which processes are where nearly everybody is. The boxes show user namespaces. */
function machineTypes(sets: readonly ProcessSet[], machine: ReadonlySet<NamespaceId>): readonly NamespaceType[] {
  const living = sets.filter(({ processes }) => !areZombies(processes));
  return NAMESPACE_TYPES.filter(
    (type) =>
      type !== "user" && living.length > 0 && living.every(({ namespaces }) => machine.has(namespaces[type] ?? "")),
  );
}

function memberEdges(
  from: string,
  membership: Membership,
  machine: ReadonlySet<NamespaceId>,
  grouping: Grouping,
  nodeIds: ReadonlyMap<Bundle, string>,
  isFull: boolean,
): Edge[] {
  const edges: Edge[] = [];
  const met = new Set<string>([from]);
  for (const type of NAMESPACE_TYPES) {
    const id = membership[type];
    if (id === undefined || machine.has(id)) continue;
    const bundle = grouping.bundleOf.get(id);
    const to = bundle && nodeIds.get(bundle);
    if (bundle === undefined || to === undefined || (!isFull && met.has(to))) continue;
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
