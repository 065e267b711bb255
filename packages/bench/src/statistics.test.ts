import { expect, test } from "vitest";
import { ratio, spread } from "./statistics.js";

test("the median of an even number of values lies between the two in the middle", () => {
  expect(spread([4, 1, 3, 2])).toEqual({ median: 2.5, lower: 1.75, upper: 3.25 });
});

test("a ratio compares each value with the one that was measured in the same round", () => {
  expect(ratio([10, 40, 90], [10, 20, 30])).toEqual({ median: 2, lower: 1.5, upper: 2.5 });
});
