import {
  type AnyRenderer,
  arrange,
  defaultOptions,
  MEMBER_STYLES,
  NAMESPACE_TYPES,
  type NamespaceGraph,
  selectPidHierarchy,
  selectProcesses,
  selectProcessless,
  selectSubject,
  selectSubtree,
  selectTypes,
  TREE_RELATIONS,
  type View,
  workloadsAround,
} from "@ns-graph/graph";
import { dotRenderer } from "@ns-graph/render-dot";
import { jsonRenderer, readDocument } from "@ns-graph/render-json";
import { mermaidRenderer } from "@ns-graph/render-mermaid";
import { textRenderer } from "@ns-graph/render-text";
import { desktopHost, HostBuilder, kubernetesHost, nestedContainersHost, plainHost } from "@ns-graph/testkit";
import { arbitraryGraph } from "@ns-graph/testkit/arbitrary";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";

vi.setConfig({ testTimeout: 300_000 });

const SURFACE = { color: false, columns: 100, unicode: true };

function draw(renderer: AnyRenderer, graph: NamespaceGraph, options: object = {}): string {
  const chunks = renderer.render(graph, { ...defaultOptions(renderer), ...options }, SURFACE) as Iterable<string>;
  return [...chunks].join("");
}

/** What every format says of a graph. */
function everyFormat(graph: NamespaceGraph): Readonly<Record<string, string>> {
  return {
    text: draw(textRenderer, graph),
    mermaid: draw(mermaidRenderer, graph),
    ...Object.fromEntries(
      ["overview", "normal", "full"].map((detail) => [`dot, ${detail}`, draw(dotRenderer, graph, { detail })]),
    ),
  };
}

type Select = (graph: NamespaceGraph) => NamespaceGraph;

/** Takes a number for one of some things, counted round; without any there is nothing to select. */
function among<T>(items: readonly T[], number: number, select: (item: T) => NamespaceGraph, graph: NamespaceGraph) {
  const item = items[number % items.length];
  return item === undefined ? graph : select(item);
}

function selectionOf(kind: string, number: number): Select {
  const pids = (graph: NamespaceGraph) => graph.whole.processes().map(({ pid }) => pid);
  switch (kind) {
    case "types":
      return (graph) =>
        selectTypes(
          graph,
          NAMESPACE_TYPES.filter((_, place) => (number >> place) & 1),
        );
    case "processes":
      return (graph) =>
        selectProcesses(
          graph,
          pids(graph).filter((_, place) => (number >> (place % 8)) & 1),
        );
    case "user subtree":
    case "pid subtree": {
      const type = kind === "user subtree" ? "user" : "pid";
      const below = ({ whole }: NamespaceGraph) => whole.processes().filter(({ namespaces }) => namespaces[type]);
      return (graph) => among(below(graph), number, ({ pid }) => selectSubtree(graph, pid, type), graph);
    }
    case "pid hierarchy":
      return selectPidHierarchy;
    case "processless":
      return selectProcessless;
    case "workload":
      return (graph) =>
        among(
          graph.whole.processes().flatMap((process) => workloadsAround(graph, process)),
          number,
          ({ subject }) => selectSubject(graph, subject),
          graph,
        );
    case "process":
      return (graph) => among(pids(graph), number, (pid) => selectSubject(graph, { kind: "process", pid }), graph);
    default:
      return (graph) =>
        among(graph.whole.namespaces(), number, ({ id }) => selectSubject(graph, { kind: "namespace", id }), graph);
  }
}

const KINDS = [
  "types",
  "processes",
  "user subtree",
  "pid subtree",
  "pid hierarchy",
  "processless",
  "process",
  "namespace",
  "workload",
] as const;

const MEMBERS = MEMBER_STYLES.filter((style) => style !== "none");

const selections = fc
  .array(fc.tuple(fc.constantFrom(...KINDS), fc.nat({ max: 255 })), { minLength: 1, maxLength: 2 })
  .map((steps) => ({
    steps,
    select: (graph: NamespaceGraph) =>
      steps.reduce((selected, [kind, number]) => selectionOf(kind, number)(selected), graph),
  }));

/** A graph as a document gives it: with one object for equal memberships. */
function settled(graph: NamespaceGraph): NamespaceGraph {
  return readDocument(draw(jsonRenderer, graph));
}

