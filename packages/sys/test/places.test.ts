import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { SOURCES } from "@ns-graph/graph";
import { expect, test } from "vitest";
import { PLACES } from "../src/places/table.js";

const PAGE = fileURLToPath(new URL("../../../docs/permissions.md", import.meta.url));

test("the table in docs/permissions.md is up to date", async () => {
  const rows = PLACES.flatMap(({ ways }) => ways).map(
    ({ interface: name, since, needs, finds }) => `| ${name} | ${since} | ${finds} | ${needs} |`,
  );
  const table = ["| interface | since Linux | finds | needs |", "| --- | --- | --- | --- |", ...rows].join("\n");
  const page = readFileSync(PAGE, "utf8").replace(
    /(<!-- places:begin -->\n)[\s\S]*(\n<!-- places:end -->)/,
    (_, begin, end) => `${begin}${table}${end}`,
  );
  expect(page).toContain(table);
  await expect(page).toMatchFileSnapshot(PAGE);
});

test("every source has a place", () => {
  expect(new Set(PLACES.map(({ source }) => source))).toEqual(new Set(SOURCES));
});
