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

/** Beginnings, middles and ends of sequences, valid or not: overlong forms, surrogates, what is beyond Unicode. */
const part = fc.constantFrom<readonly number[]>(
  [0x61],
  [0xc3, 0xbc],
  [0xc0, 0x80],
  [0xc1, 0xbf],
  [0xe0, 0x80, 0x80],
  [0xe0, 0x9f, 0xbf],
  [0xe0, 0xa0, 0x80],
  [0xed, 0x9f, 0xbf],
  [0xed, 0xa0, 0x80],
  [0xed, 0xbf, 0xbf],
  [0xef, 0xbb, 0xbf],
  [0xef, 0xbf, 0xbf],
  [0xf0, 0x80, 0x80, 0x80],
  [0xf0, 0x8f, 0xbf, 0xbf],
  [0xf0, 0x90, 0x80, 0x80],
  [0xf4, 0x8f, 0xbf, 0xbf],
  [0xf4, 0x90, 0x80, 0x80],
  [0xf5, 0x80, 0x80, 0x80],
  [0xf8, 0x88, 0x80, 0x80, 0x80],
);
const sequences = fc
  .array(
    fc.oneof(
      fc.tuple(part, fc.nat(5)).map(([all, length]) => all.slice(0, length)),
      fc.uint8Array({ maxLength: 4 }).map((raw) => [...raw]),
    ),
    { maxLength: 12 },
  )
  .map((parts) => Uint8Array.from(parts.flat()));

/** Reads the shortest beginning that is valid by itself, or one byte that is not, again and again. */
function decodeNaively(raw: Uint8Array): string {
  const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const parts: string[] = [];
  for (let at = 0; at < raw.length; ) {
    let length = 0;
    for (let tried = 1; tried <= 4 && length === 0 && at + tried <= raw.length; tried++) {
      try {
        parts.push(strict.decode(raw.subarray(at, at + tried)));
        length = tried;
      } catch {
        // Not a character, or not one yet.
      }
    }
    if (length === 0) parts.push(String.fromCharCode(0xdc00 + (raw[at] as number)));
    at += Math.max(1, length);
  }
  return parts.join("");
}

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

  test("any bytes are read as the strict decoder reads each sequence by itself", () => {
    fc.assert(
      fc.property(sequences, (raw) => {
        expect(decodeBytes(Buffer.from(raw))).toBe(decodeNaively(raw));
      }),
      { numRuns: 1000 },
    );
  });

  test("every lead byte with every second one at the edge of a range, and what comes behind, is read so", () => {
    for (let lead = 0; lead < 0x100; lead++) {
      for (const second of [0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff]) {
        for (const rest of [[], [0x80], [0xbf, 0x80], [0x80, 0x7f], [0x80, 0xc0], [0xc0, 0x80]]) {
          const raw = Uint8Array.from([lead, second, ...rest]);
          if (decodeBytes(Buffer.from(raw)) !== decodeNaively(raw)) expect([...raw]).toBe("read otherwise");
        }
      }
    }
  });

  test.for([
    ["nothing but bytes of no sequence", [0xff]],
    ["bytes that go on with nothing", [0x80]],
    ["beginnings without an end", [0xf0, 0x9f]],
    ["broken ones between valid ones", [0xc3, 0xbc, 0xff]],
  ] as const)("megabytes of %s take no longer than others", { timeout: 60_000 }, ([, pattern]) => {
    const raw = Buffer.alloc(2 ** 22, Uint8Array.from(pattern));
    const start = process.cpuUsage();
    const text = decodeBytes(raw);
    const { user, system } = process.cpuUsage(start);
    expect(text.length).toBeGreaterThan(raw.length / 2);
    // An exception for each byte took a minute.
    expect(user + system).toBeLessThan(15_000_000);
  });
});
