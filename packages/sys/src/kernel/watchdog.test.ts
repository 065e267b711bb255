import { describe, expect, test } from "vitest";
import { readNews } from "./watchdog.js";

const stat = (state: string, utime: number, stime: number) =>
  `77 (a) R 1) ${state} 1 77 77 0 -1 4194304 100 0 0 0 ${utime} ${stime} 0 0 20 0 11 0 300 1000 200\n     `;

function read(earlier: string, later: string) {
  return readNews({ X: "note", X_ASKED: "000o?l000000", X_EARLIER: earlier, X_LATER: later }, "X");
}

describe("what a run that was begun anew is told", () => {
  test("what was asked last, and that nothing but waiting was done meanwhile", () => {
    expect(read(stat("D", 4, 5), stat("D", 4, 5))).toEqual({
      note: "note",
      pid: 63 * 64 * 64 + 15 * 64 + 60,
      mountNamespace: 0,
      waited: true,
    });
    expect(read(stat("S", 4, 5), stat("S", 4, 5))?.waited).toBe(true);
  });

  test.each([
    ["runs", stat("R", 4, 5), stat("R", 4, 5)],
    ["is stopped", stat("T", 4, 5), stat("T", 4, 5)],
    ["got a processor", stat("D", 4, 5), stat("D", 4, 6)],
    ["wakes up", stat("D", 4, 5), stat("R", 4, 5)],
    ["was never looked at", " ".repeat(90), " ".repeat(90)],
  ])("it did not wait where it %s", (_, earlier, later) => {
    expect(read(earlier, later)?.waited).toBe(false);
  });

  test("nothing where it was not begun anew", () => {
    expect(readNews({}, "X")).toBeUndefined();
    expect(readNews({ X: "note" }, "X")).toBeUndefined();
  });
});
