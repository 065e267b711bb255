import fc from "fast-check";
import { expect, test } from "vitest";
import { Guard } from "./guard.js";

function guardOf(pieces: readonly Uint8Array[]): Guard {
  const guard = new Guard();
  for (const piece of pieces) guard.pass(piece);
  return guard;
}

/** What a value has in it, counted where it stands. */
function count(value: unknown, depth = 1): { values: number; members: number; deepest: number } {
  if (typeof value !== "object" || value === null) return { values: 1, members: 0, deepest: depth - 1 };
  const inner = Object.values(value).map((item) => count(item, depth + 1));
  return {
    values: inner.reduce((sum, { values }) => sum + values, 1),
    members: inner.reduce((sum, { members }) => sum + members, Array.isArray(value) ? 0 : inner.length),
    deepest: Math.max(depth, ...inner.map(({ deepest }) => deepest)),
  };
}

test("values, members and depth are counted, wherever the text is cut", () => {
  fc.assert(
    fc.property(fc.json(), fc.array(fc.nat(), { maxLength: 9 }), (text, places) => {
      const bytes = new TextEncoder().encode(text);
      const ends = [...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
      const guard = guardOf(ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end)));
      const { values, members, deepest } = count(JSON.parse(text));
      expect(guard.isBalanced).toBe(true);
      expect({ members: guard.members, deepest: guard.deepest }).toEqual({ members, deepest });
      // What is empty counts twice, and a value that stands alone not at all.
      expect(guard.values).toBeGreaterThanOrEqual(values - 1);
      expect(guard.values).toBeLessThanOrEqual(2 * values);
    }),
  );
});

test.each(['"', '"a\\\\"', '{"\\"":"}"}'])("nothing in the text %s is taken for more than text", (text) => {
  const { values, members, isBalanced } = guardOf([new TextEncoder().encode(text)]);
  expect({ values, members, isBalanced }).toEqual({
    values: text.startsWith("{") ? 1 : 0,
    members: text.startsWith("{") ? 1 : 0,
    isBalanced: text !== '"',
  });
});
