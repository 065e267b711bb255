import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readDocument } from "../src/index.js";
import { documentOf, schemaErrors } from "./document-text.js";

/** What ns-graph 0.1.0 wrote of a made-up machine: the whole of it, and each kind of selection. */
const directory = new URL("documents-0.1.0/", import.meta.url);
const names = readdirSync(directory).filter((name) => name.endsWith(".json"));

/** What a document says besides what follows from the rest, which is found anew. */
function stated(text: string): Record<string, unknown> {
  const {
    answer: _answer,
    workloads: _workloads,
    processless: _processless,
    blindSpots: _blindSpots,
    ...rest
  } = JSON.parse(text) as Record<string, unknown>;
  return rest;
}

test("there are documents of an earlier version", () => expect(names.length).toBeGreaterThan(10));

describe.each(names)("%s of ns-graph 0.1.0", (name) => {
  const text = readFileSync(new URL(name, directory), "utf8");

  test("is valid, and is read and written again without loss", () => {
    expect(schemaErrors(JSON.parse(text))).toEqual([]);
    const graph = readDocument(text);
    expect(stated(documentOf(graph))).toEqual(stated(text));
  });

  test("is a graph of its own: nothing is known of what a selection left out", () => {
    const graph = readDocument(text);
    expect(graph.whole).toBe(graph);
    expect(graph.selection).toBeUndefined();
  });
});
