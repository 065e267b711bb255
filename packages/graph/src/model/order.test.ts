import fc from "fast-check";
import { expect, test } from "vitest";
import { compareProblems } from "./order.js";
import { type Problem, problemKey } from "./problem.js";

const word = fc.constantFrom("", "a", 'a"', "a!", "b");
const problem: fc.Arbitrary<Problem> = fc.record(
  {
    code: fc.constantFrom("A", "B"),
    pid: fc.nat(2),
    namespace: fc.constantFrom("4:1", "4:2"),
    type: fc.constantFrom("net", "uts"),
    path: word,
    what: word,
    errno: fc.constantFrom("EACCES", "EIO"),
    extra: fc.constantFrom({ a: 1 }, { a: 2 }),
  },
  { requiredKeys: ["code"] },
);

test("problems have one order, in which only equal ones share a place", () => {
  fc.assert(
    fc.property(problem, problem, problem, (a, b, c) => {
      const order = Math.sign(compareProblems(a, b));
      expect(Math.sign(compareProblems(b, a)) + order).toBe(0);
      expect(order === 0).toBe(problemKey(a) === problemKey(b));
      if (order <= 0 && compareProblems(b, c) <= 0) expect(compareProblems(a, c)).toBeLessThanOrEqual(0);
    }),
    { numRuns: 1000 },
  );
});
