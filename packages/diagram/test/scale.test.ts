import { arrange, TREE_RELATIONS } from "@ns-graph/graph";
import { CROWDS, findExcess, measure } from "@ns-graph/testkit";
import { describe, expect, test, vi } from "vitest";
import { buildDiagram, type Detail } from "../src/index.js";

vi.setConfig({ testTimeout: 300_000 });

const LAYOUTS = TREE_RELATIONS.flatMap((tree) =>
  (["overview", "normal", "full"] as const satisfies readonly Detail[]).map((detail) => ({ tree, detail })),
);

describe.each(CROWDS)("twice as many $of", ({ many, build }) => {
  const graphs = [build(many / 2), build(many)] as const;

  test.each(LAYOUTS)("take twice as much to lay out ($tree, $detail)", ({ tree, detail }) => {
    const [half, whole] = graphs.map((graph) =>
      measure(() => {
        buildDiagram(arrange(graph, { tree }), detail);
        return [];
      }),
    );
    expect(half && whole && findExcess(half, whole)).toBeUndefined();
  });
});
