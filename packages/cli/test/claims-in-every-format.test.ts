import {
  arrange,
  blindSpots,
  defaultOptions,
  describeLife,
  explainLife,
  knowsMembers,
  NAMESPACE_TYPES,
  type NamespaceGraph,
  namespaceName,
  selectPidHierarchy,
  selectProcesses,
  selectProcessless,
  selectSubject,
  selectSubtree,
  selectTypes,
  TREE_RELATIONS,
} from "@ns-graph/graph";
import { dotRenderer } from "@ns-graph/render-dot";
import { readDocument } from "@ns-graph/render-json";
import { mermaidRenderer } from "@ns-graph/render-mermaid";
import { textRenderer } from "@ns-graph/render-text";
import { arbitraryGraph } from "@ns-graph/testkit/arbitrary";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { documentOf } from "./document-of.js";

vi.setConfig({ testTimeout: 300_000 });

/*
 * Whatever is selected and however it is drawn: what is said of a namespace is what the whole graph says of it, and nothing
 * is said to be absent that could only not be seen.
 */

type AnyRenderer = typeof textRenderer;

const FORMATS: Readonly<Record<string, { readonly renderer: AnyRenderer; readonly options?: object }>> = {
  text: { renderer: textRenderer },
  "dot, full": { renderer: dotRenderer as unknown as AnyRenderer, options: { detail: "full" } },
  "dot, normal": { renderer: dotRenderer as unknown as AnyRenderer, options: { detail: "normal" } },
  "dot, overview": { renderer: dotRenderer as unknown as AnyRenderer, options: { detail: "overview" } },
  mermaid: { renderer: mermaidRenderer as unknown as AnyRenderer },
};

function draw({ renderer, options = {} }: (typeof FORMATS)[string], graph: NamespaceGraph): string {
  const surface = { color: false, columns: undefined, unicode: true };
  const all = { ...defaultOptions(renderer), ...options };
  return [...(renderer.render(graph, all, surface) as Iterable<string>)].join("");
}

/** Some of the selections that a graph allows. */
function selectionsOf(graph: NamespaceGraph): NamespaceGraph[] {
  const first = graph.processes()[0];
  const last = graph.namespaces().at(-1);
  const selections = [
    graph,
    selectTypes(graph, ["net"]),
    selectTypes(graph, ["user", "mnt"]),
    selectPidHierarchy(graph),
    selectProcessless(graph),
  ];
  if (last !== undefined) selections.push(selectSubject(graph, { kind: "namespace", id: last.id }));
  if (first !== undefined) {
    selections.push(selectProcesses(graph, [first.pid]));
    selections.push(selectSubject(graph, { kind: "process", pid: first.pid }));
    for (const type of ["user", "pid"] as const)
      if (first.namespaces[type] !== undefined) selections.push(selectSubtree(graph, first.pid, type));
  }
  return selections;
}

const graphs = arbitraryGraph({ wild: false, size: 14 });

const NAMED_EMPTY = new RegExp(
  `((?:${NAMESPACE_TYPES.join("|")})(?::|#58;)\\[\\d+\\])[^[\\]"]*?no\\s+process\\b(?!\\s+(?:was\\s+)?seen|\\s+yet)`,
  "g",
);

