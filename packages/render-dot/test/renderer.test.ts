import {
  arrange,
  defaultOptions,
  type NamespaceGraph,
  selectProcesses,
  selectProcessless,
  selectSubject,
} from "@ns-graph/graph";
import { describeRenderer } from "@ns-graph/renderer-testing";
import { HostBuilder, hostileHost, kubernetesHost, plainHost } from "@ns-graph/testkit";
import { arbitraryGraph } from "@ns-graph/testkit/arbitrary";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { type DotOptions, dotRenderer } from "../src/index.js";
import { type DotGraph, readDot } from "./read-dot.js";

vi.setConfig({ testTimeout: 300_000 });

function draw(graph: NamespaceGraph, options: Partial<DotOptions> = {}): string {
  const surface = { color: false, columns: undefined, unicode: true };
  return [
    ...(dotRenderer.render(graph, { ...defaultOptions(dotRenderer), ...options }, surface) as Iterable<string>),
  ].join("");
}

function read(graph: NamespaceGraph, options: Partial<DotOptions> = {}): DotGraph {
  return readDot(draw(graph, options));
}

describeRenderer(
  dotRenderer,
  { describe, test },
  {
    accept: (output) => {
      const { nodes, edges } = readDot(String(output));
      for (const { tail, head } of edges) expect(nodes.has(tail) && nodes.has(head)).toBe(true);
    },
  },
);

test("any graph gives well-formed DOT whose edges end at its nodes, and whose names are harmless", () => {
  fc.assert(
    fc.property(
      arbitraryGraph({ wild: true, size: 20 }),
      fc.constantFrom("overview", "normal", "full"),
      fc.constantFrom("owner", "parent", "process", "workload"),
      (graph, detail, tree) => {
        const { nodes, edges, clusters } = read(arrange(graph, { tree }), { detail });
        for (const { tail, head } of edges) expect(nodes.has(tail) && nodes.has(head)).toBe(true);
        for (const name of [...nodes.keys(), ...clusters.keys()]) expect(name).toMatch(/^[a-z][a-z0-9_-]*$/);
      },
    ),
    { numRuns: 300 },
  );
});

test("user namespaces are clusters in clusters, and what is in them is owned", () => {
  const host = new HostBuilder();
  const outer = host.unshare(["user", "net"]);
  const inner = host.unshare(["user", "uts"], outer);
  host.process({ comm: "sleep", in: inner });
  const { clusters, placeOf } = read(host.build(), { detail: "normal" });
  const nameOf = (id: string | undefined): string => `${id?.split(":")[1]}`;
  expect(clusters.get(`cluster_user_${nameOf(inner.user)}`)?.inside).toBe(`cluster_user_${nameOf(outer.user)}`);
  expect(placeOf.get(`net_${nameOf(outer.net)}`)).toBe(`cluster_user_${nameOf(outer.user)}`);
  expect(placeOf.get(`uts_${nameOf(inner.uts)}`)).toBe(`cluster_user_${nameOf(inner.user)}`);
});

test("a namespace that nobody is in has a dashed outline, and its pins stand in it", () => {
  const host = new HostBuilder();
  const net = host.namespace("net");
  host.pin({ kind: "mount", namespace: net, path: "/run/netns/blue", mountNamespace: host.initial.mnt ?? "" });
  host.process({ pid: 1, ppid: 0, comm: "init" });
  const node = read(host.build()).nodes.get(`net_${net.split(":")[1]}`);
  expect(node).toMatchObject({ style: "filled,dashed", class: "namespaces net processless" });
  expect(node?.label).toContain("/run/netns/blue");
});

