import { readFileSync } from "node:fs";
import { SOURCES } from "@ns-graph/graph";
import { expect, test } from "vitest";
import { PLACES } from "../src/index.js";

const page = readFileSync(new URL("../../../docs/permissions.md", import.meta.url), "utf8");

test("the page about permissions has the table of places", () => {
  const rows = PLACES.map(({ interface: name, since, needs, finds }) => `| ${name} | ${since} | ${finds} | ${needs} |`);
  const table = ["| interface | since Linux | finds | needs |", "| --- | --- | --- | --- |", ...rows].join("\n");
  const marked = /<!-- places:begin -->\n([\s\S]*?)\n<!-- places:end -->/.exec(page)?.[1];
  expect(marked).toBe(table);
});

test("every source has a place", () => {
  expect([...new Set(PLACES.map(({ source }) => source))]).toEqual([...SOURCES]);
});
