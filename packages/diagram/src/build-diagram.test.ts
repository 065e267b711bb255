import {
  arrange,
  type Membership,
  type NamespaceGraph,
  selectProcesses,
  selectSubject,
  selectTypes,
  spellTitle,
  TREE_RELATIONS,
} from "@ns-graph/graph";
import { HostBuilder, hostWith, kubernetesHost } from "@ns-graph/testkit";
import { describe, expect, test } from "vitest";
import { buildDiagram } from "./build-diagram.js";
import type { Diagram, DiagramNode } from "./diagram.js";
import { captionParts } from "./index.js";

const CONTAINER = ["cgroup", "ipc", "mnt", "net", "pid", "uts"] as const;

function build(change: (host: HostBuilder) => void): NamespaceGraph {
  const host = new HostBuilder({ hostname: "test" });
  host.process({ pid: 1, ppid: 0, comm: "init" });
  change(host);
  return host.build();
}

function nodeWith({ nodes }: Diagram, comm: string): DiagramNode {
  const found = nodes.find(
    (node) => node.kind !== "rest" && "processes" in node && node.processes.some((process) => process.comm === comm),
  );
  if (found === undefined) throw new Error(`no node with ${comm}`);
  return found;
}

/** What a node is called, each name in full. */
function titlesOf(node: DiagramNode): readonly string[] {
  return "titles" in node ? node.titles.map(spellTitle) : [];
}

function idOf(graph: NamespaceGraph, id: string | undefined): string {
  const namespace = graph.namespace(id ?? "");
  return namespace === undefined ? "" : `${namespace.type}_${namespace.ino}`;
}

test("a container is one node in the box of the user namespace that its processes are in", () => {
  let inside: Membership = {};
  const graph = build((host) => {
    inside = host.unshare(["user", ...CONTAINER], host.initial, { ownerUid: 1000 });
    for (const comm of ["nginx", "nginx", "sh"]) host.process({ comm, in: inside });
  });
  const node = nodeWith(buildDiagram(graph, "normal"), "nginx");
  expect(node).toMatchObject({
    kind: "namespaces",
    id: `set_${idOf(graph, inside.mnt)}`,
    box: idOf(graph, inside.user),
  });
  expect(node.kind === "namespaces" && node.namespaces.map(({ type }) => type)).toEqual([...CONTAINER]);
  expect(node.kind === "namespaces" && node.machineTypes).toEqual(["time"]);
});

test("what the containers of a pod share is a node of its own, and an edge leads there from each", () => {
  let pod: Membership = {};
  const graph = build((host) => {
    pod = host.unshare(["ipc", "net", "uts"]);
    for (const comm of ["pause", "cart"]) host.process({ comm, in: host.unshare(["mnt", "pid"], pod) });
  });
  const { edges } = buildDiagram(graph, "normal");
  const shared = `set_${idOf(graph, pod.ipc)}`;
  expect(edges.filter(({ kind, to }) => kind === "member" && to.id === shared)).toHaveLength(2);
});

test("a pod is one node in an overview, and alike pods are one", () => {
  const graph = build((host) => {
    for (let i = 0; i < 5; i++) {
      const pod = host.unshare(["ipc", "net", "uts"]);
      for (const comm of ["pause", "cart"]) host.process({ comm, in: host.unshare(["mnt", "pid"], pod) });
    }
  });
  const node = nodeWith(buildDiagram(graph, "overview"), "cart");
  expect(node).toMatchObject({ kind: "group", count: 5 });
  expect(node.kind === "group" && node.isolation.find(({ type }) => type === "net")).toEqual({
    type: "net",
    state: "own",
    count: 1,
  });
  expect(node.kind === "group" && node.isolation.find(({ type }) => type === "pid")).toEqual({
    type: "pid",
    state: "own",
    count: 2,
  });
});