test("where nobody was seen but not everybody was, no picture says that there is nobody", () => {
  const host = new HostBuilder();
  const net = host.namespace("net");
  host.pin({ kind: "mount", namespace: net, path: "/run/netns/blue", mountNamespace: host.initial.mnt ?? "" });
  host.process({ pid: 1, ppid: 0, comm: "init" });
  host.process({ comm: "inside", in: host.unshare(["net"]) });
  host.problem({ code: "PROCESS_UNREADABLE", errno: "EACCES", pid: 2 });
  const graph = host.build();
  const node = read(graph).nodes.get(`net_${net.split(":")[1]}`);
  expect(node).toMatchObject({ style: "filled,dotted", class: "namespaces net members-not-known" });
  expect(node?.label).toContain("members not known");
  const overview = read(graph, { detail: "overview" });
  expect(overview.attributes.label).toContain("coloured, dotted type: nobody else was seen in it");
  expect([...overview.nodes.values()].map(({ tooltip }) => tooltip).join()).toContain(
    "own as far as could be seen: net",
  );
  for (const detail of ["overview", "normal", "full"] as const) {
    for (const drawn of [graph, selectProcessless(graph), selectSubject(graph, { kind: "namespace", id: net })])
      expect(draw(drawn, { detail })).not.toContain("no process");
  }
});

test("what is drawn of many members is told with their number", () => {
  const host = new HostBuilder();
  host.process({ pid: 1, ppid: 0, comm: "init" });
  const inside = host.unshare(["net", "uts"]);
  for (let i = 0; i < 3; i++) host.process({ comm: "sleep", in: inside });
  const chosen = read(selectProcesses(host.build(), [2]), { detail: "normal" });
  const node = [...chosen.nodes.values()].find(({ label }) => label?.includes("sleep"));
  expect(node?.label?.match(/1 of 3 processes/g)).toHaveLength(2);
});

test("the same namespace has the same node whatever else there is", () => {
  const names = (pods: number): string[] => [
    ...read(kubernetesHost({ pods, containers: pods }), { detail: "full" }).nodes.keys(),
  ];
  const few = names(2);
  const many = new Set(names(4));
  expect(few.filter((name) => /^(?:net|mnt|uts)_/.test(name)).every((name) => many.has(name))).toBe(true);
});

test("everything that can be pointed at has a tooltip, an id and a class", () => {
  const { nodes, clusters, edges } = read(kubernetesHost({ pods: 3 }), { detail: "full" });
  for (const [name, { id, tooltip, class: words }] of nodes)
    expect([name, id, tooltip !== "", words !== ""]).toEqual([name, name, true, true]);
  for (const [name, { attributes }] of clusters) expect(`cluster_${attributes.id}`).toBe(name);
  for (const { attributes } of edges)
    if (attributes.style !== "invis") expect(attributes.id && attributes.class).toBeTruthy();
  const drawn = edges.filter(({ attributes }) => attributes.style !== "invis").map(({ attributes }) => attributes.id);
  expect(new Set(drawn).size).toBe(drawn.length);
});

test("an arrow to a parent leads from row to row, also out of a box", () => {
  const host = new HostBuilder();
  host.process({ pid: 1, ppid: 0, comm: "init" });
  const outer = host.unshare(["mnt", "pid"]);
  host.process({ comm: "outer", in: outer });
  host.process({ comm: "inner", in: host.unshare(["user", "mnt", "pid"], outer) });
  const arrows = draw(host.build(), { detail: "normal" })
    .split("\n")
    .filter((line) => line.includes('class="parent"'));
  expect(arrows).toHaveLength(2);
  for (const arrow of arrows) expect(arrow).toMatch(/^\S+:"pid"(?::e)? -> \S+:"pid"(?::w)? /);
});

test("what a container shares with the machine although its kind mostly does not is marked, and so is what it differs in", () => {
  const host = new HostBuilder();
  host.process({ pid: 1, ppid: 0, comm: "init" });
  const cgroup = `/system.slice/docker-${"3".repeat(64)}.scope`;
  const inside = host.unshare(["mnt", "net"]);
  host.process({ comm: "nginx", cgroup, in: inside });
  const alone = host.build();
  expect(draw(alone, { detail: "normal" })).toContain("ipc! pid! time uts!");
  expect(draw(alone, { detail: "overview" })).toContain("uts !");
  host.process({ comm: "sleep", cgroup, in: host.unshare(["pid"], inside) });
  const workloads = arrange(host.build(), { tree: "workload" });
  expect(draw(workloads, { detail: "overview" })).toContain("pid (mixed) !");
  const [container, sandbox] = ["workload_2", "workload_3"].map(
    (id) =>
      draw(workloads, { detail: "normal" })
        .split("\n")
        .find((line) => line.startsWith(`"${id}" [`)) ?? "",
  );
  expect(container).toContain("pid !");
  expect(sandbox).toMatch(/<B>3 sleep<\/B>.*docker 333333333333/);
  expect(sandbox).not.toContain("pid !");
});

