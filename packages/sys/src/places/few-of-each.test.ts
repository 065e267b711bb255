import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FewOfEach } from "./few-of-each.js";
import { LISTED } from "./findings.js";

/** Mounts as they are met, some of them again: each is of one namespace. */
const met = fc.array(fc.nat(LISTED * 4), { maxLength: LISTED * 6 });
const namespaceOf = (mount: number): string => `4:${1 + (mount % 3)}`;

function look(few: FewOfEach<number>, mounts: readonly number[]): void {
  for (const mount of mounts) if (few.admit(namespaceOf(mount), mount)) few.keep(namespaceOf(mount), mount, mount);
}

const distinct = (mounts: readonly number[], id: string): number[] => [
  ...new Set(mounts.filter((mount) => namespaceOf(mount) === id)),
];

describe("a few mounts of each namespace", () => {
  test("keeps the first that are met, and counts each of the others once", () => {
    fc.assert(
      fc.property(met, (mounts) => {
        const few = new FewOfEach<number>();
        look(few, mounts);
        for (const id of ["4:1", "4:2", "4:3"]) {
          const all = distinct(mounts, id);
          const kept = [...few.kept.keys()].filter((mount) => namespaceOf(mount) === id);
          expect(kept).toEqual(all.slice(0, LISTED));
          expect(few.more(id)).toBe(all.length - kept.length);
        }
      }),
    );
  });

  test("together with what others counted, it tells of as many as there are", () => {
    fc.assert(
      fc.property(met, met, (mine, theirs) => {
        const few = new FewOfEach<number>();
        const others = new FewOfEach<number>();
        look(others, theirs);
        look(few, mine);
        // As a search does: what others kept is looked at again here.
        look(few, [...others.kept.keys()]);
        few.addCounted(others);
        for (const id of ["4:1", "4:2", "4:3"]) {
          const kept = [...few.kept.keys()].filter((mount) => namespaceOf(mount) === id).length;
          expect(kept).toBeLessThanOrEqual(LISTED);
          expect(kept + few.more(id)).toBe(distinct([...mine, ...theirs], id).length);
        }
      }),
    );
  });

  test("one that is kept after it was counted is counted no more", () => {
    const few = new FewOfEach<string>();
    for (let mount = 0; mount < LISTED + 1; mount++) if (few.admit("4:1", mount)) few.keep("4:1", mount, "first");
    expect(few.more("4:1")).toBe(1);
    few.keep("4:1", LISTED, "later");
    expect(few.more("4:1")).toBe(0);
    expect(few.kept.get(LISTED)).toBe("later");
  });
});
