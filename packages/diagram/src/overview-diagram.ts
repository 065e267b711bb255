import { machineNamespaces, NAMESPACE_TYPES, type Namespace, type NamespaceGraph } from "@ns-graph/graph";
import { bundleId } from "./bundle-id.js";
import type { Diagram, Edge, NamespacesNode } from "./diagram.js";
import { draftPaper } from "./draft-paper.js";
import { type Finished, finishOverview } from "./finish-overview.js";
import { foldAlike } from "./fold-alike.js";
import { foldChains } from "./fold-chains.js";
import { type Bundle, type Grouping, groupNamespaces, processesOf } from "./group-namespaces.js";
import { findIslands, type Islands } from "./islands.js";
import { namespacesNode } from "./namespaces-node.js";
import { NodeIds } from "./node-ids.js";
import { parentEdges } from "./parent-edges.js";
import { subjectEdges } from "./subject-edges.js";
import { buildUserBoxes } from "./user-boxes.js";
import { findWholeIslands } from "./whole-islands.js";

/** So many things can be looked at in one picture. */
const LIMIT = 80;

/**
 * What belongs together as one node, alike ones as one, and user namespaces that hold nothing else as one box.
 *
 * @param withBoxes false to leave the user namespaces out and show only who is isolated from whom.
 */
export function buildOverviewDiagram(graph: NamespaceGraph, withBoxes = true): Diagram {
  const machine = machineNamespaces(graph);
  const ids = new NodeIds(graph);
  const userBoxes = buildUserBoxes(graph, ids);
  const grouping = groupNamespaces(graph, machine, (namespace) => (withBoxes ? userBoxes.boxOf(namespace) : undefined));
  const islands = findIslands(grouping);
  const occupied = new Set<string>();
  for (const { box } of [...grouping.bundles, ...grouping.looseSets]) if (box !== undefined) occupied.add(box);

  const whole = findWholeIslands(graph, islands, machine, withBoxes);
  const boxes = withBoxes ? foldChains(userBoxes.boxes, occupied, 1) : [];
  const paper = draftPaper(graph, boxes, islands, machine, whole.isShared);
  foldAlike(graph, paper, LIMIT);
  const finished = finishOverview(graph, paper, ids, whole, !withBoxes);

  const machineNodes = new Map<Bundle, NamespacesNode>();
  for (const bundle of grouping.bundles) {
    if (!bundle.isMachine) continue;
    const box = finished.boxOf.get(bundle.box ?? "");
    const processes = processesOf(graph, bundle.sets);
    const id = bundleId(bundle.namespaces, ids);
    machineNodes.set(bundle, namespacesNode(graph, id, bundle.namespaces, { box, processes, isMachine: true }));
  }
  const placeOf = (bundle: Bundle | undefined): string | undefined => {
    const island = bundle && islands.ofBundle.get(bundle);
    if (island !== undefined) return finished.nodeOf.get(island);
    return bundle && machineNodes.get(bundle)?.id;
  };
  const nodeOf = (namespace: Namespace): string | undefined => placeOf(grouping.bundleOf.get(namespace.id));
  const { parents, leftOut } = parentEdges(graph, machine.ids, nodeOf, 0);
  return {
    detail: "overview",
    boxes: finished.boxes,
    nodes: [...machineNodes.values(), ...finished.nodes],
    edges: withoutRepeats([
      ...(withBoxes ? boxEdges(userBoxes.edges, finished) : []),
      ...(withBoxes ? parents : []).map(
        ({ kind, from, to }): Edge => ({ kind, from: { id: from.id }, to: { id: to.id } }),
      ),
      ...memberEdges(graph, grouping, islands, finished, placeOf),
      ...subjectEdges(graph, (id) => placeOf(grouping.bundleOf.get(id))),
    ]),
    machine,
    parentsLeftOut: withBoxes ? leftOut : 0,
  };
}

function* boxEdges(edges: readonly Edge[], { boxOf }: Finished): Generator<Edge> {
  for (const { kind, from, to } of edges) {
    const ends = [boxOf.get(from.id), boxOf.get(to.id)];
    if (ends[0] !== undefined && ends[1] !== undefined && ends[0] !== ends[1])
      yield { kind, from: { id: ends[0] }, to: { id: ends[1] } };
  }
}

function* memberEdges(
  graph: NamespaceGraph,
  grouping: Grouping,
  { ofSet }: Islands,
  { nodeOf }: Finished,
  placeOf: (bundle: Bundle | undefined) => string | undefined,
): Generator<Edge> {
  if (graph.view.members === "none") return;
  for (const [set, island] of ofSet) {
    const from = nodeOf.get(island);
    if (from === undefined) continue;
    for (const type of NAMESPACE_TYPES) {
      const namespace: Namespace | undefined = graph.namespace(set.namespaces[type] ?? "");
      const bundle = namespace && grouping.bundleOf.get(namespace.id);
      const to = bundle?.isMachine ? undefined : placeOf(bundle);
      if (to !== undefined && to !== from) yield { kind: "member", from: { id: from }, to: { id: to } };
    }
  }
}

function withoutRepeats(edges: Iterable<Edge>): readonly Edge[] {
  const unlike = new Map<string, Edge>();
  for (const edge of edges) {
    const key = `${edge.kind} ${edge.from.id} ${edge.to.id}`;
    if (!unlike.has(key)) unlike.set(key, edge);
  }
  return [...unlike.values()];
}
