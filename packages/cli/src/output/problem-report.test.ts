import { assembleGraph, type Problem } from "@ns-graph/graph";
import { expect, test } from "vitest";
import { problemTexts } from "./problem-report.js";

function graphWith(problems: readonly Problem[]) {
  return assembleGraph({
    frame: { host: {}, viewer: { namespaces: {} }, sources: [] },
    namespaces: [],
    processes: [],
    pins: [],
    problems,
  });
}

const cut = Array.from({ length: 1000 }, (_, pid): Problem => ({ code: "COMMAND_LINE_CUT", pid }));

test("problems that are alike are one line", () => {
  expect([...problemTexts(graphWith(cut), false)]).toEqual([
    "ns-graph: only the beginning of 1000 command lines was read (--verbose lists them)\n",
  ]);
});

test("those that are listed come one by one, so that they need not fit into one text", () => {
  const texts = [...problemTexts(graphWith(cut), true)];
  expect(texts).toHaveLength(1000);
  expect(texts[7]).toBe("ns-graph: only the beginning of the command line of process 7 was read\n");
});

test("nothing is said where nothing is missing", () => {
  for (const isVerbose of [false, true]) expect([...problemTexts(graphWith([]), isVerbose)]).toEqual([]);
});
