import { arrange, type NamespaceGraph, selectSubject, TREE_RELATIONS } from "@ns-graph/graph";
import { CROWDS, findExcess, measure } from "@ns-graph/testkit";
import { describe, expect, test, vi } from "vitest";
import { type MermaidOptions, mermaidRenderer } from "../src/index.js";

vi.setConfig({ testTimeout: 300_000 });

function draw(graph: NamespaceGraph, detail: MermaidOptions["detail"]): Iterable<string> {
  const surface = { color: false, columns: 80, unicode: true };
  return mermaidRenderer.render(graph, { detail, direction: "LR" }, surface) as Iterable<string>;
}

describe.each(CROWDS)("twice as many $of", ({ many, build }) => {
  const graphs = [build(many / 2), build(many)] as const;
  const excessOf = (
    detail: MermaidOptions["detail"],
    of: (graph: NamespaceGraph) => NamespaceGraph,
  ): string | undefined => {
    const [half, whole] = graphs.map((graph) => measure(() => draw(of(graph), detail)));
    return half && whole && findExcess(half, whole);
  };

  test.each(TREE_RELATIONS)("take twice as much to draw (%s)", (tree) => {
    expect(excessOf("auto", (graph) => arrange(graph, { tree }))).toBeUndefined();
  });

  test("take twice as much to draw in full detail", () => {
    expect(excessOf("full", (graph) => graph)).toBeUndefined();
  });

  test("take twice as much to show what they are of", () => {
    const show = (graph: NamespaceGraph): NamespaceGraph => {
      const id = graph.namespaces().find(({ initial }) => initial !== true)?.id ?? graph.viewer.namespaces.user ?? "";
      return selectSubject(graph, { kind: "namespace", id });
    };
    expect(excessOf("normal", show)).toBeUndefined();
  });

  test("come in pieces, not as a whole", () => {
    for (const chunk of draw(graphs[1], "full")) expect(chunk.length).toBeLessThan(3_000_000);
  });
});

test("many alike processes that enter namespaces are told by how many they enter", () => {
  const crowd = CROWDS.find(({ of }) => of === "processes with long command lines");
  const text = [...draw(arrange(crowd?.build(500) as NamespaceGraph, { tree: "process" }), "overview")].join("");
  expect(text).toContain("uts ×500");
  expect(text.length).toBeLessThan(5_000);
});