test("an overview of 500 namespaces is small enough to be looked at", () => {
  const graph = kubernetesHost();
  expect(graph.namespaces().length).toBeGreaterThan(450);
  expect(read(graph).nodes.size).toBeLessThan(80);
  expect(draw(graph)).toContain("an overview");
});

test("what was asked for stands out", () => {
  const graph = plainHost();
  const namespace = graph.namespaces().find(({ type, initial }) => type === "net" && !initial);
  const chosen = selectSubject(graph, { kind: "namespace", id: namespace?.id ?? "" });
  const node = read(chosen).nodes.get(`net_${namespace?.ino}`);
  expect(node).toMatchObject({ penwidth: "4" });
  expect(node?.class).toMatch(/ subject$/);
});

test("how to enter what was asked for is not cut", () => {
  const host = new HostBuilder();
  const net = host.namespace("net");
  const path = `/run/${"deep/".repeat(60)}blue`;
  host.pin({ kind: "mount", namespace: net, path, mountNamespace: host.initial.mnt ?? "", reachableFrom: 1 });
  const text = draw(selectSubject(host.build(), { kind: "namespace", id: net }));
  expect(text.replaceAll(/<[^>]*>/g, "")).toContain(`enter with: nsenter --net=${path}`);
});

test("what only hangs together with what was asked for is faint", () => {
  const graph = plainHost();
  const namespace = graph.namespaces().find(({ type, initial }) => type === "net" && !initial);
  const chosen = selectSubject(graph, { kind: "namespace", id: namespace?.id ?? "" });
  const { clusters } = read(chosen);
  expect(clusters.get("cluster_user_4026531837")?.attributes).toMatchObject({ style: "rounded,filled,dotted" });
  expect(draw(chosen)).toContain("dotted: where it belongs");
});

test("the legend can be left out, and the direction chosen", () => {
  const graph = plainHost();
  expect(read(graph).attributes.label).toContain("thick outline");
  expect(read(graph, { legend: false, rankdir: "TB" }).attributes).toMatchObject({ rankdir: "TB" });
  expect(read(graph, { legend: false }).attributes.label).not.toContain("thick outline");
});

test("a process list is shown as the view asks", () => {
  const graph = hostWithNginx();
  const text = (members: "fold" | "all" | "none" | "comm" | "pids"): string =>
    draw(arrange(graph, { members }), { detail: "normal" });
  expect(text("fold")).toContain("nginx ×3");
  expect(text("all")).toContain("2 3 4 nginx");
  expect(text("comm")).toContain("3 nginx");
  expect(text("pids")).toContain("3 = 2 nginx");
  expect(text("none")).not.toContain("nginx");
});

function hostWithNginx(): NamespaceGraph {
  const host = new HostBuilder();
  host.process({ pid: 1, ppid: 0, comm: "init" });
  const inside = host.unshare(["pid", "mnt"]);
  for (let i = 0; i < 3; i++) host.process({ comm: "nginx", in: inside });
  return host.build();
}

test("long lists of processes are cut with a count, and stand in columns in full detail", () => {
  const host = new HostBuilder();
  host.process({ pid: 1, ppid: 0, comm: "init" });
  const inside = host.unshare(["mnt", "net"]);
  for (let i = 0; i < 300; i++) host.process({ comm: `worker-${i}`, in: inside });
  const graph = arrange(host.build(), { members: "comm" });
  expect(draw(graph, { detail: "normal" })).toContain("… 200 more");
  expect(draw(graph, { detail: "normal" })).not.toContain("worker-299");
  expect(draw(graph, { detail: "full" })).toContain("worker-299");
});

test("hostile names reach labels alone, never names, ids or classes", () => {
  const { nodes, clusters } = read(hostileHost(), { detail: "full" });
  for (const { id, class: words } of [...nodes.values(), ...[...clusters.values()].map(({ attributes }) => attributes)])
    expect(`${id} ${words}`).toMatch(/^[a-z0-9_ -]*$/);
});
