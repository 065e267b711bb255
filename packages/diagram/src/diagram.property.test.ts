import {
  arrange,
  buildGraph,
  type Namespace,
  type NamespaceGraph,
  selectPidHierarchy,
  selectProcesses,
  selectProcessless,
  selectSubtree,
  selectTypes,
  TREE_RELATIONS,
} from "@ns-graph/graph";
import { hostWith, kubernetesHost } from "@ns-graph/testkit";
import { arbitraryObservations } from "@ns-graph/testkit/arbitrary";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildDiagram } from "./build-diagram.js";
import type { Detail, Diagram } from "./diagram.js";

const DETAILS: readonly Detail[] = ["overview", "normal", "full"];

function drawnNamespaces({ boxes, nodes }: Diagram): readonly Namespace[] {
  const ofNodes = nodes.flatMap((node) => (node.kind === "namespaces" || node.kind === "group" ? node.namespaces : []));
  return [...boxes.flatMap(({ namespaces, chain }) => [...namespaces, ...chain]), ...ofNodes];
}

function drawnPids({ nodes }: Diagram): readonly number[] {
  const processes = nodes.flatMap((node) => ("processes" in node && node.kind !== "rest" ? node.processes : []));
  return processes.map(({ pid }) => pid).sort((a, b) => a - b);
}

function ids(namespaces: readonly Namespace[]): readonly string[] {
  return namespaces.map(({ id }) => id).sort();
}

/** Ways to draw a part of a graph; the whole where there is no such part. */
const SELECTIONS: readonly ((graph: NamespaceGraph) => NamespaceGraph)[] = [
  (graph) => graph,
  (graph) => selectTypes(graph, ["pid", "net"]),
  selectPidHierarchy,
  selectProcessless,
  (graph) => {
    const last = graph.processes().at(-1);
    return last === undefined ? graph : selectProcesses(graph, [last.pid]);
  },
  ...(["pid", "user"] as const).map((type) => (graph: NamespaceGraph) => {
    const last = graph.processes().findLast(({ namespaces }) => namespaces[type] !== undefined);
    return last === undefined ? graph : selectSubtree(graph, last.pid, type);
  }),
];

describe.each(TREE_RELATIONS)("any graph, by %s", (tree) => {
  test.each(DETAILS)("hangs together in detail %s, whatever is selected", (detail) => {
    const graphs = arbitraryObservations({ wild: true, size: 20 });
    fc.assert(
      fc.property(graphs, fc.constantFrom(...SELECTIONS), (observations, select) => {
        const diagram = buildDiagram(arrange(select(buildGraph(observations)), { tree }), detail);
        const places = [...diagram.boxes, ...diagram.nodes].map(({ id }) => id);
        expect(new Set(places).size).toBe(places.length);
        const met = new Set<string | undefined>([undefined]);
        for (const { id, inside } of diagram.boxes) {
          expect(met).toContain(inside);
          met.add(id);
        }
        for (const node of diagram.nodes) expect(met).toContain(node.box);
        for (const { from, to } of diagram.edges) {
          expect(places).toContain(from.id);
          expect(places).toContain(to.id);
        }
      }),
      { numRuns: 300 },
    );
  });

  test.each(DETAILS)("is the same however its parts were found, in detail %s", (detail) => {
    const shuffled = arbitraryObservations().chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    );
    fc.assert(
      fc.property(shuffled, ([first, second]) => {
        const [a, b] = [first, second].map((list) => buildDiagram(arrange(buildGraph(list), { tree }), detail));
        expect(b).toEqual(a);
      }),
      { numRuns: 60 },
    );
  });
});

describe("the owner tree of any graph", () => {
  test.each(DETAILS)("has every namespace and every process once, in detail %s", (detail) => {
    fc.assert(
      fc.property(arbitraryObservations({ wild: true, size: 20 }), (observations) => {
        const graph = buildGraph(observations);
        const diagram = buildDiagram(graph, detail);
        expect(ids(drawnNamespaces(diagram))).toEqual(ids(graph.namespaces()));
        const readable = graph.processes().filter(({ namespaces }) => Object.keys(namespaces).length > 0);
        expect(drawnPids(diagram)).toEqual(readable.map(({ pid }) => pid));
      }),
      { numRuns: 200 },
    );
  });

  test("has all of a large machine in its overview, as nodes or as counts", () => {
    for (const graph of [kubernetesHost(), hostWith(300), kubernetesHost({ pods: 400, containers: 800 })]) {
      const diagram = buildDiagram(graph, "overview");
      const rest = diagram.nodes.reduce((sum, node) => sum + (node.kind === "rest" ? node.namespaces : 0), 0);
      expect(drawnNamespaces(diagram).length + rest).toBe(graph.namespaces().length);
      expect(diagram.nodes.length).toBeLessThan(100);
    }
  });
});

describe("the process tree of any graph", () => {
  test.each(DETAILS)("has every process once, in detail %s", (detail) => {
    fc.assert(
      fc.property(arbitraryObservations({ wild: true, size: 20 }), (observations) => {
        const graph = arrange(buildGraph(observations), { tree: "process" });
        const pids = drawnPids(buildDiagram(graph, detail));
        expect(pids).toEqual(graph.processes().map(({ pid }) => pid));
      }),
      { numRuns: 100 },
    );
  });
});
