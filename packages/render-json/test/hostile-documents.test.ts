import { type NamespaceGraph, NsGraphError } from "@ns-graph/graph";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readDocument } from "../src/index.js";
import { arbitraryGraph } from "./arbitrary-graph.js";
import { documentOf, schemaErrors } from "./document-text.js";
import { fullDocument } from "./full-document.js";
import { objectsIn, replace } from "./violations.js";

const LONG = { timeout: 60_000 };
const whole = documentOf(readDocument(JSON.stringify(fullDocument)));

/** The graph, or the error that explains why there is none: anything else is a defect. */
function attempt(document: string | Uint8Array): NamespaceGraph | NsGraphError {
  try {
    return readDocument(document, { name: "fuzzed" });
  } catch (error) {
    if (error instanceof NsGraphError) return error;
    throw error;
  }
}

function outcome(document: string | Uint8Array): NamespaceGraph | NsGraphError {
  const result = attempt(document);
  if (!(result instanceof NsGraphError)) return result;
  const { code, message } = result;
  expect(["BAD_DOCUMENT", "UNSUPPORTED_VERSION"]).toContain(code);
  // One short line, with nothing in it that was not made visible.
  expect(message).toMatch(/^fuzzed[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]{1,500}$/u);
  return result;
}

/** What was accepted is a graph like any other: it answers every query, and its document is valid. */
function expectSound(graph: NamespaceGraph): void {
  for (const namespace of graph.namespaces()) {
    graph.parent(namespace);
    graph.owner(namespace);
    graph.holders(namespace.id);
    graph.memberCount(namespace.id);
  }
  graph.processSets();
  const text = documentOf(graph);
  expect(schemaErrors(JSON.parse(text))).toEqual([]);
  expect(documentOf(readDocument(text))).toBe(text);
}

function expectOutcome(document: string | Uint8Array): void {
  const result = outcome(document);
  if (!(result instanceof NsGraphError)) expectSound(result);
  else if (typeof document === "string" && !isJson(document)) expect(result.code).toBe("BAD_DOCUMENT");
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe("damaged documents", () => {
  test("cut off anywhere: refused", LONG, () => {
    const others: unknown[] = [];
    for (let length = 2; length < whole.length - 1; length++) {
      const result = attempt(whole.slice(0, length));
      const isCutOff =
        result instanceof NsGraphError && /^fuzzed is cut off at line \d+, column \d+/.test(result.message);
      if (!isCutOff) others.push([length, result]);
    }
    expect(others).toEqual([]);
  });

  test("with a piece missing from the middle", LONG, () => {
    fc.assert(
      fc.property(fc.nat(whole.length), fc.nat(200), (start, length) => {
        expectOutcome(whole.slice(0, start) + whole.slice(start + length));
      }),
      { numRuns: 400 },
    );
  });

  test("with flipped bytes", LONG, () => {
    const bytes = new TextEncoder().encode(whole);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 }),
        (flips) => {
          const damaged = bytes.slice();
          for (const [place, byte] of flips) damaged[place] = byte;
          expectOutcome(damaged);
        },
      ),
      { numRuns: 400 },
    );
  });

  test("with characters that mean something put anywhere", LONG, () => {
    const token = fc.constantFrom(...'{}[]",:\\-0e.\n\u0000\u202e', "null", "1e999", '"__proto__":', '{"', "[[[[");
    fc.assert(
      fc.property(fc.nat(whole.length), fc.nat(3), token, (start, length, text) => {
        expectOutcome(whole.slice(0, start) + text + whole.slice(start + length));
      }),
      { numRuns: 400 },
    );
  });

  test("with lines in disorder, missing or twice", LONG, () => {
    const lines = whole.split("\n");
    fc.assert(
      fc.property(fc.array(fc.nat(lines.length - 1), { maxLength: 40 }), fc.boolean(), (places, keepRest) => {
        const picked = places.map((place) => lines[place]);
        expectOutcome([...picked, ...(keepRest ? lines : [])].join("\n"));
        expectOutcome([...lines.slice(0, -places.length || undefined), ...picked].join("\n"));
      }),
      { numRuns: 300 },
    );
  });
});

