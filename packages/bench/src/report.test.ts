import { expect, test } from "vitest";
import { formatTable, isReached } from "./report.js";

test("a table tells value, spread, target and verdict, in columns", () => {
  const table = formatTable("Ratios", [
    { what: "a / b", at: "4000", value: { median: 0.5, lower: 0.25, upper: 0.75 }, limit: 0.4 },
    { what: "calls", at: "-", value: 13, limit: 13 },
    { what: "more", at: "-", value: 123.4 },
  ]);
  expect(table).toBe(`Ratios
         processes  value  middle half  target
  a / b       4000   0.50  0.25 … 0.75   ≤ 0.4   MISSED
  calls          -   13.0                 ≤ 13  reached
  more           -    123
`);
});

test("a limit is reached by what equals it", () => {
  expect(isReached({ what: "", at: "", value: 2.2, limit: 2.2 })).toBe(true);
  expect(isReached({ what: "", at: "", value: { median: 2.3, lower: 1, upper: 3 }, limit: 2.2 })).toBe(false);
});
