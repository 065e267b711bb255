import { DEFAULT_VIEW, defaultOptions, MEMBER_STYLES, TREE_RELATIONS } from "@ns-graph/graph";
import { describeRenderer } from "@ns-graph/renderer-testing";
import { describe, expect, test, vi } from "vitest";
import standard, { textRenderer } from "../src/index.js";

vi.setConfig({ testTimeout: 300_000 });

describeRenderer(textRenderer, { describe, test });

test("is what its package exports", () => {
  expect(standard).toBe(textRenderer);
});

describe("what it needs", () => {
  const needs = (view: object): readonly string[] =>
    textRenderer.needs(defaultOptions(textRenderer), { ...DEFAULT_VIEW, ...view });

  test("is nothing of any process where no member is drawn", () => {
    expect(needs({ members: "none" })).toEqual(["maps", "users"]);
  });

  test("is no fact that only one namespace is asked for, in any tree", () => {
    for (const tree of TREE_RELATIONS) {
      for (const members of MEMBER_STYLES) {
        const facts = needs({ tree, members });
        for (const fact of ["interfaces", "mounts", "hostname", "cgroup-root", "time-offsets", "command-line"])
          expect(facts).not.toContain(fact);
      }
    }
  });

  test("is everything about a single namespace", () => {
    expect(needs({ subject: { kind: "namespace", id: "4:1" } })).toContain("interfaces");
    expect(needs({ subject: { kind: "process", pid: 1 } })).toEqual([
      "status",
      "cgroup",
      "command-line",
      "maps",
      "users",
    ]);
  });
});
