import {
  arrange,
  buildGraph,
  describeMembers,
  INSTEAD_OF_DRAWING,
  type NamespaceGraph,
  occupancyOf,
  selectProcesses,
  selectProcessless,
  selectSubject,
  selectSubtree,
  selectTypes,
  TREE_RELATIONS,
} from "@ns-graph/graph";
import { HostBuilder } from "@ns-graph/testkit";
import { describe, expect, test } from "vitest";
import { buildDiagram } from "./build-diagram.js";
import type { Diagram, GroupNode } from "./diagram.js";
import { captionParts, captionRemarks, describeGroupMembers, isKnownChain, type TypeIsolation } from "./index.js";

const CONTAINER = ["ipc", "mnt", "net", "uts"] as const;

interface Machine {
  readonly graph: NamespaceGraph;
  readonly empty: string;
  /** The network namespace of the container. */
  readonly net: string;
  /** A process of the container, and one in a user namespace below another. */
  readonly inside: number;
  readonly deep: number;
}

/** A container of three processes of which two mount namespaces differ, a namespace without a process, and nested users. */
function machine(change?: (host: HostBuilder) => void): Machine {
  const host = new HostBuilder({ hostname: "test" });
  host.process({ pid: 1, ppid: 0, comm: "init" });
  const container = host.unshare(CONTAINER);
  const inside = host.process({ comm: "nginx", in: container });
  host.process({ comm: "nginx", in: container });
  host.process({ comm: "logger", in: host.unshare(["mnt"], container) });
  const empty = host.namespace("net");
  host.pin({ kind: "mount", namespace: empty, path: "/run/netns/empty", mountNamespace: host.initial.mnt ?? "" });
  const upper = host.unshare(["user"]);
  const deep = host.process({ comm: "deep", in: host.unshare(["user", "net"], upper) });
  host.process({ comm: "upper", in: upper });
  change?.(host);
  return { graph: host.build(), empty, net: container.net ?? "", inside, deep };
}

const blind = (): Machine =>
  machine((host) => {
    host.process({ pid: 99, comm: "hidden" });
    host.problem({ code: "PROCESS_UNREADABLE", errno: "EACCES", pid: 98 });
  });

function isolationAt(diagram: Diagram, comm: string): readonly TypeIsolation[] {
  for (const node of diagram.nodes)
    if ("isolation" in node && node.processes.some((process) => process.comm === comm)) return node.isolation ?? [];
  return [];
}

function groupOf({ nodes }: Diagram, comm: string): GroupNode {
  const group = nodes.find((node) => node.kind === "group" && node.processes.some((one) => one.comm === comm));
  if (group?.kind !== "group") throw new Error(`no group with ${comm}`);
  return group;
}

describe("nobody who was seen is not nobody", () => {
  const occupancyIn = ({ graph, empty }: Machine): string =>
    occupancyOf(
      graph,
      graph.namespaces().filter(({ id }) => id === empty),
    );
  const wordsIn = ({ graph, empty }: Machine): string =>
    describeMembers(
      graph,
      graph.namespaces().filter(({ id }) => id === empty),
    );

  test("in words", () => {
    expect([occupancyIn(machine()), wordsIn(machine())]).toEqual(["empty", "no process"]);
    expect([occupancyIn(blind()), wordsIn(blind())]).toEqual(["unknown", "members not known"]);
  });

  test("in the caption", () => {
    expect(captionParts(machine().graph).at(-1)).toBe("17 namespaces, 1 without a process");
    expect(captionParts(blind().graph).at(-1)).toBe("17 namespaces, 1 with members not known");
    expect(captionParts(selectProcessless(blind().graph)).at(-1)).toBe("1 of 17 namespaces, 1 with members not known");
  });

  test.each(["owner", "workload"] as const)("in what is somebody's own, by %s", (tree) => {
    const certainties = ({ graph }: Machine): unknown =>
      isolationAt(buildDiagram(arrange(graph, { tree }), tree === "owner" ? "overview" : "normal"), "deep")
        .filter(({ state }) => state === "own")
        .map(({ type, certain }) => [type, certain]);
    expect(certainties(machine())).toEqual([
      ["net", undefined],
      ["user", undefined],
    ]);
    expect(certainties(blind())).toEqual([
      ["net", false],
      ["user", false],
    ]);
  });

  test("in user namespaces that hold nothing but the next one", () => {
    const chainIn = (change?: (host: HostBuilder) => void): readonly boolean[] => {
      const host = new HostBuilder();
      let users = host.unshare(["user"]);
      for (let i = 0; i < 5; i++) users = host.unshare(["user"], users);
      host.process({ comm: "deepest", in: users });
      change?.(host);
      const graph = host.build();
      return buildDiagram(graph, "normal")
        .boxes.filter(({ chain }) => chain.length > 0)
        .map((box) => isKnownChain(graph, box));
    };
    expect(chainIn()).toEqual([true]);
    expect(chainIn((host) => host.problem({ code: "DESCRIPTORS_UNREADABLE", pid: 1 }))).toEqual([false]);
  });
});