test("a zombie, of which only the user and pid namespace are known, does not tear its container apart", () => {
  const graph = build((host) => {
    const inside = host.unshare(CONTAINER);
    host.process({ comm: "nginx", in: inside });
    host.process({ comm: "gone", state: "Z", in: inside });
  });
  const diagram = buildDiagram(graph, "normal");
  expect(nodeWith(diagram, "gone")).toBe(nodeWith(diagram, "nginx"));
});

test("processes that share each of their namespaces with others are a node of their own", () => {
  const graph = build((host) => {
    const net = host.unshare(["net"]);
    host.process({ comm: "both", in: host.unshare(["mnt"], net) });
    host.process({ comm: "net-only", in: net });
  });
  const diagram = buildDiagram(graph, "normal");
  const node = nodeWith(diagram, "net-only");
  expect(node).toMatchObject({ kind: "processes", box: "user_4026531837" });
  expect(node.kind === "processes" && node.isolation?.find(({ type }) => type === "net")?.state).toBe("shared");
  expect(diagram.edges.filter(({ from }) => from.id === node.id)).toHaveLength(1);
});

test("namespaces that nobody is in are not taken for a set", () => {
  const graph = build((host) => {
    host.namespace("net");
    host.namespace("net");
    host.namespace("uts");
  });
  const nodes = buildDiagram(graph, "normal").nodes.filter((node) => node.kind === "namespaces" && !node.isMachine);
  expect(nodes.map((node) => node.kind === "namespaces" && node.namespaces.length)).toEqual([1, 1, 1]);
});

test("alike namespaces that nobody is in are one node in an overview", () => {
  const graph = build((host) => {
    for (let i = 0; i < 40; i++) host.namespace("net");
  });
  const groups = buildDiagram(graph, "overview").nodes.filter(({ kind }) => kind === "group");
  expect(groups).toMatchObject([{ count: 40, memberCount: 0 }]);
});

test("alike user namespaces are one box in an overview, with what is in them", () => {
  const graph = build((host) => {
    for (let i = 0; i < 6; i++) {
      const outer = host.unshare(["user", "net"], host.initial, { ownerUid: 1000 });
      host.process({ comm: "zygote", in: outer });
      host.process({ comm: "renderer", in: host.unshare(["user", "pid"], outer, { ownerUid: 1000 }) });
    }
  });
  const { boxes, nodes } = buildDiagram(graph, "overview");
  expect(boxes.map(({ namespaces }) => namespaces.length)).toEqual([1, 6, 6]);
  expect(nodes.map((node) => (node.kind === "group" ? node.count : 0))).toEqual([0, 6, 6]);
});

test("user namespaces with nothing but the next one are one box, by name in normal detail", () => {
  const graph = build((host) => {
    let inside = host.initial;
    for (let i = 0; i < 30; i++) inside = host.unshare(["user"], inside);
    host.process({ comm: "deep", in: inside });
  });
  const normal = buildDiagram(graph, "normal");
  expect(normal.boxes.map(({ chain }) => chain.length)).toEqual([0, 29]);
  expect(buildDiagram(graph, "full").boxes).toHaveLength(31);
});

test("pid namespaces point to their parents", () => {
  let outer: Membership = {};
  let inner: Membership = {};
  const graph = build((host) => {
    outer = host.unshare(["pid"]);
    inner = host.unshare(["pid"], outer);
    host.process({ comm: "a", in: outer });
    host.process({ comm: "b", in: inner });
  });
  const edges = buildDiagram(graph, "full").edges.filter(({ kind }) => kind === "parent");
  expect(edges.map(({ from, to }) => [from.id, to.id])).toEqual([
    [idOf(graph, outer.pid), "pid_4026531836"],
    [idOf(graph, inner.pid), idOf(graph, outer.pid)],
  ]);
  expect(buildDiagram(arrange(graph, { tree: "parent" }), "normal").edges).toHaveLength(2);
});