/** Names of namespaces that a text says have no process, each with what stands before and after it in its line. */
function* emptyIn(text: string): Generator<string, void, undefined> {
  // A line that is too long goes on in the next, which is indented.
  for (const line of text.replaceAll(/\(no process\n +/g, "(no process ").split("\n"))
    for (const [, name] of line.matchAll(NAMED_EMPTY)) yield (name as string).replace("#58;", ":");
}

function named(graph: NamespaceGraph, name: string): string[] {
  return graph.whole
    .namespaces()
    .filter((namespace) => namespaceName(namespace) === name)
    .map(({ id }) => id);
}

describe.each(Object.entries(FORMATS))("%s", (_name, format) => {
  test("says that there is no process only where that is certain", () => {
    fc.assert(
      fc.property(graphs, fc.constantFrom(...TREE_RELATIONS), (graph, tree) => {
        const isUncertain = graph.namespaces().every(({ id }) => !knowsMembers(graph, id));
        for (const selected of selectionsOf(arrange(graph, { tree }))) {
          const text = draw(format, selected);
          if (isUncertain) {
            expect(text).not.toMatch(/no\s+process\b(?!\s+(?:was\s+)?seen|\s+yet)/);
            expect(text).not.toMatch(/\d+ without a process/);
          }
          for (const name of emptyIn(text)) {
            const isRight = named(graph, name).some((id) => graph.memberCount(id) === 0 && knowsMembers(graph, id));
            expect(isRight, `${name}\n${text}`).toBe(true);
          }
          expect(text).not.toContain("not asked for");
        }
      }),
      { numRuns: 60 },
    );
  });

  test("says that something vanishes only where nothing else can hold it", () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        for (const { id } of graph.namespaces()) {
          const text = draw(format, selectSubject(graph, { kind: "namespace", id })).replaceAll(/\s+/g, " ");
          const isCertain = blindSpots(graph, id).length === 0;
          if (!isCertain) expect(text).not.toContain("vanishes when");
          const life = explainLife(graph, id);
          if (isCertain && format.renderer === textRenderer) expect(text).toContain(life && describeLife(graph, life));
        }
      }),
      { numRuns: 40 },
    );
  });
});

test("text tells how many processes are in a namespace, whatever is selected", () => {
  fc.assert(
    fc.property(graphs, fc.constantFrom("owner" as const, "parent" as const), (graph, tree) => {
      for (const selected of selectionsOf(arrange(graph, { tree }))) {
        if (selected.view.subject !== undefined) continue;
        const text = draw(FORMATS.text as (typeof FORMATS)[string], selected);
        for (const [, name = "", number, zombies] of text.matchAll(
          /(\b[a-z]+:\[\d+\])[^\n[\]]*? (?:\d+ of )?(\d+) process(?:es)?\b(?:[\s│]+of[\s│]+[a-z]+:\[\d+\](?:[\s│]+dev[\s│]+\d+)?[\s│]+but[\s│]+the[\s│]+(zombie|\d+))?/g,
        )) {
          const left = zombies === undefined ? 0 : zombies === "zombie" ? 1 : Number(zombies);
          const counts = named(graph, name).map((id) => graph.memberCount(id));
          expect(counts, `${name}\n${text}`).toContain(Number(number) - left);
        }
      }
    }),
    { numRuns: 100 },
  );
});

interface Isolation {
  readonly state: string;
  readonly namespaces: readonly string[];
  readonly certain?: false;
}

interface Group {
  readonly leader: number;
  readonly isolation: Readonly<Record<string, Isolation>>;
}

function workloadsOf(graph: NamespaceGraph): readonly Group[] {
  return (JSON.parse(documentOf(graph)) as { readonly workloads: readonly Group[] }).workloads;
}

test("a document says of workloads what the whole says, and what is its own for certain is", () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const whole = new Map(workloadsOf(graph).map((group) => [group.leader, group]));
      for (const selected of selectionsOf(graph))
        for (const group of workloadsOf(selected)) expect(group).toEqual(whole.get(group.leader));
      for (const { isolation } of whole.values())
        for (const { state, namespaces, certain = true } of Object.values(isolation))
          expect(certain).toBe(state !== "own" || namespaces.every((id) => knowsMembers(graph, id)));
    }),
    { numRuns: 60 },
  );
});

test("a document of a selection, read back, says the same in every format", () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      for (const selected of selectionsOf(graph)) {
        const again = readDocument(documentOf(selected));
        expect(documentOf(again)).toBe(documentOf(selected));
        for (const format of Object.values(FORMATS)) expect(draw(format, again)).toBe(draw(format, selected));
      }
    }),
    { numRuns: 30 },
  );
});