function expectKept(selected: NamespaceGraph): void {
  const text = draw(jsonRenderer, selected);
  const read = readDocument(text);
  expect(read.selection).toEqual(selected.selection);
  expect(read.whole === read).toBe(selected.whole === selected);
  expect(everyFormat(read)).toEqual(everyFormat(selected));
  expect(draw(jsonRenderer, read)).toBe(text);
}

describe("every format says of the document of a selection what it said of the selection", () => {
  test.each([false, true])("for any graph and selection, wild: %s", (wild) => {
    const views = fc.record({ tree: fc.constantFrom(...TREE_RELATIONS), members: fc.constantFrom(...MEMBERS) });
    fc.assert(
      fc.property(arbitraryGraph({ wild, size: 10 }), selections, views, (graph, { select }, view) => {
        expectKept(arrange(select(settled(graph)), view));
      }),
      { numRuns: 200 },
    );
  });

  const hosts = { plain: plainHost, desktop: desktopHost, kubernetes: kubernetesHost, nested: nestedContainersHost };
  const trees: readonly Partial<View>[] = TREE_RELATIONS.map((tree) => ({ tree, members: "comm" }));
  test.each(Object.entries(hosts))("for each selection of a made-up machine, %s", (_name, makeHost) => {
    const host = settled(makeHost());
    for (const kind of KINDS) {
      for (const number of [13, 40]) {
        for (const view of trees) expectKept(arrange(selectionOf(kind, number)(host), view));
      }
    }
  });
});

/** Who is only told apart by a command line shares a network with others: sandboxes, containers, and processes of no name. */
function sharedNetwork(): NamespaceGraph {
  const host = new HostBuilder();
  host.process({ pid: 1, ppid: 0, comm: "init" });
  const net = host.unshare(["net"]);
  for (const commandLine of ["vim notes", "vim todo", "sleep 60", "sleep 60"]) {
    const inside = host.unshare(["mnt"], net);
    const leader = host.process({ comm: "bwrap", uid: 1000, program: "/usr/bin/bwrap", in: inside });
    host.process({ ppid: leader, comm: commandLine.split(" ")[0] ?? "", commandLine, uid: 1000, in: inside });
  }
  for (const digit of ["a", "b"])
    host.process({ comm: "webd", cgroup: `/docker/${digit.repeat(64)}`, in: host.unshare(["mnt", "pid"], net) });
  for (const number of [1, 2])
    host.process({ comm: "tcpdump", commandLine: `tcpdump -i eth${number}`, in: host.unshare(["uts"], net) });
  return host.build();
}

test("who is in a namespace besides what was selected is called what it was called", () => {
  const host = settled(sharedNetwork());
  for (const members of ["fold", "comm"] as const)
    for (const tree of TREE_RELATIONS)
      for (const { pid } of host.processes()) {
        expectKept(arrange(selectProcesses(host, [pid]), { tree, members }));
        expectKept(arrange(selectSubject(host, { kind: "process", pid }), { tree, members }));
      }
  const text = draw(textRenderer, settled(selectProcesses(host, [2])));
  expect(text).toContain("bubblewrap vim notes, bubblewrap vim todo");
});

test("without members the document of a selection has no processes, and is written again as it was", () => {
  fc.assert(
    fc.property(arbitraryGraph({ size: 10 }), selections, (graph, { select }) => {
      const selected = arrange(select(settled(graph)), { members: "none" });
      const text = draw(jsonRenderer, selected);
      const read = readDocument(text);
      expect(read.whole.processes()).toEqual([]);
      expect(draw(jsonRenderer, read)).toBe(text);
      for (const { id } of graph.namespaces()) expect(read.memberCount(id)).toBe(selected.memberCount(id));
    }),
  );
});

test("what is selected of the document of a selection is drawn as of the selection itself", () => {
  fc.assert(
    fc.property(arbitraryGraph({ wild: true, size: 10 }), selections, selections, (graph, first, second) => {
      const selected = first.select(settled(graph));
      const again = second.select(readDocument(draw(jsonRenderer, selected)));
      const straight = second.select(selected);
      const ids = (some: NamespaceGraph) => some.namespaces().map(({ id, context }) => [id, context]);
      expect(ids(again)).toEqual(ids(straight));
      expect(again.processes().map(({ pid, context }) => [pid, context])).toEqual(
        straight.processes().map(({ pid, context }) => [pid, context]),
      );
      for (const output of Object.values(everyFormat(again))) expect(output).not.toBe("");
      const text = draw(jsonRenderer, again);
      expect(draw(jsonRenderer, readDocument(text))).toBe(text);
    }),
  );
});
