import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeBytes, encodeText } from "./bytes.js";

const character = fc.oneof(fc.integer({ max: 0xd7ff, min: 0 }), fc.integer({ max: 0x10ffff, min: 0xe000 }));
const valid = fc.array(character).map((codes) => Buffer.from(String.fromCodePoint(...codes)));
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 64 }),
  // Mostly valid, with bytes in between that are not.
  fc.array(fc.oneof(valid, fc.uint8Array({ maxLength: 3 }))).map((parts) => Buffer.concat(parts)),
);

describe("bytes as text and back", () => {
  test("nothing is lost", () => {
    fc.assert(
      fc.property(bytes, (raw) => {
        expect([...encodeText(decodeBytes(Buffer.from(raw)))]).toEqual([...raw]);
      }),
    );
  });

  test("what is UTF-8 is read as UTF-8, a byte order mark too", () => {
    for (const text of ["", "bash", "Grüße 日本 🐧", "\u{feff}mark", "a\0b"]) {
      expect(decodeBytes(Buffer.from(text))).toBe(text);
      expect(encodeText(text)).toEqual(Buffer.from(text));
    }
  });

  test.for([
    ["a byte of no sequence", [0x61, 0xff, 0x62], "a\udcffb"],
    ["a sequence cut short", [0xe6, 0x97], "\udce6\udc97"],
    ["an overlong form", [0xc0, 0x80], "\udcc0\udc80"],
    ["a surrogate", [0xed, 0xa0, 0x80], "\udced\udca0\udc80"],
    ["what is beyond Unicode", [0xf4, 0x90, 0x80, 0x80], "\udcf4\udc90\udc80\udc80"],
    ["valid text beside it", [0xff, 0xc3, 0xbc], "\udcffü"],
  ] as const)("%s stands as U+DC80 … U+DCFF, a byte each", ([, raw, text]) => {
    expect(decodeBytes(Buffer.from(raw))).toBe(text);
    expect([...encodeText(text)]).toEqual([...raw]);
  });
});