describe("documents that say something else", () => {
  const values = fc.oneof(
    fc.constantFrom<unknown>(null, true, 0, -1, 1.5, 2 ** 53, 1e300, "", "4:1", "__proto__", [], {}, [[]], [{}]),
    fc.jsonValue(),
  );

  test("values of other types in any place", LONG, () => {
    const paths = [...objectsIn(fullDocument)].flatMap((path) => {
      const object = path.reduce<unknown>((value, step) => (value as Record<string, unknown>)[step], fullDocument);
      return Object.keys(object as object).map((key) => [...path, key]);
    });
    fc.assert(
      fc.property(fc.constantFrom(...paths), values, (path, value) => {
        const document = replace(fullDocument, path, value);
        const result = outcome(JSON.stringify(document));
        if (!(result instanceof NsGraphError)) {
          expect(schemaErrors(document)).toEqual([]);
          expectSound(result);
        }
      }),
      { numRuns: 800 },
    );
  });

  test("any JSON", LONG, () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(outcome(text)).toBeInstanceOf(NsGraphError);
        const framed = whole.replace('"tool"', () => `"later": ${text},\n  "tool"`);
        const graph = readDocument(framed);
        expect(JSON.stringify(graph.frame.extra?.later)).toBe(JSON.stringify(JSON.parse(text)));
      }),
      { numRuns: 300 },
    );
  });

  test("edges that lead anywhere", LONG, () => {
    fc.assert(
      fc.property(arbitraryGraph, (graph) => {
        expectSound(readDocument(documentOf(graph)));
      }),
    );
  });
});

describe("documents that are too much", () => {
  function framed(member: string): string {
    return whole.replace('"tool"', () => `${member},\n  "tool"`);
  }

  test.each(["[", '{"a":', '[{"a":'])("nesting without end: %s", (bracket) => {
    const error = outcome(framed(`"x": ${bracket.repeat(1_000_000)}`));
    expect((error as NsGraphError).message).toBe(
      `fuzzed, line 4, column ${nestedColumn(bracket)}: /x is nested more than 128 deep`,
    );
  });

  function nestedColumn(bracket: string): number {
    const opening = [...bracket.matchAll(/[[{]/g)].map(({ index }) => index);
    // The document itself is one of them.
    return 8 + Math.floor(127 / opening.length) * bracket.length + (opening[127 % opening.length] ?? 0);
  }

  test("nesting as deep as may be", () => {
    const graph = readDocument(framed(`"x": ${"[".repeat(127)}${"]".repeat(127)}`));
    expect(documentOf(readDocument(documentOf(graph)))).toBe(documentOf(graph));
  });

  test("more values than memory is given for", LONG, () => {
    expect(outcome(framed(`"x": [${"0,".repeat(2 ** 20)}0]`))).not.toBeInstanceOf(NsGraphError);
    for (const value of ["0,", "{},", '{"a":0},', "[],", '"",']) {
      let asked = 0;
      function* pieces() {
        yield '{"format":"ns-graph","version":1,"x":[';
        for (; asked < 1024; asked++) yield value.repeat(2 ** 17);
      }
      expect(() => readDocument(pieces(), { name: "endless" })).toThrow("endless has more than 8388608 values");
      expect(asked).toBeLessThanOrEqual(64);
    }
  });

  test("a single value that does not end", LONG, () => {
    let asked = 0;
    function* pieces() {
      yield '{"format":"ns-graph","version":1,"host":{"hostname":"';
      for (; asked < 1024; asked++) yield "x".repeat(2 ** 20);
    }
    expect(() => readDocument(pieces(), { name: "endless" })).toThrow("endless is larger than 256 MiB");
    expect(asked).toBeLessThan(257);
  });

  test("more than it was said may be read", () => {
    expect(() => readDocument(whole, { maxSize: 1000 })).toThrow("the document is larger than 1000 bytes");
    function* endless() {
      yield '{"format":"ns-graph","version":1,"processes":[{"pid":1,"namespaces":{}}';
      for (let pid = 2; ; pid++) yield `,{"pid":${pid},"namespaces":{}}`;
    }
    expect(() => readDocument(endless(), { maxSize: 3 * 2 ** 20 })).toThrow("the document is larger than 3 MiB");
    expect(readDocument(whole, { maxSize: whole.length }).complete).toBe(false);
  });

  test("numbers of any length", () => {
    for (const digits of ["9".repeat(1_000_000), `1e${"9".repeat(1000)}`, `0.${"0".repeat(1_000_000)}1`, "-1"]) {
      const error = outcome(whole.replace('{"pid":1,"ppid"', `{"pid":${digits},"ppid"`));
      expect((error as NsGraphError).message).toMatch(
        /: \/processes\/0\/pid must be a whole number of at least 1, not .{1,42}$/,
      );
    }
  });
});
