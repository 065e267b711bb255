import { describe, expect, it } from "vitest";
import { type Branch, drawTree } from "./draw-tree.js";
import { flow, words } from "./flow.js";
import { takePen } from "./pen.js";

type Tree = readonly [name: string, ...children: Tree[]];

function grow([value, ...children]: Tree): Branch<string> {
  return { value, children: children.map(grow) };
}

function draw(tree: Tree, columns = 80, unicode = true): string[] {
  const pen = takePen({ color: false, columns, unicode });
  return [
    ...drawTree(pen, [grow(tree)], ({ value }) => ({
      head: words(value),
      body: (room) => flow(words(value === "b" ? "more of b" : ""), room, room),
    })),
  ];
}

describe("drawTree", () => {
  it("draws guides as tree(1) does", () => {
    expect(draw(["a", ["b", ["c"]], ["b"], ["d", ["e"]]])).toEqual([
      "a",
      "├── b",
      "│   │   more of b",
      "│   └── c",
      "├── b",
      "│       more of b",
      "└── d",
      "    └── e",
    ]);
  });

  it("draws them in ASCII", () => {
    expect(draw(["a", ["b", ["c"]], ["d"]], 80, false)).toEqual([
      "a",
      "|-- b",
      "|   |   more of b",
      "|   `-- c",
      "`-- d",
    ]);
  });

  it("draws narrow guides where wide ones would take the room", () => {
    expect(draw(["a", ["b", ["c"]], ["d"]], 40)).toEqual(["a", "├╴b", "│ │ more of b", "│ └╴c", "└╴d"]);
  });

  it("gives the depth as a number where no guides fit any more", () => {
    expect(draw(["a", ["c", ["d", ["e"], ["f"]], ["g"]], ["h"]], 36)).toEqual([
      "a",
      "├╴c",
      "├╴depth 2: d",
      "├╴depth 3: e",
      "├╴depth 3: f",
      "├╴depth 2: g",
      "└╴h",
    ]);
  });
});
