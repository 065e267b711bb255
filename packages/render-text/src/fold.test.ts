import { describe, expect, it } from "vitest";
import { cellWidth } from "./cell-width.js";
import { foldTexts } from "./fold.js";
import { takePen } from "./pen.js";

function fold(texts: readonly string[], room: number, lines: number, first = room): string[] {
  const pen = takePen({ color: false, columns: room, unicode: true });
  const folded = foldTexts(pen, texts, { first, rest: room, lines, total: texts.length });
  return [...folded].map((line) => line.map(({ text }) => text).join(""));
}

const pids = Array.from({ length: 100 }, (_, index) => `${index + 1}`);

describe("foldTexts", () => {
  it("tells a short list whole", () => {
    expect(fold(["1", "2", "3"], 20, 1)).toEqual(["1 2 3"]);
  });

  it("counts exactly what it leaves out", () => {
    const lines = fold(pids, 30, 2);
    expect(lines).toEqual(["1 2 3 4 5 6 7 8 9 10 11 12 13", "14 15 16 17 18 … and 82 more"]);
    expect(lines.every((line) => cellWidth(line) <= 30)).toBe(true);
  });

  it("keeps to the room on the first line", () => {
    expect(fold(pids, 30, 1, 20)).toEqual(["1 2 3 … and 97 more"]);
  });

  it("clips what no line can hold", () => {
    expect(fold(["x".repeat(50)], 10, 1)).toEqual([`${"x".repeat(9)}…`]);
  });
});
