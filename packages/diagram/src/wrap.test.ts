import { expect, test } from "vitest";
import { wrap } from "./wrap.js";

test("a text is broken between words and keeps each of them", () => {
  const text = "uids 100000\u2013165535 (subordinate to alice) \u21a6 1\u201365536";
  const lines = wrap(text, 24);
  expect(lines.join(" ")).toBe(text);
  expect(lines.every(({ length }) => length <= 24)).toBe(true);
  expect(wrap("short", 24)).toEqual(["short"]);
});

test("a word that is longer than a line is shortened in its middle, and so is a text that is longer than all lines", () => {
  expect(wrap(`/${"x".repeat(50)}/end in 3`, 20)).toEqual(["/xxxxxxxxx\u2026xxxxx/end", "in 3"]);
  expect(wrap("word ".repeat(1000), 20).length).toBeLessThanOrEqual(6);
});
