import { type NamespaceGraph, selectSubject } from "@ns-graph/graph";
import { CROWDS, findExcess, makeHost, measure } from "@ns-graph/testkit";
import { describe, expect, test } from "vitest";
import { readDocument } from "../src/index.js";
import { chunksOf } from "./document-text.js";

test("a machine of 10^5 processes goes out in chunks and comes back with its sharing", { timeout: 60_000 }, () => {
  const host = makeHost({ processes: 100_000, namespaces: 10_000 });
  const chunks = chunksOf(host);
  expect(Math.max(...chunks.map((chunk) => chunk.length))).toBeLessThan(70_000);
  const size = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  expect(chunks.length).toBeGreaterThan(size / 70_000);

  const read = readDocument(chunks);
  expect(read.processes()).toHaveLength(100_000);
  expect(read.namespaces()).toHaveLength(10_000);
  const sets = new Set(host.processes().map((process) => process.namespaces)).size;
  expect(new Set(read.processes().map((process) => process.namespaces)).size).toBe(sets);
  // Links are shared too: as many objects as there are different owners and parents, and the three without an id.
  const links = read.namespaces().flatMap(({ owner, parent }) => [owner, parent]);
  const texts = new Set(links.map((link) => JSON.stringify(link)));
  expect(new Set(links).size).toBe(texts.size);

  const again = chunksOf(read);
  expect(again.length).toBe(chunks.length);
  expect(again.every((chunk, index) => chunk === chunks[index])).toBe(true);
});

describe.each(CROWDS)("twice as many $of", { timeout: 300_000 }, ({ many, build }) => {
  const graphs = [build(many / 2), build(many)] as const;
  const excessOf = (draw: (graph: NamespaceGraph) => Iterable<string>): string | undefined => {
    const [half, whole] = graphs.map((graph) => measure(() => draw(graph)));
    return half && whole && findExcess(half, whole);
  };

  test("take twice as much to write, and to read back", () => {
    expect(excessOf(chunksOf)).toBeUndefined();
    const documents = new Map(graphs.map((graph) => [graph, chunksOf(graph)]));
    expect(
      excessOf((graph) => {
        const read = readDocument(documents.get(graph) ?? []);
        return [`${read.pins().length}`];
      }),
    ).toBeUndefined();
  });

  test("take twice as much to write an answer about what they are of, and to read that back with the rest", () => {
    const answer = (graph: NamespaceGraph) => {
      const id = graph.namespaces().find(({ initial }) => initial !== true)?.id ?? graph.viewer.namespaces.user ?? "";
      return chunksOf(selectSubject(graph, { kind: "namespace", id }));
    };
    expect(excessOf(answer)).toBeUndefined();
    const documents = new Map(graphs.map((graph) => [graph, answer(graph)]));
    expect(
      excessOf((graph) => {
        const read = readDocument(documents.get(graph) ?? []);
        return [`${read.whole.pins().length} ${read.namespaces().length}`];
      }),
    ).toBeUndefined();
  });
});