describe("a selection", () => {
  test("counts what it draws of the whole", () => {
    const { graph, inside } = machine();
    expect(captionParts(selectProcesses(graph, [inside])).slice(-2)).toEqual([
      "1 of 6 processes",
      "8 of 17 namespaces",
    ]);
  });

  test("has isolation and numbers of the whole", () => {
    const { graph, inside } = machine();
    const [all, drawn] = [graph, selectProcesses(graph, [inside])].map((one) => buildDiagram(one, "overview"));
    const states = (diagram: Diagram | undefined): unknown =>
      isolationAt(diagram as Diagram, "nginx").map(({ type, state }) => [type, state]);
    expect(states(drawn)).toEqual(states(all));
    expect(describeGroupMembers(graph, groupOf(all as Diagram, "nginx"))).toEqual(["3 processes"]);
    expect(describeGroupMembers(graph, groupOf(drawn as Diagram, "nginx"))).toEqual(["1 of 3 processes"]);
  });

  test("of types tells of no others", () => {
    const { graph } = machine();
    const selected = selectTypes(graph, ["net"]);
    for (const [tree, detail] of [
      ["owner", "overview"],
      ["workload", "normal"],
    ] as const) {
      const isolation = isolationAt(buildDiagram(arrange(selected, { tree }), detail), "nginx");
      expect(isolation.map(({ type }) => type)).toEqual(["net"]);
    }
  });

  test("of a subtree begins at its own box, and says what is above", () => {
    const { graph, deep } = machine();
    const selected = selectSubtree(graph, deep, "user");
    const { boxes } = buildDiagram(selected, "normal");
    expect(boxes.map(({ kind, inside }) => [kind, inside])).toEqual([["user", undefined]]);
    const [words, more] = captionRemarks(selected);
    expect(words).toMatch(
      /^what is in and below user:\[\d+\], where process \d+ is; above that: user:\[\d+\], user:\[4026531837\] \(initial\)$/,
    );
    expect(more).toBeUndefined();
    expect(captionRemarks(graph)).toEqual([]);
  });

  test.each(["overview", "normal", "full"] as const)(
    "of one namespace has an edge from where it is mounted, in %s",
    (detail) => {
      const { graph, empty } = machine();
      const { edges, nodes } = buildDiagram(selectSubject(graph, { kind: "namespace", id: empty }), detail);
      const nodeOf = (type: string): string | undefined =>
        nodes.find((node) => "namespaces" in node && node.kind !== "rest" && node.namespaces[0]?.type === type)?.id;
      expect(edges.map(({ kind, from, to }) => [kind, from.id, to.id])).toContainEqual([
        "pin",
        nodeOf("mnt"),
        nodeOf("net"),
      ]);
    },
  );
});

test("how much could not be seen is said of the whole, and of one namespace in its answer alone", () => {
  const host = new HostBuilder();
  host.process({ pid: 1, ppid: 0, comm: "init" });
  host.problem({ code: "LIST_UNREADABLE", errno: "EPERM" });
  const graph = host.build();
  expect(captionRemarks(selectProcesses(graph, [1]))).toEqual(["not everything could be seen"]);
  const subject = { kind: "namespace", id: host.initial.net ?? "" } as const;
  expect(captionRemarks(selectSubject(graph, subject))).toEqual([]);
});

test.each(TREE_RELATIONS)("a picture by %s of a document without processes says whether they are missed", (tree) => {
  const { graph } = machine();
  const { frame } = graph;
  const observations = graph
    .namespaces()
    .map((namespace) => ({ ...namespace, memberCount: graph.memberCount(namespace.id) }))
    .map((namespace) => ({ kind: "namespace", namespace }) as const);
  const saved = arrange(buildGraph([{ kind: "frame", frame }, ...observations]), { tree });
  const isOfProcesses = tree === "process" || tree === "workload";
  expect(captionRemarks(saved)).toEqual(isOfProcesses ? [INSTEAD_OF_DRAWING.noProcesses] : []);
});
