import type { Detail } from "@ns-graph/diagram";
import { arrange, type NamespaceGraph, selectSubject, TREE_RELATIONS } from "@ns-graph/graph";
import { CROWDS, findExcess, measure } from "@ns-graph/testkit";
import { describe, expect, test, vi } from "vitest";
import { drawDot } from "../src/draw-dot.js";

vi.setConfig({ testTimeout: 300_000 });

describe.each(CROWDS)("twice as many $of", ({ many, build }) => {
  // Each is a node with a label of a kilobyte, so fewer show it as well.
  const graphs = [build(many / 8), build(many / 4)] as const;
  const excessOf = (detail: Detail | "auto", of: (graph: NamespaceGraph) => NamespaceGraph): string | undefined => {
    const [half, whole] = graphs.map((graph) =>
      measure(() => drawDot(of(graph), { rankdir: "LR", legend: true, detail })),
    );
    return half && whole && findExcess(half, whole);
  };

  test.each(TREE_RELATIONS)("take twice as much to draw (%s)", (tree) => {
    expect(excessOf("auto", (graph) => arrange(graph, { tree }))).toBeUndefined();
  });

  test("take twice as much to draw in full detail, with every process", () => {
    expect(excessOf("full", (graph) => arrange(graph, { members: "all" }))).toBeUndefined();
  });

  test("take twice as much to show what they are of", () => {
    const show = (graph: NamespaceGraph): NamespaceGraph => {
      const id = graph.namespaces().find(({ initial }) => initial !== true)?.id ?? graph.viewer.namespaces.user ?? "";
      return selectSubject(graph, { kind: "namespace", id });
    };
    expect(excessOf("normal", show)).toBeUndefined();
  });
});
