import { NAMESPACE_TYPES, type Namespace, type NamespaceGraph } from "@ns-graph/graph";
import { bundleId } from "./bundle-id.js";
import type { Diagram, Line, NamespacesNode } from "./diagram.js";
import { draftPaper } from "./draft-paper.js";
import { drawnPins } from "./drawn-pins.js";
import { findCommon } from "./find-common.js";
import { type Finished, finishOverview } from "./finish-overview.js";
import { foldAlike } from "./fold-alike.js";
import { foldChains } from "./fold-chains.js";
import { type Bundle, type Grouping, groupNamespaces, processesOf } from "./group-namespaces.js";
import { findIslands, type Islands } from "./islands.js";
import { NodeIds } from "./node-ids.js";
import { parentLines } from "./parent-lines.js";
import { subjectLines } from "./subject-lines.js";
import { buildUserBoxes } from "./user-boxes.js";
import { findWholeIslands } from "./whole-islands.js";

/** So many things can be looked at in one picture. */
const LIMIT = 80;

/**
 * What belongs together as one node, alike ones as one, and user namespaces that hold nothing else as one box.
 *
 * @param withBoxes false to leave the user namespaces out and tell only who is isolated from whom.
 */
export function buildOverviewDiagram(graph: NamespaceGraph, withBoxes = true): Diagram {
  const common = findCommon(graph);
  const ids = new NodeIds(graph);
  const userBoxes = buildUserBoxes(graph, ids);
  const grouping = groupNamespaces(graph, common, (namespace) => (withBoxes ? userBoxes.boxOf(namespace) : undefined));
  const islands = findIslands(grouping);
  const occupied = new Set<string>();
  for (const { box } of [...grouping.bundles, ...grouping.strays]) if (box !== undefined) occupied.add(box);

  const whole = findWholeIslands(graph, islands, common, withBoxes);
  const boxes = withBoxes ? foldChains(userBoxes.boxes, occupied, 1) : [];
  const paper = draftPaper(graph, boxes, islands, common, whole.isShared);
  foldAlike(graph, paper, LIMIT);
  const finished = finishOverview(graph, paper, ids, whole, !withBoxes);

  const commonNodes = new Map<Bundle, NamespacesNode>();
  for (const bundle of grouping.bundles) {
    if (!bundle.common) continue;
    commonNodes.set(bundle, {
      kind: "namespaces",
      id: bundleId(bundle.namespaces, ids),
      box: finished.boxOf.get(bundle.box ?? ""),
      titles: [],
      namespaces: bundle.namespaces,
      processes: processesOf(graph, bundle.sets),
      commonTypes: [],
      common: true,
      pins: bundle.namespaces.flatMap((namespace) => drawnPins(graph, namespace)),
    });
  }
  const placeOf = (bundle: Bundle | undefined): string | undefined => {
    const island = bundle && islands.ofBundle.get(bundle);
    if (island !== undefined) return finished.nodeOf.get(island);
    return bundle && commonNodes.get(bundle)?.id;
  };
  const nodeOf = (namespace: Namespace): string | undefined => placeOf(grouping.bundleOf.get(namespace.id));
  const { parents, leftOut } = parentLines(graph, common.ids, nodeOf, 0);
  return {
    detail: "overview",
    boxes: finished.boxes,
    nodes: [...commonNodes.values(), ...finished.nodes],
    lines: withoutRepeats([
      ...(withBoxes ? boxLines(userBoxes.lines, finished) : []),
      ...(withBoxes ? parents : []).map(
        ({ kind, from, to }): Line => ({ kind, from: { id: from.id }, to: { id: to.id } }),
      ),
      ...memberLines(graph, grouping, islands, finished, placeOf),
      ...subjectLines(graph, (id) => placeOf(grouping.bundleOf.get(id))),
    ]),
    common,
    parentsLeftOut: withBoxes ? leftOut : 0,
  };
}

function* boxLines(lines: readonly Line[], { boxOf }: Finished): Generator<Line> {
  for (const { kind, from, to } of lines) {
    const ends = [boxOf.get(from.id), boxOf.get(to.id)];
    if (ends[0] !== undefined && ends[1] !== undefined && ends[0] !== ends[1])
      yield { kind, from: { id: ends[0] }, to: { id: ends[1] } };
  }
}

function* memberLines(
  graph: NamespaceGraph,
  grouping: Grouping,
  { ofSet }: Islands,
  { nodeOf }: Finished,
  placeOf: (bundle: Bundle | undefined) => string | undefined,
): Generator<Line> {
  if (graph.view.members === "none") return;
  for (const [set, island] of ofSet) {
    const from = nodeOf.get(island);
    if (from === undefined) continue;
    for (const type of NAMESPACE_TYPES) {
      const namespace: Namespace | undefined = graph.namespace(set.namespaces[type] ?? "");
      const bundle = namespace && grouping.bundleOf.get(namespace.id);
      const to = bundle?.common ? undefined : placeOf(bundle);
      if (to !== undefined && to !== from) yield { kind: "member", from: { id: from }, to: { id: to } };
    }
  }
}

function withoutRepeats(lines: Iterable<Line>): readonly Line[] {
  const unlike = new Map<string, Line>();
  for (const line of lines) {
    const key = `${line.kind} ${line.from.id} ${line.to.id}`;
    if (!unlike.has(key)) unlike.set(key, line);
  }
  return [...unlike.values()];
}