test("edges to the machine's pid namespace are left out where there would be too many, and counted", () => {
  const graph = build((host) => {
    for (let i = 0; i < 20; i++) host.process({ comm: "sh", in: host.unshare(["pid"]) });
  });
  expect(buildDiagram(graph, "normal")).toMatchObject({ edges: [], parentsLeftOut: 20 });
  expect(buildDiagram(graph, "full").edges.filter(({ kind }) => kind === "parent")).toHaveLength(20);
});

test("pins are listed at what they hold, and are nodes in full detail", () => {
  const graph = build((host) => {
    const net = host.namespace("net");
    for (const path of ["/run/netns/a", "/srv/a"])
      host.pin({ kind: "mount", namespace: net, path, mountNamespace: host.initial.mnt ?? "" });
    host.pin({ kind: "fd", namespace: host.namespace("user"), pid: 1, fd: 7 });
  });
  const normal = buildDiagram(graph, "normal");
  expect(normal.nodes.flatMap((node) => (node.kind === "namespaces" ? node.pins : []))).toHaveLength(2);
  expect(normal.boxes.flatMap(({ pins }) => pins)).toHaveLength(1);
  const full = buildDiagram(graph, "full");
  expect(full.nodes.filter(({ kind }) => kind === "pin")).toHaveLength(3);
  expect(full.edges.filter(({ kind }) => kind === "pin")).toHaveLength(3);
});

test("what was selected without process 1 is not taken for the machine", () => {
  let pid = 0;
  const graph = build((host) => {
    pid = host.process({ comm: "nginx", in: host.unshare(CONTAINER) });
  });
  const node = nodeWith(buildDiagram(selectProcesses(graph, [pid]), "normal"), "nginx");
  expect(node).toMatchObject({ kind: "namespaces", isMachine: false });
});

test("a selection of types still has the processes", () => {
  const graph = build((host) => host.process({ comm: "nginx", in: host.unshare(CONTAINER) }));
  const node = nodeWith(buildDiagram(selectTypes(graph, ["net"]), "normal"), "nginx");
  expect(node.kind === "namespaces" && node.namespaces.map(({ type }) => type)).toEqual(["net"]);
});

test("no processes are drawn where the view shows no members", () => {
  for (const detail of ["overview", "normal", "full"] as const) {
    const { nodes, edges } = buildDiagram(arrange(kubernetesHost({ pods: 3 }), { members: "none" }), detail);
    expect(nodes.flatMap((node) => (node.kind !== "rest" && "processes" in node ? node.processes : []))).toEqual([]);
    expect(edges.filter(({ kind }) => kind === "member")).toEqual([]);
  }
});

test("the process tree tells where namespaces change", () => {
  const graph = build((host) => {
    const shim = host.process({ comm: "shim" });
    const inside = host.unshare(["mnt", "pid"]);
    const first = host.process({ ppid: shim, comm: "nginx", in: inside });
    host.process({ ppid: first, comm: "nginx", in: inside });
  });
  const { nodes, edges } = buildDiagram(arrange(graph, { tree: "process" }), "normal");
  expect(nodes.map((node) => node.kind === "processes" && [node.id, node.entered?.map(({ type }) => type)])).toEqual([
    ["process_1", []],
    ["process_3", ["mnt", "pid"]],
  ]);
  expect(edges).toEqual([{ kind: "child", from: { id: "process_3" }, to: { id: "process_1" } }]);
});

test("below a process that could not be read, the process tree tells what is apart from the machine alone", () => {
  const graph = build((host) => {
    const hidden = host.process({ comm: "hidden", in: {} });
    host.process({ ppid: hidden, comm: "apart", in: host.unshare(["net"]) });
    host.process({ ppid: hidden, comm: "plain" });
  });
  for (const detail of ["normal", "full"] as const) {
    const diagram = buildDiagram(arrange(graph, { tree: "process" }), detail);
    const enteredBy = (comm: string): unknown => {
      const node = nodeWith(diagram, comm);
      return node.kind === "processes" && node.entered?.map(({ type }) => type);
    };
    expect([enteredBy("apart"), enteredBy("plain")]).toEqual([["net"], []]);
  }
});

