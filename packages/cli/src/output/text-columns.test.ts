import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { definitionList, wrap } from "./text-columns.js";

describe("wrap", () => {
  test("no line is longer than it may be, and no word is lost", () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 });
    fc.assert(
      fc.property(words, fc.integer({ min: 12, max: 60 }), (list, width) => {
        const lines = wrap(list.join(" "), width);
        expect(lines.every((line) => line.length <= width)).toBe(true);
        expect(lines.join(" ")).toBe(list.join(" "));
      }),
    );
  });
});

describe("definitionList", () => {
  test("explanations stand beside their terms, and below one that is too long", () => {
    const list = definitionList(
      [
        ["-a", "one two three"],
        ["--one-that-is-much-too-long", "four"],
      ],
      { width: 60 },
    );
    const left = " ".repeat(28);
    expect(list).toBe(`  ${"-a".padEnd(28)}one two three\n  --one-that-is-much-too-long\n${left}  four\n`);
  });

  test("in a narrow terminal explanations have most of the width", () => {
    const term = fc.stringMatching(/^[a-z]{1,22}$/);
    const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 }).map((list) => list.join(" "));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(term, words), { minLength: 1 }),
        fc.integer({ min: 36, max: 59 }),
        (entries, width) => {
          const lines = definitionList(entries, { width, minTerm: 22 }).split("\n");
          expect(lines.every((line) => line.length <= width)).toBe(true);
          expect(lines.every((line) => line.length - line.trimStart().length <= 9)).toBe(true);
        },
      ),
    );
  });
});
