import { describe, expect, it } from "vitest";
import { flow, hanging, type Line, phrase, piece, words } from "./flow.js";

function textOf(lines: Iterable<Line>): string[] {
  return [...lines].map((line) => line.map(({ text }) => text).join(""));
}

describe("flow", () => {
  it("breaks between pieces, with more room on the first line or less", () => {
    expect(textOf(flow(words("one two three four"), 7, 10))).toEqual(["one two", "three four"]);
  });

  it("leaves out what stands before a piece that begins a line", () => {
    const pieces = [piece("initial"), { ...piece("yours"), before: " · " }, { ...piece("4 processes"), before: " · " }];
    expect(textOf(flow(pieces, 16, 20))).toEqual(["initial · yours", "4 processes"]);
  });

  it("keeps a piece whole while any line can hold it", () => {
    expect(textOf(flow([piece("a"), piece("4711 bash")], 8, 9))).toEqual(["a", "4711 bash"]);
  });

  it("breaks what no line can hold, between characters", () => {
    expect(textOf(flow([piece("日本語日本語")], 5, 6))).toEqual(["日本", "語日本", "語"]);
  });

  it("sets in what goes on below the first line of a paragraph", () => {
    expect(textOf(hanging(words("one two three"), 9))).toEqual(["one two", "  three"]);
  });

  it("ends on nothing", () => {
    expect(textOf(flow([], 10, 10))).toEqual([]);
    expect(textOf(flow([piece("")], 10, 10))).toEqual([]);
  });
});

describe("phrase", () => {
  it("is broken only where it is long", () => {
    expect(phrase("uid 1000 (anna) ↦ 0")).toHaveLength(1);
    expect(phrase("uids 100000–165535 (subordinate to anna) ↦ 1–65536")).toHaveLength(7);
  });
});