test("workloads that share a namespace both lead to it, and the machine's are said to be the machine's", () => {
  const graph = build((host) => {
    const net = host.unshare(["net"]);
    for (const comm of ["a", "b"]) host.process({ comm, in: host.unshare(["mnt"], net) });
  });
  const diagram = buildDiagram(arrange(graph, { tree: "workload" }), "normal");
  const shared = idOf(graph, graph.processes().at(-1)?.namespaces.net);
  const node = nodeWith(diagram, "a");
  const states = node.kind === "processes" ? node.isolation?.map(({ type, state }) => `${type} ${state}`) : [];
  expect(states).toEqual(expect.arrayContaining(["mnt own", "net shared", "pid machine"]));
  expect(diagram.edges.map(({ to }) => to.id)).toEqual([shared, shared]);
});

/** A container in which a process has another PID, mount and network namespace than the others. */
const differing = (): NamespaceGraph =>
  build((host) => {
    const cgroup = `/system.slice/docker-${"3".repeat(64)}.scope`;
    const inside = host.unshare(["mnt", "net"]);
    for (const comm of ["nginx", "unshare"]) host.process({ comm, cgroup, in: inside });
    host.process({ comm: "sleep", cgroup, in: host.unshare(["pid", "net"], inside) });
  });

function isolationAt(diagram: Diagram, comm: string): readonly string[] {
  const node = nodeWith(diagram, comm);
  const isolation = "isolation" in node ? (node.isolation ?? []) : [];
  return isolation.map(({ type, state, count }) => `${type} ${state} ${count}`);
}

test("a workload whose processes differ is said to in an overview", () => {
  const diagram = buildDiagram(arrange(differing(), { tree: "workload" }), "overview");
  expect(isolationAt(diagram, "sleep")).toEqual(expect.arrayContaining(["mnt own 1", "net own 2", "pid mixed 1"]));
});

test.each(["normal", "full"] as const)(
  "processes of one workload that differ are nodes of their own, in %s",
  (detail) => {
    const diagram = buildDiagram(arrange(differing(), { tree: "workload" }), detail);
    expect(isolationAt(diagram, "nginx")).toEqual(
      expect.arrayContaining(["mnt shared 1", "net own 1", "pid machine 1", "uts machine 1"]),
    );
    expect(isolationAt(diagram, "sleep")).toEqual(
      expect.arrayContaining(["mnt shared 1", "net own 1", "pid own 1", "uts machine 1"]),
    );
    const [first, other] = [nodeWith(diagram, "nginx"), nodeWith(diagram, "sleep")];
    expect(first).toMatchObject({ processes: [{ comm: "nginx" }, { comm: "unshare" }] });
    expect(titlesOf(first)).toEqual(["docker 333333333333"]);
    expect(other).toMatchObject({ processes: [{ comm: "sleep" }] });
    expect(titlesOf(other)).toEqual(["4 sleep", "docker 333333333333"]);
    const exposed = "isolation" in other ? other.isolation?.filter((each) => each.exposed).map(({ type }) => type) : [];
    expect(exposed).toEqual(["ipc", "uts"]);
    const mnt = diagram.nodes.find(({ kind }) => kind === "namespaces");
    expect(diagram.edges.map(({ from, to }) => [from.id, to.id])).toEqual([
      [first.id, mnt?.id],
      [other.id, mnt?.id],
    ]);
  },
);

