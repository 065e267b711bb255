import {
  arrange,
  assembleGraph,
  type Link,
  type Namespace,
  type NamespaceGraph,
  NO_LINK,
  namespaceId,
  type Process,
  selectProcessless,
  selectSubject,
  TREE_RELATIONS,
} from "@ns-graph/graph";
import { CROWDS, findExcess, kubernetesHost, makeHost, measure } from "@ns-graph/testkit";
import { describe, expect, test, vi } from "vitest";
import { draw, drawInChunks } from "./draw.js";

/** Deeper than any stack of calls. */
const DEPTH = 20_000;

/** User namespaces, each below the one before, and processes, each a child of the one before. */
function deepGraph(): NamespaceGraph {
  const namespaces: Namespace[] = [];
  const processes: Process[] = [];
  for (let depth = 0; depth < DEPTH; depth++) {
    const ino = 4026531837 + depth;
    const id = namespaceId(4, ino);
    const above: Link = depth === 0 ? NO_LINK : { state: "known", id: namespaceId(4, ino - 1) };
    namespaces.push({ id, type: "user", dev: 4, ino, parent: above, owner: above });
    processes.push({ pid: depth + 1, ppid: depth, comm: "sh", namespaces: { user: id } });
  }
  return assembleGraph({
    frame: { host: {}, viewer: { namespaces: {} }, sources: [] },
    namespaces,
    processes,
    pins: [],
    problems: [],
  });
}

vi.setConfig({ testTimeout: 300_000 });

const deep = deepGraph();

test.each(TREE_RELATIONS)("draws 20 000 levels without running out of stack (%s)", (tree) => {
  const lines = draw(arrange(deep, { tree }), { columns: 80 }).split("\n");
  if (tree !== "workload") expect(lines.length).toBeGreaterThan(DEPTH);
  expect(Math.max(...lines.slice(0, 1000).map(({ length }) => length))).toBeLessThanOrEqual(80);
  if (tree === "owner") expect(lines.join("\n")).toContain(`depth ${DEPTH - 1}: user:[${4026531837 + DEPTH - 1}]`);
});

test("tells much of a large machine in little", () => {
  const graph = makeHost({ processes: 50_000, namespaces: 2_000 });
  const output = draw(graph);
  expect(output.split("\n").length).toBeLessThan(10_000);
  expect(output).toMatch(/and \d+ more/);
});

test("says on the first screen of a busy machine who is isolated in what", () => {
  const output = draw(kubernetesHost());
  const top = output.slice(0, output.indexOf("\n\n")).split("\n");
  expect(top.length).toBeLessThan(20);
  expect(top[1]).toBe("cgroup 106 · ipc 46 · mnt 111 · net 47 · pid 106 · time 1 · user 5 · uts 48");
  expect(top.join("\n")).toContain("Isolated in cgroup ipc mnt net pid uts:");
});

test("yields pieces, not the whole", () => {
  const chunks = [...drawInChunks(kubernetesHost())];
  expect(chunks.length).toBeGreaterThan(1);
  for (const chunk of chunks) expect(chunk.length).toBeLessThan(40_000);
  expect(chunks.every((chunk) => chunk.endsWith("\n"))).toBe(true);
});

/** One namespace that is not initial, and the one above all. */
function subjectsOf(graph: NamespaceGraph): readonly string[] {
  const top = graph.viewer.namespaces.user ?? "";
  return [graph.namespaces().find(({ initial }) => initial !== true)?.id ?? top, top];
}

describe.each(CROWDS)("twice as many $of", ({ many, build }) => {
  const graphs = [build(many / 2), build(many)] as const;
  const excessOf = (of: (graph: NamespaceGraph) => NamespaceGraph): string | undefined => {
    const [half, whole] = graphs.map((graph) => measure(() => drawInChunks(of(graph))));
    return half && whole && findExcess(half, whole);
  };

  test.each(TREE_RELATIONS)("take twice as much to draw (%s)", (tree) => {
    expect(excessOf((graph) => arrange(graph, { tree }))).toBeUndefined();
  });

  test("take twice as much to draw with every process and holder", () => {
    expect(excessOf((graph) => arrange(graph, { members: "all" }))).toBeUndefined();
    expect(excessOf((graph) => arrange(graph, { members: "pids" }))).toBeUndefined();
  });

  test("take twice as much to draw those that no process is in", () => {
    expect(excessOf(selectProcessless)).toBeUndefined();
  });

  test.each([0, 1])("take twice as much to show what they are of (%i)", (place) => {
    const show = (graph: NamespaceGraph): NamespaceGraph => {
      const id = subjectsOf(graph)[place] ?? "";
      return arrange(selectSubject(graph, { kind: "namespace", id }), { members: "all" });
    };
    expect(excessOf(show)).toBeUndefined();
  });

  test("take twice as much to show the process that holds them", () => {
    expect(
      excessOf((graph) => arrange(selectSubject(graph, { kind: "process", pid: 1 }), { members: "all" })),
    ).toBeUndefined();
  });
});
