import type { NamespaceGraph } from "@ns-graph/graph";
import {
  deepHost,
  desktopHost,
  hostileHost,
  hostWith,
  kubernetesHost,
  nestedContainersHost,
  plainHost,
  tinyHost,
} from "@ns-graph/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readDocument } from "../src/index.js";
import { arbitraryGraph } from "./arbitrary-graph.js";
import { documentOf, schemaErrors } from "./document-text.js";

function expectEqual(read: NamespaceGraph, written: NamespaceGraph): void {
  expect(read.host).toEqual(written.host);
  expect(read.viewer).toEqual(written.viewer);
  expect(read.sources).toEqual(written.sources);
  expect(read.users).toEqual(written.users);
  expect(read.frame.containerNames).toEqual(written.frame.containerNames);
  expect(read.complete).toBe(written.complete);
  expect(read.view).toEqual(written.view);
  expect(read.frame.extra).toMatchObject(written.frame.extra ?? {});
  expect(read.pins()).toEqual(written.pins());
  expect(read.problems()).toEqual(written.problems());
  if (written.view.members === "none") {
    const counted = written.namespaces().map((namespace) => ({
      ...namespace,
      memberCount: written.memberCount(namespace.id),
    }));
    expect(read.namespaces()).toEqual(counted);
    expect(read.processes()).toEqual([]);
  } else {
    expect(read.namespaces()).toEqual(written.namespaces());
    expect(read.processes()).toEqual(written.processes());
  }
}

test("any graph that is written reads back equal, and gives the same document again", { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(arbitraryGraph, (graph) => {
      const text = documentOf(graph);
      expect(schemaErrors(JSON.parse(text))).toEqual([]);
      const read = readDocument(text);
      expectEqual(read, graph);
      expect(documentOf(read)).toBe(text);
    }),
    { numRuns: 200 },
  );
});

test("a document survives its way through UTF-8", { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(arbitraryGraph, (graph) => {
      const text = documentOf(graph);
      expect(documentOf(readDocument(new TextEncoder().encode(text)))).toBe(text);
    }),
  );
});

describe("sample machines", () => {
  const hosts: Readonly<Record<string, NamespaceGraph>> = {
    tiny: tinyHost(),
    plain: plainHost(),
    desktop: desktopHost(),
    kubernetes: kubernetesHost(),
    "nested containers": nestedContainersHost(),
    "33 user namespaces deep": deepHost(),
    "500 namespaces": hostWith(500),
    hostile: hostileHost(),
  };

  test.each(Object.entries(hosts))("%s: written, valid, and read back equal", (_name, host) => {
    const text = documentOf(host);
    expect(schemaErrors(JSON.parse(text))).toEqual([]);
    const read = readDocument(text);
    expectEqual(read, host);
    expect(documentOf(read)).toBe(text);
  });
});

test("processes in the same namespaces share one object when they are read", () => {
  const read = readDocument(documentOf(kubernetesHost()));
  const texts = new Map<string, unknown>();
  for (const { namespaces } of read.processes()) {
    const text = JSON.stringify(namespaces);
    expect(namespaces).toBe(texts.get(text) ?? namespaces);
    texts.set(text, namespaces);
  }
  expect(texts.size).toBeGreaterThan(10);
});
