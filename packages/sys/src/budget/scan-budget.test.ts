import { DEFAULT_LIMITS, LIMITED, type Limited, type ScanLimits } from "@ns-graph/graph";
import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { ScanBudget, type Share } from "./scan-budget.js";

/** Times as much for all together as for one, and the parts that everybody has at least: what SECURITY.md promises. */
const TOGETHER = 4;
const LEAST: ScanLimits = { descriptors: 64, sockets: 16, threads: 16, mounts: 64, bytes: 16_384 };

const kind = fc.constantFrom(...LIMITED);
const limits = fc.record(
  Object.fromEntries(LIMITED.map((one) => [one, fc.nat(40_000)])) as Record<Limited, fc.Arbitrary<number>>,
);
/** Who asks for how many of what, in whatever order. */
const requests = fc.array(fc.tuple(fc.nat(20), kind, fc.oneof(fc.nat(100), fc.nat(200_000))), { maxLength: 200 });

/** What everybody is assured of. */
function assured(all: ScanLimits, one: Limited, processes: number): number {
  return Math.min(all[one], Math.max(LEAST[one], Math.floor((all[one] * TOGETHER) / Math.max(1, processes))));
}

class Askers {
  readonly asked = new Map<string, number>();
  readonly granted = new Map<string, number>();
  readonly #budget: ScanBudget;
  readonly #shares = new Map<number, Share>();

  constructor(budget: ScanBudget) {
    this.#budget = budget;
  }

  take(who: number, what: Limited, wanted: number): number {
    let share = this.#shares.get(who);
    if (share === undefined) {
      share = this.#budget.share();
      this.#shares.set(who, share);
    }
    const granted = share.take(what, wanted);
    const key = `${what} ${who}`;
    this.asked.set(key, (this.asked.get(key) ?? 0) + wanted);
    this.granted.set(key, (this.granted.get(key) ?? 0) + granted);
    return granted;
  }

  totalOf(what: Limited): number {
    return [...this.granted].reduce((sum, [key, number]) => sum + (key.startsWith(`${what} `) ? number : 0), 0);
  }
}

