import {
  areZombies,
  type MachineNamespaces,
  type NamespaceGraph,
  type NamespaceType,
  namesOf,
  occupancyOf,
} from "@ns-graph/graph";
import type { Box, TypeIsolation } from "./diagram.js";
import type { DraftBox, DraftGroup } from "./draft.js";
import { processesOf } from "./group-namespaces.js";
import type { Island, Islands } from "./islands.js";
import { describeIsolation, type IsShared, typesIn } from "./isolation.js";

/** Puts islands into their boxes, and says of each how it looks, before anything is folded. */
export function draftPaper(
  graph: NamespaceGraph,
  boxes: readonly Box[],
  { islands }: Islands,
  machine: MachineNamespaces,
  isShared: IsShared,
): DraftBox {
  const paper: DraftBox = { boxes: [], children: [], groups: [] };
  const drafts = new Map<string | undefined, DraftBox>([[undefined, paper]]);
  for (const box of boxes) {
    const draft: DraftBox = { boxes: [box], children: [], groups: [] };
    drafts.set(box.id, draft);
    (drafts.get(box.inside) ?? paper).children.push(draft);
  }
  const types = typesIn(graph);
  for (const island of islands) {
    const living = island.sets.filter(({ processes }) => !areZombies(processes));
    const isolation =
      living.length === 0
        ? ownTypes(types, island, isShared)
        : describeIsolation(graph, living, types, machine, isShared);
    (drafts.get(island.box) ?? paper).groups.push(draftGroup(graph, island, isolation));
  }
  return paper;
}

function draftGroup(graph: NamespaceGraph, island: Island, isolation: readonly TypeIsolation[]): DraftGroup {
  const names = namesOf(processesOf(graph, island.sets));
  const occupancy = occupancyOf(graph, island.namespaces);
  const isContext = island.namespaces.length > 0 && island.namespaces.every(({ context }) => context);
  const states = isolation.map(
    ({ type, state, count, certain = true, exposed = false }) => `${type} ${state} ${count} ${certain} ${exposed}`,
  );
  return {
    islands: [island],
    isolation,
    form: JSON.stringify([states, occupancy, isContext]),
    names: JSON.stringify(names),
    apart: isolation.filter(({ state }) => state !== "machine" && state !== "unknown").length,
  };
}

/** Of namespaces that no drawn process is in, or zombies alone. */
function ownTypes(
  types: readonly NamespaceType[],
  { namespaces }: Island,
  isShared: IsShared,
): readonly TypeIsolation[] {
  return types.flatMap((type): TypeIsolation[] => {
    const sharing = namespaces.filter((each) => each.type === type).map(({ id }) => isShared(id));
    const count = sharing.length;
    if (count === 0) return [];
    if (sharing.includes(true)) return [{ type, state: "shared", count }];
    return [{ type, state: "own", count, ...(sharing.includes(undefined) ? { certain: false } : {}) }];
  });
}
