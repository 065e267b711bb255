import { nearestWord as nearest } from "@ns-graph/graph";
import { describe, expect, test } from "vitest";
import { suggest } from "./did-you-mean.js";

const FORMATS = ["text", "json", "dot", "mermaid"];

describe("nearest", () => {
  test.each([
    ["dott", "dot"],
    ["dto", "dot"],
    ["JSON", "json"],
    ["jsno", "json"],
    ["merm", "mermaid"],
    ["txet", "text"],
  ])("takes %s for %s", (word, meant) => {
    expect(nearest(word, FORMATS)).toBe(meant);
  });

  test.each(["png", "x", "", "yaml", "toolongtobeanything"])("does not guess what %j could be", (word) => {
    expect(nearest(word, FORMATS)).toBeUndefined();
  });

  test("prefers the word that differs least", () => {
    expect(nearest("net", ["mnt", "net"])).toBe("net");
    expect(nearest("nett", ["mnt", "net"])).toBe("net");
  });
});

describe("suggest", () => {
  test("asks in a sentence of its own", () => {
    expect(suggest("dott", FORMATS, (name) => `<${name}>`)).toBe(" Did you mean <dot>?");
  });
  test("says nothing where nothing is near", () => {
    expect(suggest("png", FORMATS, String)).toBe("");
  });
});
