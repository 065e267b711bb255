import { compareNamespaces, type NamespaceGraph, type OwnerTitle } from "@ns-graph/graph";
import { bundleId } from "./bundle-id.js";
import type { Box, DiagramNode, RestNode } from "./diagram.js";
import { type DraftBox, type DraftGroup, outermostFirst } from "./draft.js";
import { processesOf } from "./group-namespaces.js";
import type { Island } from "./islands.js";
import { namespacesNode, pinsOf } from "./namespaces-node.js";
import type { NodeIds } from "./node-ids.js";
import { countAlike, leaderTitles, ownersOf } from "./titles.js";
import type { WholeIslands } from "./whole-islands.js";

/** So many things fit into one box; what is left is a count. */
const BOX_LIMIT = 60;

/** The boxes and nodes of an overview, and where what was folded is found in it. */
export interface Finished {
  readonly boxes: readonly Box[];
  readonly nodes: readonly DiagramNode[];
  readonly nodeOf: ReadonlyMap<Island, string>;
  /** For each box before folding, the one that stands for it. */
  readonly boxOf: ReadonlyMap<string, string>;
}

/**
 * Makes boxes and nodes of what is left after folding.
 *
 * @param withLeaders whether a group that is called nothing goes by the process that leads it.
 */
export function finishOverview(
  graph: NamespaceGraph,
  paper: DraftBox,
  ids: NodeIds,
  whole: WholeIslands,
  withLeaders = false,
): Finished {
  const boxes: Box[] = [];
  const nodes: DiagramNode[] = [];
  const nodeOf = new Map<Island, string>();
  const boxOf = new Map<string, string>();
  const queue: { readonly draft: DraftBox; readonly inside: string | undefined }[] = [
    { draft: paper, inside: undefined },
  ];
  for (let entry = queue.pop(); entry !== undefined; entry = queue.pop()) {
    const { draft, inside } = entry;
    const box = mergeBoxes(draft.boxes, inside);
    if (box !== undefined) boxes.push(box);
    for (const { id } of draft.boxes) boxOf.set(id, box?.id ?? id);
    for (const group of draft.groups.slice(0, BOX_LIMIT)) {
      const node = finishGroup(graph, group, box?.id, ids, whole, withLeaders);
      nodes.push(node);
      for (const island of group.islands) nodeOf.set(island, node.id);
    }
    const rest: DraftBox = {
      boxes: [],
      groups: draft.groups.slice(BOX_LIMIT),
      children: draft.children.slice(BOX_LIMIT),
    };
    if (rest.groups.length + rest.children.length > 0) nodes.push(countRest(graph, rest, box?.id));
    for (const child of draft.children.slice(0, BOX_LIMIT).reverse()) queue.push({ draft: child, inside: box?.id });
  }
  return { boxes, nodes, nodeOf, boxOf };
}

function mergeBoxes(boxes: readonly Box[], inside: string | undefined): Box | undefined {
  const [first] = boxes;
  if (first === undefined || boxes.length === 1) return first && { ...first, inside };
  return {
    ...first,
    inside,
    namespaces: boxes.flatMap(({ namespaces }) => namespaces).sort(compareNamespaces),
    chain: boxes.flatMap(({ chain }) => chain).sort(compareNamespaces),
    memberCount: boxes.reduce((sum, { memberCount }) => sum + memberCount, 0),
    pins: boxes.flatMap(({ pins }) => pins),
  };
}

function finishGroup(
  graph: NamespaceGraph,
  group: DraftGroup,
  box: string | undefined,
  ids: NodeIds,
  whole: WholeIslands,
  withLeaders: boolean,
): DiagramNode {
  const namespaces = group.islands.flatMap((island) => island.namespaces).sort(compareNamespaces);
  const processes = processesOf(
    graph,
    group.islands.flatMap(({ sets }) => sets),
  );
  const titles = islandTitles(graph, group.islands);
  const [only] = namespaces;
  if (namespaces.length === 1 && only !== undefined && group.islands[0]?.sets.length === 0) {
    return namespacesNode(graph, ids.of(only), namespaces, { box, processes, titles });
  }
  const [island] = group.islands;
  const ordered = island === undefined ? [] : [...island.namespaces].sort(compareNamespaces);
  return {
    kind: "group",
    id:
      ordered.length === 0
        ? `processes_${processes[0]?.pid ?? island?.sets[0]?.processes[0]?.pid}`
        : `group_${bundleId(ordered, ids)}`,
    box,
    titles: titles.length === 0 && withLeaders && group.islands.length === 1 ? leaderTitles(processes) : titles,
    ...countAlike(group.islands.map((each) => islandTitles(graph, [each]))),
    namespaces,
    processes,
    memberCount: whole.count(group.islands),
    isolation: group.isolation,
    pins: pinsOf(graph, namespaces),
  };
}

function islandTitles(graph: NamespaceGraph, islands: readonly Island[]): readonly OwnerTitle[] {
  return ownersOf(
    graph,
    islands.flatMap(({ sets }) => sets.flatMap(({ processes }) => processes)),
    islands.flatMap(({ namespaces }) => namespaces),
  );
}

function countRest(graph: NamespaceGraph, rest: DraftBox, box: string | undefined): RestNode {
  let namespaces = 0;
  let processes = 0;
  const cut: Island[] = [];
  for (const draft of outermostFirst(rest)) {
    for (const { namespaces: own, chain } of draft.boxes) namespaces += own.length + chain.length;
    for (const { islands } of draft.groups) {
      for (const island of islands) {
        cut.push(island);
        namespaces += island.namespaces.length;
        processes += processesOf(graph, island.sets).length;
      }
    }
  }
  const titles = islandTitles(graph, cut);
  return { kind: "rest", id: `rest_of_${box ?? "all"}`, box, namespaces, processes, titles };
}