test("very many parts of a workload are told as one where they look the same, and are counted where they do not", () => {
  const parts = (nameOf: (i: number) => string, detail: "normal" | "full"): Diagram =>
    buildDiagram(
      arrange(
        build((host) => {
          const inside = host.unshare(["net"]);
          const top = host.process({ comm: "top", in: inside });
          for (let i = 0; i < 300; i++) host.process({ ppid: top, comm: nameOf(i), in: host.unshare(["mnt"], inside) });
        }),
        { tree: "workload" },
      ),
      detail,
    );
  const alike = parts(() => "worker", "normal");
  expect(nodeWith(alike, "worker")).toMatchObject({ count: 300 });
  expect(titlesOf(nodeWith(alike, "worker"))).toEqual(["3 worker", "2 top"]);
  expect(alike.nodes).toHaveLength(4);
  const unlike = parts((i) => `c${i}`, "normal");
  expect(unlike.nodes.filter(({ kind }) => kind === "processes")).toHaveLength(12);
  expect(unlike.nodes.find(({ kind }) => kind === "rest")).toMatchObject({ namespaces: 290, processes: 290 });
  expect(parts((i) => `c${i}`, "full").nodes).toHaveLength(303);
});

describe("a zombie", () => {
  const graph = build((host) => {
    const inside = host.unshare(CONTAINER.filter((type) => type !== "uts"));
    host.process({ comm: "nginx", in: inside });
    host.process({ ppid: 2, comm: "gone", state: "Z", in: inside });
    host.process({ comm: "alone", state: "Z", in: host.unshare(["user", "pid"]) });
  });

  test.each(["overview", "normal", "full"] as const)("is not said to be isolated, by workload in %s", (detail) => {
    const diagram = buildDiagram(arrange(graph, { tree: "workload" }), detail);
    const told = isolationAt(diagram, "alone");
    // In an overview it stands with the namespaces that it alone has left.
    expect(told).toEqual(detail === "overview" ? ["pid own 1"] : []);
    expect(isolationAt(diagram, "nginx")).toEqual(expect.arrayContaining(["pid own 1", "user machine 1"]));
  });

  test("does not hide what its container shares with the machine", () => {
    const node = nodeWith(buildDiagram(graph, "normal"), "nginx");
    expect(node).toMatchObject({ machineTypes: ["time", "uts"], processes: [{ comm: "nginx" }, { comm: "gone" }] });
  });

  test("does not tell a container apart from those like it in an overview, nor a process from its parent", () => {
    const host = build((machine) => {
      for (const isLeft of [true, false, false]) {
        const inside = machine.unshare(CONTAINER);
        const top = machine.process({ comm: "nginx", in: inside });
        if (isLeft) machine.process({ ppid: top, comm: "gone", state: "Z", in: inside });
      }
    });
    expect(nodeWith(buildDiagram(host, "overview"), "nginx")).toMatchObject({ count: 3 });
    const pids = buildDiagram(arrange(host, { tree: "parent" }), "overview");
    expect(pids.nodes.find(({ kind }) => kind === "group")).toMatchObject({ count: 3 });
    const tree = buildDiagram(arrange(host, { tree: "process" }), "normal");
    expect(nodeWith(tree, "gone")).toBe(nodeWith(tree, "nginx"));
    const folded = buildDiagram(arrange(host, { tree: "process" }), "overview");
    expect(nodeWith(folded, "nginx")).toMatchObject({ count: 3 });
  });
});

test.each([
  ["owner", "overview"],
  ["owner", "normal"],
  ["workload", "overview"],
  ["workload", "normal"],
] as const)("what a container shares with the machine is remarkable by %s in %s", (tree, detail) => {
  const graph = build((host) => {
    const cgroup = `/system.slice/docker-${"3".repeat(64)}.scope`;
    host.process({ comm: "nginx", cgroup, in: host.unshare(["mnt", "pid", "net"]) });
    host.process({ comm: "sleep", in: host.unshare(["mnt"]) });
  });
  const diagram = buildDiagram(arrange(graph, { tree }), detail);
  const exposedAt = (comm: string): unknown => {
    const node = nodeWith(diagram, comm);
    if (node.kind === "namespaces") return node.exposedTypes;
    return "isolation" in node && node.isolation?.filter(({ exposed }) => exposed).map(({ type }) => type);
  };
  expect(exposedAt("nginx")).toEqual(["ipc", "uts"]);
  expect(exposedAt("sleep") ?? []).toEqual([]);
});

