import {
  arrange,
  MEMBER_STYLES,
  type NamespaceGraph,
  namespaceName,
  type Subject,
  selectPidHierarchy,
  selectSubject,
  TREE_RELATIONS,
} from "@ns-graph/graph";
import { hostileHost } from "@ns-graph/testkit";
import { arbitraryGraph } from "@ns-graph/testkit/arbitrary";
import fc from "fast-check";
import { eastAsianWidth } from "get-east-asian-width";
import { describe, expect, test, vi } from "vitest";
import { draw } from "./draw.js";

vi.setConfig({ testTimeout: 300_000 });

/** Control characters, and the marks that change the direction of writing or can't be seen. */
const STEERING = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\p{Cs}/u;

const views = fc.record({ tree: fc.constantFrom(...TREE_RELATIONS), members: fc.constantFrom(...MEMBER_STYLES) });
const columns = fc.oneof(
  fc.constantFrom(undefined, 0, 1, 20, 36, 40, 60, 80, 120, 200),
  fc.integer({ min: 36, max: 300 }),
);
const graphs = fc.boolean().chain((wild) => arbitraryGraph({ wild, size: 20 }));

/** A graph as some view shows it, sometimes of one subject alone. */
const pictures = fc
  .record({ graph: graphs, view: views, pick: fc.nat(), isSubject: fc.boolean() })
  .map(({ graph, view, pick, isSubject }) => {
    const subjects: Subject[] = [
      ...graph.namespaces().map(({ id }) => ({ kind: "namespace", id }) as const),
      ...graph.processes().map(({ pid }) => ({ kind: "process", pid }) as const),
    ];
    const subject = subjects[pick % Math.max(1, subjects.length)];
    const arranged = arrange(graph, view);
    return isSubject && subject !== undefined ? selectSubject(arranged, subject) : arranged;
  });

/** Cells by the table of Unicode, apart from ours. */
function widthOf(line: string): number {
  let width = 0;
  for (const character of line) {
    if (/[\p{Mn}\p{Me}\u1160-\u11ff\ud7b0-\ud7ff]/u.test(character)) continue;
    width += eastAsianWidth(character.codePointAt(0) ?? 0);
  }
  return width;
}

function linesOf(output: string): string[] {
  expect(output.endsWith("\n")).toBe(true);
  return output.slice(0, -1).split("\n");
}

function withoutColor(output: string): string {
  return output.replace(/\u001b\[[0-9;]*m/g, "");
}

describe("text of any graph", () => {
  test("has no line longer than the terminal", () => {
    fc.assert(
      fc.property(pictures, columns, fc.boolean(), (graph, width, unicode) => {
        // Without a terminal names are not cut.
        const most = width === undefined ? Number.POSITIVE_INFINITY : Math.max(36, width || 80);
        for (const line of linesOf(draw(graph, { columns: width, unicode })))
          expect(widthOf(line), line).toBeLessThanOrEqual(most);
      }),
      { numRuns: 60 },
    );
  });

  test("has no character that steers a terminal", () => {
    fc.assert(
      fc.property(pictures, (graph) => {
        expect(draw(graph)).not.toMatch(STEERING);
      }),
      { numRuns: 60 },
    );
  });

  test("is ASCII alone where the terminal has no more", () => {
    fc.assert(
      fc.property(pictures, (graph) => {
        expect(draw(graph, { unicode: false })).toMatch(/^[\n\u0020-\u007e]*$/);
      }),
      { numRuns: 60 },
    );
  });

  test("says the same with colour and without", () => {
    fc.assert(
      fc.property(pictures, (graph) => {
        expect(withoutColor(draw(graph, { color: true }))).toBe(draw(graph));
      }),
      { numRuns: 60 },
    );
  });

  test("is the same each time", () => {
    fc.assert(
      fc.property(pictures, (graph) => {
        expect(draw(graph)).toBe(draw(graph));
      }),
      { numRuns: 50 },
    );
  });

  test("has no blank at the end of a line", () => {
    fc.assert(
      fc.property(pictures, (graph) => {
        expect(draw(graph)).not.toMatch(/ \n/);
      }),
      { numRuns: 60 },
    );
  });
});

/** How often each namespace begins a branch of the tree. */
function countHeads(graph: NamespaceGraph, output: string): Map<string, number> {
  const heads = new Map(graph.namespaces().map((namespace) => [nameIn(graph, namespace), 0]));
  for (const line of output.split("\n")) {
    const [, name] = /^[│├└─╴ ]*(?:depth \d+: )?([a-z]+:\[\d+\](?: dev \d+)?)(?: |$)/.exec(line) ?? [];
    // Continuations begin with a namespace only after words such as "child of".
    if (name !== undefined && heads.has(name) && isHead(line)) heads.set(name, (heads.get(name) ?? 0) + 1);
  }
  return heads;
}

function isHead(line: string): boolean {
  return /^[a-z]|[├└]/.test(line);
}

function nameIn(graph: NamespaceGraph, namespace: { type: string; ino: number; dev: number; id: string }): string {
  const hasDevices = new Set(graph.namespaces().map(({ dev }) => dev)).size > 1;
  const whole = graph.namespace(namespace.id);
  const name = whole === undefined ? "" : namespaceName(whole);
  return hasDevices ? `${name} dev ${namespace.dev}` : name;
}

describe("trees of any graph", () => {
  test.each(["owner", "parent"] as const)("have each namespace once (%s)", (tree) => {
    fc.assert(
      fc.property(graphs, fc.constantFrom("none", "fold"), (graph, members) => {
        const output = draw(arrange(graph, { tree, members }), { columns: 400 });
        for (const [name, number] of countHeads(graph, output)) expect(number, `${name} in\n${output}`).toBe(1);
      }),
      { numRuns: 60 },
    );
  });

  test("have each process once, by its parent", () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const nameless = arrange(graph, { tree: "process", members: "all" });
        const output = draw(nameless, { columns: 2000 });
        const tree = output.slice(output.indexOf("\n\n"));
        for (const { pid } of graph.processes()) {
          const heads = tree
            .split("\n")
            .filter((line) => new RegExp(`^[│├└─╴ ]*(?:depth \\d+: )?${pid}(?: |$)`).test(line));
          expect(heads.length, `${pid} in\n${output}`).toBe(1);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("of PID namespaces have no context", () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const selected = selectPidHierarchy(graph);
        expect(draw(selected)).not.toContain("not asked for");
      }),
      { numRuns: 50 },
    );
  });
});

test("every member is there, if all are asked for", () => {
  fc.assert(
    fc.property(graphs, columns, (graph, width) => {
      const output = draw(arrange(graph, { members: "all" }), { columns: width });
      const words = new Set(output.split(/[^0-9]+/));
      for (const { pid, namespaces } of graph.processes())
        if (Object.values(namespaces).some((id) => graph.namespace(id))) expect(words, `${pid}`).toContain(`${pid}`);
    }),
    { numRuns: 60 },
  );
});

test("names that were chosen to do harm do none", () => {
  for (const tree of TREE_RELATIONS) {
    for (const members of MEMBER_STYLES) {
      const output = draw(arrange(hostileHost(), { tree, members }));
      expect(output).not.toMatch(STEERING);
      for (const line of linesOf(output)) expect(widthOf(line)).toBeLessThanOrEqual(80);
    }
  }
});
