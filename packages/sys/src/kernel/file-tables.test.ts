import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { FileTables } from "./file-tables.js";

const kernel = vi.hoisted(() => ({ tables: [] as readonly number[], refuses: false }));

/** kcmp(2) over threads whose TIDs are positions among `tables`. */
vi.mock("./libc.js", () => ({
  syscall: (_number: number, a: number, b: number) => {
    const [left = 0, right = 0] = [kernel.tables[a], kernel.tables[b]];
    if (kernel.refuses) return -1;
    return left === right ? 0 : left < right ? 1 : 2;
  },
}));
vi.mock("node:os", async (importOriginal) => ({
  ...(await importOriginal<typeof import("node:os")>()),
  release: () => "6.1.0",
}));

describe("file tables of threads", () => {
  test("each is new once, whatever its place in the kernel's order", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 40 }), (tables) => {
        Object.assign(kernel, { tables, refuses: false });
        const seen = new FileTables();
        const told = tables.map((_, tid) => seen.note(tid));
        expect(told).toEqual(tables.map((table, tid) => (tables.indexOf(table) === tid ? "new" : "known")));
      }),
    );
  });

  test("where the kernel refuses to compare, none but the first is known", () => {
    Object.assign(kernel, { tables: [1, 1, 2], refuses: true });
    const seen = new FileTables();
    expect([0, 1, 2].map((tid) => seen.note(tid))).toEqual(["new", "unknown", "unknown"]);
  });
});
