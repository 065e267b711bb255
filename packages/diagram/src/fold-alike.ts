import { addTo, type NamespaceGraph, occupancyOf } from "@ns-graph/graph";
import {
  countDrafts,
  type DraftBox,
  type DraftGroup,
  innermostFirst,
  type Likeness,
  sameForm,
  sameNames,
} from "./draft.js";
import { isKnownChain } from "./fold-chains.js";

/**
 * Tells alike groups and alike boxes as one: first those with the same kinds of namespaces and the same names of
 * processes; where there are still more than `limit` things to look at, those that stand apart the least, whatever
 * their names are.
 */
export function foldAlike(graph: NamespaceGraph, paper: DraftBox, limit: number): void {
  for (const draft of innermostFirst(paper)) draft.groups = foldGroups(draft.groups, sameNames);
  foldBoxes(graph, paper, sameNames);
  if (countDrafts(paper) <= limit) return;
  foldByForm(paper, limit);
  if (countDrafts(paper) > limit) foldBoxes(graph, paper, sameForm);
}

function foldGroups(groups: readonly DraftGroup[], likeness: Likeness): DraftGroup[] {
  const folded = new Map<string, DraftGroup>();
  for (const group of groups) {
    const key = likeness(group);
    const first = folded.get(key);
    if (first === undefined) folded.set(key, group);
    else for (const island of group.islands) first.islands.push(island);
  }
  return [...folded.values()];
}

function foldByForm(paper: DraftBox, limit: number): void {
  let left = countDrafts(paper);
  const classes: { readonly draft: DraftBox; readonly form: string; readonly apart: number; readonly size: number }[] =
    [];
  for (const draft of innermostFirst(paper)) {
    const sizes = new Map<string, { apart: number; size: number }>();
    for (const { form, apart } of draft.groups) sizes.set(form, { apart, size: (sizes.get(form)?.size ?? 0) + 1 });
    for (const [form, { apart, size }] of sizes) if (size > 1) classes.push({ draft, form, apart, size });
  }
  classes.sort((a, b) => a.apart - b.apart || b.size - a.size);
  const chosen = new Map<DraftBox, string[]>();
  for (const { draft, form, size } of classes) {
    if (left <= limit) break;
    addTo(chosen, draft, form);
    left -= size - 1;
  }
  for (const [draft, list] of chosen) {
    const forms = new Set(list);
    draft.groups = foldGroups(draft.groups, (group) => (forms.has(group.form) ? group.form : sameNames(group)));
  }
}

function foldBoxes(graph: NamespaceGraph, paper: DraftBox, likeness: Likeness): void {
  const numbers = new Map<string, number>();
  const shapes = new Map<DraftBox, number>();
  const shapeOf = (draft: DraftBox): number => shapes.get(draft) ?? -1;
  for (const draft of innermostFirst(paper)) {
    const unlike = new Map<number, DraftBox>();
    for (const child of draft.children) {
      const first = unlike.get(shapeOf(child));
      if (first === undefined) unlike.set(shapeOf(child), child);
      else merge(first, child, shapeOf, likeness);
    }
    draft.children = [...unlike.values()];
    const [box] = draft.boxes;
    const [namespace] = box?.namespaces ?? [];
    const key = JSON.stringify([
      box?.kind,
      box && occupancyOf(graph, box.namespaces),
      box?.chain.length,
      box && isKnownChain(graph, box),
      namespace?.ownerUid,
      namespace?.context,
      [...new Set(draft.groups.map(likeness))].sort(),
      draft.children.map(shapeOf).sort((a, b) => a - b),
    ]);
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    shapes.set(draft, number);
  }
}

/** Adds what is in one box to what is in another of the same shape, where each thing has its like. */
function merge(into: DraftBox, from: DraftBox, shapeOf: (draft: DraftBox) => number, likeness: Likeness): void {
  const queue: [DraftBox, DraftBox][] = [[into, from]];
  for (let pair = queue.pop(); pair !== undefined; pair = queue.pop()) {
    const [first, second] = pair;
    for (const box of second.boxes) first.boxes.push(box);
    first.groups = foldGroups([...first.groups, ...second.groups], likeness);
    const likes = new Map(first.children.map((child) => [shapeOf(child), child]));
    for (const child of second.children) {
      const like = likes.get(shapeOf(child));
      if (like === undefined) first.children.push(child);
      else queue.push([like, child]);
    }
  }
}
