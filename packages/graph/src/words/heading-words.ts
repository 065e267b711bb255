import type { TreeGroup } from "../model/forest.js";

const HEADINGS: Readonly<
  Record<Exclude<TreeGroup["heading"], "visible">, Readonly<Record<"owner" | "parent", string>>>
> = {
  "invisible-owner": {
    owner: "owned by a user namespace above what can be seen from here",
    parent: "below one above what can be seen from here",
  },
  "above-selection": { owner: "owned from above what was selected", parent: "below what was not selected" },
  "unknown-owner": { owner: "with an owner that is not known", parent: "with a parent that is not known" },
  loop: {
    owner: "owned in a circle, so that none is at the top",
    parent: "parents in a circle, so that none is at the top",
  },
};

/** What trees have in common that begin for the same reason: `with an owner that is not known`. */
export function describeHeading(
  heading: Exclude<TreeGroup["heading"], "visible">,
  relation: "owner" | "parent" = "owner",
): string {
  return HEADINGS[heading][relation];
}
