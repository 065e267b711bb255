import { DEFAULT_LIMITS, LIMITED } from "@ns-graph/graph";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ScanBudget } from "./scan-budget.js";

/** What each process may have looked at of it, however many they are. */
const LEAST = { descriptors: 64, sockets: 16, threads: 16, mounts: 64, bytes: 16_384 };

const cases = fc.record({
  kind: fc.constantFrom(...LIMITED),
  most: fc.integer({ min: 1, max: 100_000 }),
  wants: fc.array(fc.array(fc.integer({ min: 0, max: 200_000 }), { maxLength: 5 }), { minLength: 1, maxLength: 300 }),
});

test("one has no more than the limit, all together no more than four times that, and everybody a part of their own", () => {
  fc.assert(
    fc.property(cases, ({ kind, most, wants }) => {
      const budget = new ScanBudget({ ...DEFAULT_LIMITS, [kind]: most }, 1000);
      budget.expect(wants.length);
      const part = Math.min(most, Math.max(LEAST[kind], Math.floor((most * 2) / wants.length)));
      let all = 0;
      for (const steps of wants) {
        const share = budget.share();
        const wanted = steps.reduce((sum, step) => sum + step, 0);
        const granted = steps.reduce((sum, step) => sum + share.take(kind, step), 0);
        expect(granted).toBeLessThanOrEqual(Math.min(most, wanted));
        expect(granted).toBeGreaterThanOrEqual(Math.min(part, wanted));
        all += granted;
      }
      expect(all).toBeLessThanOrEqual(most * 4 + wants.length * LEAST[kind]);
    }),
  );
});

test("no limit grants everything", () => {
  const budget = new ScanBudget({ ...DEFAULT_LIMITS, mounts: Number.POSITIVE_INFINITY }, Number.POSITIVE_INFINITY);
  budget.expect(1000);
  const share = budget.share();
  expect(share.take("mounts", 10_000_000)).toBe(10_000_000);
  expect(budget.share().take("mounts", 10_000_000)).toBe(10_000_000);
});
