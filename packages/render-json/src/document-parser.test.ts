import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { documentOf } from "../test/document-text.js";
import { fullDocument } from "../test/full-document.js";
import { DocumentFault } from "./document-fault.js";
import { DocumentParser } from "./document-parser.js";
import { readDocument } from "./index.js";

const whole = documentOf(readDocument(JSON.stringify(fullDocument)));

/** What a parser makes of pieces: the document again, or the fault with its place. It parses whenever a piece comes. */
function parse(pieces: readonly string[]): unknown {
  const parser = new DocumentParser({ gathered: 0, items: 1000 });
  try {
    for (const piece of pieces) parser.read(piece);
    return documentOf(parser.finish());
  } catch (error) {
    if (!(error instanceof DocumentFault)) throw error;
    return { kind: error.kind, message: error.message, place: error.place };
  }
}

function cut(text: string, places: readonly number[]): string[] {
  const ends = [...places.map((place) => place % (text.length + 1)).sort((a, b) => a - b), text.length];
  return ends.map((end, index) => text.slice(ends[index - 1] ?? 0, end));
}

const places = fc.array(fc.nat(), { maxLength: 60 });

describe("where a document is cut into pieces makes no difference", () => {
  test("to what it says", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(places, (cuts) => {
        expect(parse(cut(whole, cuts))).toBe(whole);
      }),
      { numRuns: 300 },
    );
  });

  test("even if each character comes alone", () => {
    expect(parse([...whole])).toBe(whole);
  });

  test.each(["21e5", "21E+5", "210.0e-1", "-0", "21e", "21.", "-"])("to the number %s", (number) => {
    const written = whole.replace('"ppid":3', `"ppid":${number}`);
    const start = written.indexOf(`${number},`);
    expect(start).toBeGreaterThan(0);
    for (let place = start; place <= start + number.length; place++)
      expect(parse([written.slice(0, place), written.slice(place)])).toEqual(parse([written]));
  });

  test("to what is wrong with it, and where", { timeout: 60_000 }, () => {
    const token = fc.constantFrom(...'{}[]",:\\-0e.\n', "null", "tru", "1e9", '"');
    fc.assert(
      fc.property(fc.nat(whole.length), fc.nat(20), token, places, (start, length, text, cuts) => {
        const damaged = whole.slice(0, start) + text + whole.slice(start + length);
        expect(parse(cut(damaged, cuts))).toEqual(parse([damaged]));
        expect(parse([...damaged])).toEqual(parse([damaged]));
      }),
      { numRuns: 150 },
    );
  });
});

test.each([
  ["processes", "otherProcesses"],
  ["otherProcesses", "processes"],
])("a list of %s may have only so many items", (name, other) => {
  const processes = Array.from({ length: 1001 }, (_, index) => ({ pid: index + 1, namespaces: {} }));
  const text = (items: readonly object[]) => JSON.stringify({ ...fullDocument, [name]: items, [other]: [] });
  expect(parse([text(processes.slice(0, 1000))])).toContain('{"pid":1000,"namespaces":{}}\n');
  expect(parse([text(processes)])).toMatchObject({
    kind: "shape",
    message: `/${name}/1000 is one too many: there may be 1000`,
  });
});
