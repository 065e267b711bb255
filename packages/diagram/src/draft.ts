import type { Box, TypeIsolation } from "./diagram.js";
import type { Island } from "./islands.js";

/** A node of an overview while it is being folded: islands that become one. */
export interface DraftGroup {
  readonly islands: Island[];
  /** Of the first island. */
  readonly isolation: readonly TypeIsolation[];
  /** Equal for groups whose islands have the same kinds of namespaces. */
  readonly form: string;
  /** Equal for groups whose processes have the same names. */
  readonly names: string;
  /** In how many types the processes stand apart from everybody. */
  readonly apart: number;
}

/** A box of an overview while it is being folded. The one without boxes of its own is the paper. */
export interface DraftBox {
  /** The box, and those that it stands for. */
  readonly boxes: Box[];
  children: DraftBox[];
  groups: DraftGroup[];
}

/** How alike groups have to be to become one. */
export type Likeness = (group: DraftGroup) => string;

/** Processes that stand apart in less than this (services with mounts of their own) need not be named. */
const APART = 3;

export const sameNames: Likeness = ({ form, names, apart }) => (apart < APART ? form : `${form} ${names}`);
export const sameForm: Likeness = ({ form }) => form;

/** The paper and all boxes, each before those in it. */
export function outermostFirst(paper: DraftBox): readonly DraftBox[] {
  const found: DraftBox[] = [];
  const queue = [paper];
  for (let draft = queue.pop(); draft !== undefined; draft = queue.pop()) {
    found.push(draft);
    for (let i = draft.children.length - 1; i >= 0; i--) queue.push(draft.children[i] as DraftBox);
  }
  return found;
}

/** The paper and all boxes, each after those in it. */
export function innermostFirst(paper: DraftBox): readonly DraftBox[] {
  return [...outermostFirst(paper)].reverse();
}

/** How many things there are to look at. */
export function countDrafts(paper: DraftBox): number {
  return outermostFirst(paper).reduce((sum, { boxes, groups }) => sum + Math.min(1, boxes.length) + groups.length, 0);
}