describe("what a scan may spend", () => {
  afterEach(() => void vi.useRealTimers());

  test("whoever asks for no more than the assured part gets it, whatever others take before", () => {
    fc.assert(
      fc.property(limits, fc.integer({ min: 1, max: 5000 }), requests, (all, processes, drawn) => {
        const budget = new ScanBudget(all, Number.POSITIVE_INFINITY);
        budget.expect(processes);
        const askers = new Askers(budget);
        for (const [who, what, wanted] of drawn) {
          const before = askers.asked.get(`${what} ${who}`) ?? 0;
          const granted = askers.take(who, what, wanted);
          if (before + wanted <= assured(all, what, processes)) expect(granted).toBe(wanted);
        }
        // Nobody who took much before is left without it either.
        for (const [key, asked] of askers.asked) {
          const [what] = key.split(" ") as [Limited];
          expect(askers.granted.get(key)).toBeGreaterThanOrEqual(Math.min(asked, assured(all, what, processes)));
        }
      }),
    );
  });

  test("nobody gets more than the limit for one, or than was asked for, and all together no more than they may", () => {
    fc.assert(
      fc.property(limits, fc.integer({ min: 1, max: 5000 }), requests, (all, processes, drawn) => {
        const budget = new ScanBudget(all, Number.POSITIVE_INFINITY);
        budget.expect(processes);
        const askers = new Askers(budget);
        for (const [who, what, wanted] of drawn) {
          const granted = askers.take(who, what, wanted);
          expect(granted).toBeGreaterThanOrEqual(0);
          expect(granted).toBeLessThanOrEqual(wanted);
          expect(askers.granted.get(`${what} ${who}`)).toBeLessThanOrEqual(all[what]);
        }
        for (const what of LIMITED) {
          const whoAsked = [...askers.granted.keys()].filter((key) => key.startsWith(`${what} `)).length;
          const most = all[what] * TOGETHER + whoAsked * assured(all, what, processes);
          expect(askers.totalOf(what)).toBeLessThanOrEqual(most);
        }
      }),
    );
  });

  test("as a model says that keeps everybody's account apart from what is common", () => {
    fc.assert(
      fc.property(limits, fc.integer({ min: 1, max: 5000 }), requests, (all, processes, drawn) => {
        const budget = new ScanBudget(all, Number.POSITIVE_INFINITY);
        budget.expect(processes);
        const askers = new Askers(budget);
        const common = new Map(LIMITED.map((what) => [what, all[what] * TOGETHER]));
        const spent = new Map<string, number>();
        for (const [who, what, wanted] of drawn) {
          const key = `${what} ${who}`;
          let granted = 0;
          const before = spent.get(key) ?? 0;
          const own = Math.max(0, Math.min(wanted, assured(all, what, processes) - before));
          granted += own;
          const beyond = Math.max(0, Math.min(wanted - own, all[what] - before - own, common.get(what) ?? 0));
          granted += beyond;
          common.set(what, (common.get(what) ?? 0) - beyond);
          spent.set(key, before + granted);
          expect(askers.take(who, what, wanted)).toBe(granted);
        }
      }),
    );
  });

  test("without limits everything is granted", () => {
    const none = Object.fromEntries(LIMITED.map((one) => [one, Number.POSITIVE_INFINITY])) as ScanLimits;
    fc.assert(
      fc.property(requests, (drawn) => {
        const budget = new ScanBudget(none, Number.POSITIVE_INFINITY);
        budget.expect(5000);
        const askers = new Askers(budget);
        for (const [who, what, wanted] of drawn) expect(askers.take(who, what, wanted)).toBe(wanted);
        expect(budget.isOver).toBe(false);
        expect(budget.isLongOver).toBe(false);
      }),
    );
  });

  test("once the time is over nothing is granted, and what is left out is left out for that", () => {
    vi.useFakeTimers({ toFake: ["hrtime"] });
    const budget = new ScanBudget(DEFAULT_LIMITS, 10);
    const share = budget.share();
    expect(share.take("descriptors", 7)).toBe(7);
    expect(share.leftOut("descriptors", { pid: 5 }, 3)).toEqual({
      code: "LIMIT_REACHED",
      what: "descriptors",
      pid: 5,
      count: 3,
    });
    vi.advanceTimersByTime(10_001);
    expect([budget.isOver, budget.isLongOver]).toEqual([true, false]);
    for (const what of LIMITED) {
      expect(share.take(what, 1)).toBe(0);
      expect(budget.share().take(what, 1)).toBe(0);
    }
    expect(share.leftOut("mounts", { namespace: "4:5" })).toEqual({
      code: "TIME_LIMIT",
      what: "mounts",
      namespace: "4:5",
    });
    budget.skip("processes");
    budget.skip("processes");
    budget.skip("lists");
    expect(budget.problems()).toEqual([
      { code: "TIME_LIMIT", what: "processes", count: 2 },
      { code: "TIME_LIMIT", what: "lists", count: 1 },
    ]);
    vi.advanceTimersByTime(10_001);
    expect(budget.isLongOver).toBe(true);
  });

  test("a share of bytes is spent as that of anything else", () => {
    const budget = new ScanBudget({ ...DEFAULT_LIMITS, bytes: 100 }, Number.POSITIVE_INFINITY);
    const share = budget.share();
    expect([share.bytes(60), share.bytes(60), share.bytes(1)]).toEqual([60, 40, 0]);
  });
});

describe("one user's processes, however many,", () => {
  const LIMITS = { ...DEFAULT_LIMITS, descriptors: 1000 };
  const spend = (budget: ScanBudget, uid: number, wanted: number): number =>
    budget.share(() => uid).take("descriptors", wanted);

  test("take no more of what is common than one may, and leave root's part alone", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ uid: fc.constantFrom(0, 1000, 1001, 1002, -1), wanted: fc.nat(3000) }), { maxLength: 60 }),
        (takes) => {
          const budget = new ScanBudget(LIMITS, Number.POSITIVE_INFINITY);
          budget.expect(1_000_000);
          const assured = budget.share(() => 1).take("descriptors", 64);
          expect(assured).toBe(64);
          const beyond = new Map<number, number>();
          for (const { uid, wanted } of takes) {
            const granted = spend(budget, uid, wanted);
            expect(granted).toBeGreaterThanOrEqual(Math.min(wanted, 64));
            beyond.set(uid, (beyond.get(uid) ?? 0) + Math.max(0, granted - 64));
          }
          let others = 0;
          for (const [uid, spent] of beyond) {
            if (uid !== 0) expect(spent).toBeLessThanOrEqual(1000);
            if (uid !== 0) others += spent;
          }
          expect(others).toBeLessThanOrEqual(3000);
          // Whatever the others took: a quarter is root's.
          const root = beyond.get(0) ?? 0;
          if (root === 0) expect(spend(budget, 0, 1000)).toBe(1000);
          expect(root).toBeLessThanOrEqual(4000);
        },
      ),
    );
  });
});