test.each(["overview", "normal"] as const)("workloads of one name are told apart by their PIDs, in %s", (detail) => {
  const graph = build((host) => {
    host.process({ comm: "sleep", in: host.unshare(["net"]) });
    host.process({ comm: "sleep", in: host.unshare(["mnt"]) });
  });
  const { nodes } = buildDiagram(arrange(graph, { tree: "workload" }), detail);
  const titles = nodes.flatMap(titlesOf);
  expect(titles).toEqual(expect.arrayContaining(["2 sleep", "3 sleep"]));
});

test("an edge leads to what was asked for from the mount namespace that it is mounted in, and holders are not counted", () => {
  let blue = "";
  const graph = build((host) => {
    blue = host.namespace("net");
    host.process({ comm: "dockerd" });
    host.pin({ kind: "mount", namespace: blue, path: "/run/netns/blue", mountNamespace: host.initial.mnt ?? "" });
  });
  const chosen = selectSubject(graph, { kind: "namespace", id: blue });
  const { edges, nodes } = buildDiagram(chosen, "normal");
  const mount = nodes.find((node) => node.kind === "namespaces" && node.namespaces[0]?.type === "mnt");
  expect(edges).toEqual([{ kind: "pin", from: { id: mount?.id }, to: { id: idOf(graph, blue) } }]);
  expect(captionParts(chosen)).toEqual(["test", "Linux 6.18.44", "1 of 9 namespaces, 1 without a process"]);
});

test("auto is normal detail for what fits the eye, and else an overview", () => {
  expect(buildDiagram(hostWith(30), "auto").detail).toBe("normal");
  expect(buildDiagram(hostWith(300), "auto").detail).toBe("overview");
});

describe("documents that lie", () => {
  const chain = (length: number): NamespaceGraph =>
    build((host) => {
      let inside = host.initial;
      for (let i = 0; i < length; i++) inside = host.unshare(["user", "pid"], inside);
      host.process({ comm: "deep", in: { user: inside.user ?? "" } });
    });

  test("chains of 5000 user and 5000 pid namespaces are drawn", () => {
    const graph = chain(5_000);
    for (const detail of ["overview", "normal", "full"] as const) {
      for (const tree of TREE_RELATIONS) {
        expect(buildDiagram(arrange(graph, { tree }), detail).nodes.length).toBeGreaterThan(0);
      }
    }
  }, 60_000);

  test("boxes are not nested deeper than any kernel nests", () => {
    const { boxes } = buildDiagram(chain(200), "full");
    const depths = new Map<string | undefined, number>([[undefined, 0]]);
    for (const { id, inside } of boxes) depths.set(id, (depths.get(inside) ?? 0) + 1);
    expect(Math.max(...depths.values())).toBe(41);
    expect(boxes).toHaveLength(201);
  });

  test("user namespaces above themselves stand under a heading", () => {
    const graph = build((host) => {
      const first = host.namespace("user", { owner: "4:4026532178" });
      host.namespace("user", { owner: first });
    });
    const { boxes } = buildDiagram(graph, "normal");
    expect(boxes.map(({ kind }) => kind)).toEqual(["user", "loop", "user", "user"]);
  });

  test("what is owned above what may be seen, and what nobody knows the owner of, stand under headings", () => {
    const graph = build((host) => {
      host.namespace("net", { owner: { state: "invisible" } });
      host.namespace("net", { owner: { state: "unknown" } });
      host.namespace("net", { owner: "4:1" });
    });
    const { boxes, nodes } = buildDiagram(graph, "normal");
    expect(boxes.map(({ id }) => id)).toEqual(["user_4026531837", "invisible-owner", "unknown-owner"]);
    expect(nodes.map((node) => node.box)).toEqual([
      "user_4026531837",
      "invisible-owner",
      "unknown-owner",
      "unknown-owner",
    ]);
  });
});
