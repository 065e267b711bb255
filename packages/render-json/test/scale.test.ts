import { makeHost } from "@ns-graph/testkit";
import { expect, test } from "vitest";
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
