import type { NamespaceGraph } from "../namespace-graph.js";
import type { NamespaceId } from "../namespace-id.js";
import type { NamespaceType } from "../namespace-type.js";
import { areZombies } from "../process.js";
import { namesOf } from "../summarize-processes.js";
import type { Box, CommonNamespaces, Isolation } from "./diagram.js";
import type { DraftBox, DraftGroup } from "./draft.js";
import { processesOf } from "./group-namespaces.js";
import type { Island, Islands } from "./islands.js";
import { describeIsolation, hasOthers, type IsShared, typesIn } from "./isolation.js";

/** Puts islands into their boxes, and says of each how it looks, before anything is folded. */
export function draftPaper(
  graph: NamespaceGraph,
  boxes: readonly Box[],
  { islands, ofSet }: Islands,
  common: CommonNamespaces,
): DraftBox {
  const paper: DraftBox = { boxes: [], children: [], groups: [] };
  const drafts = new Map<string | undefined, DraftBox>([[undefined, paper]]);
  for (const box of boxes) {
    const draft: DraftBox = { boxes: [box], children: [], groups: [] };
    drafts.set(box.id, draft);
    (drafts.get(box.inside) ?? paper).children.push(draft);
  }
  const types = typesIn(graph);
  const isShared = findSharedByIslands(graph, ofSet);
  for (const island of islands) {
    const living = island.sets.filter(({ processes }) => !areZombies(processes));
    const isolation =
      living.length === 0 ? ownTypes(types, island) : describeIsolation(living, types, common, isShared);
    (drafts.get(island.box) ?? paper).groups.push(draftGroup(graph, island, isolation));
  }
  return paper;
}

function draftGroup(graph: NamespaceGraph, island: Island, isolation: readonly Isolation[]): DraftGroup {
  const names = namesOf(processesOf(graph, island.sets));
  const isHeld = island.namespaces.some(({ id }) => graph.memberCount(id) > 0);
  const isContext = island.namespaces.length > 0 && island.namespaces.every(({ context }) => context);
  const states = isolation.map(({ type, state, count, exposed = false }) => `${type} ${state} ${count} ${exposed}`);
  return {
    islands: [island],
    isolation,
    form: JSON.stringify([states, isHeld, isContext]),
    names: JSON.stringify(names),
    apart: isolation.filter(({ state }) => state !== "common" && state !== "unknown").length,
  };
}

/** Of namespaces that no process of the graph is in, or zombies alone. */
function ownTypes(types: readonly NamespaceType[], { namespaces }: Island): readonly Isolation[] {
  return types
    .map((type): Isolation => ({ type, state: "own", count: namespaces.filter((each) => each.type === type).length }))
    .filter(({ count }) => count > 0);
}

/** Whether processes of more than one island are in a namespace. */
function findSharedByIslands(graph: NamespaceGraph, ofSet: Islands["ofSet"]): IsShared {
  const first = new Map<NamespaceId, Island | undefined>();
  const shared = new Set<NamespaceId>();
  for (const set of graph.processSets()) {
    if (areZombies(set.processes)) continue;
    const island = ofSet.get(set);
    for (const id of Object.values(set.namespaces)) {
      if (!first.has(id)) first.set(id, island);
      else if (first.get(id) !== island) shared.add(id);
    }
  }
  return (id) => shared.has(id) || hasOthers(graph, id);
}
