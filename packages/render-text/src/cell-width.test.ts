import fc from "fast-check";
import { eastAsianWidth } from "get-east-asian-width";
import { describe, expect, it, test } from "vitest";
import { cellWidth, clip, clipStart, fittingLength } from "./cell-width.js";

describe("cellWidth", () => {
  it.each([
    ["", 0],
    ["nginx", 5],
    ["é", 1],
    ["e\u0301", 1],
    ["日本語", 6],
    ["ｗｉｄｅ", 8],
    ["한국어", 6],
    ["\u1112\u1161\u11ab", 2],
    ["👩", 2],
    ["🇩🇪", 2],
    ["⌚", 2],
    ["├── │ ↦ … ●", 11],
  ])("%j takes %i cells", (text, cells) => {
    expect(cellWidth(text)).toBe(cells);
  });

  it("is never less than what UAX #11 says of a character, but for marks and halves of flags", () => {
    const narrow: string[] = [];
    for (let code = 0x20; code <= 0x10ffff; code++) {
      const character = String.fromCodePoint(code);
      if (/[\p{M}\p{Cf}\p{Cs}\p{Regional_Indicator}\u1160-\u11ff\ud7b0-\ud7ff]/u.test(character)) continue;
      if (cellWidth(character) < eastAsianWidth(code)) narrow.push(code.toString(16));
    }
    expect(narrow).toEqual([]);
  });

  it("is what UAX #11 says of nearly every assigned character", () => {
    let wider = 0;
    for (let code = 0x20; code <= 0x10ffff; code++) {
      const character = String.fromCodePoint(code);
      if (/[\p{M}\p{Cf}\p{Cn}\p{Cs}\p{Regional_Indicator}\u1160-\u11ff\ud7b0-\ud7ff]/u.test(character)) continue;
      if (cellWidth(character) > eastAsianWidth(code)) wider++;
    }
    // Some narrow ones stand in blocks of wide ones.
    expect(wider).toBeLessThan(40);
  });
});

describe("fittingLength", () => {
  it("parts no mark from its base", () => {
    expect(fittingLength("ae\u0301b", 2)).toBe(3);
  });

  it("leaves out a wide character that fits by half", () => {
    expect(fittingLength("a日本", 4)).toBe(2);
  });
});

test("whatever is cut off, no number is left of which there was more", () => {
  const text = fc.array(
    fc.oneof(fc.nat({ max: 99999 }).map(String), fc.constantFrom(" ", "/", "x", "日", "(tun) of ")),
  );
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 40 }), (parts, cells) => {
      const whole = parts.join("");
      for (const cut of [clip(whole, cells, "…"), clipStart(whole, cells, "…")]) {
        expect(cellWidth(cut)).toBeLessThanOrEqual(cells);
        const numbers = whole.match(/[0-9a-z]+/gi) ?? [];
        // Of a name or an id, which has letters, digits may be left.
        for (const number of cut.match(/(?<![0-9a-z])\d+(?![0-9a-z])/gi) ?? [])
          expect(numbers.some((one) => one === number || (/[a-z]/i.test(one) && one.includes(number)))).toBe(true);
      }
    }),
  );
  expect(clip("fd 4 (tun) of 25542 holder", 18, "…")).toBe("fd 4 (tun) of …");
  expect(clip("pod 1f3b748c", 9, "…")).toBe("pod 1f3b…");
});

describe("clip", () => {
  it("marks what was cut", () => {
    expect(clip("systemd-journal", 8, "…")).toBe("systemd…");
    expect(clip("日本語", 4, "…")).toBe("日…");
    expect(clip("short", 8, "…")).toBe("short");
  });

  it("cuts the beginning of a path", () => {
    expect(clipStart("/run/netns/blue", 8, "…")).toBe("…ns/blue");
    expect(clipStart("/日本語", 4, "…")).toBe("…語");
    expect(clipStart("/run", 8, "…")).toBe("/run");
  });
});
