import { describe, expect, test } from "vitest";
import { apart, BORNE_OUT, graphOf, ID, INITIAL, newId, table } from "../../test/workload-graph.js";
import { assembleGraph } from "../build/build-graph.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import type { Membership, Process } from "../model/process.js";
import { selectTypes } from "../select/select.js";
import { describeWorkload } from "../words/describe-workload.js";
import { groupTitle } from "../words/group-title.js";
import { machineNamespaces } from "./machine-namespaces.js";
import { livingParts, workloads } from "./workloads.js";

test("processes in the machine's namespaces are the machine, whatever service they are of", () => {
  const graph = graphOf([
    { pid: 1, ppid: 0, cgroup: "/init.scope" },
    { pid: 20, cgroup: "/system.slice/cron.service" },
    { pid: 30, cgroup: "/user.slice/user-1000.slice/session-3.scope" },
  ]);
  expect(table(graph)).toEqual(["the machine mmmmmmmm 1,20,30"]);
});

test("a container is one group, also where it unshares more, and what it shares with the machine is exposed", () => {
  const cgroup = `/system.slice/docker-${ID("3")}.scope`;
  const inside = apart("cgroup", "ipc", "mnt", "pid", "uts");
  const graph = graphOf([
    { pid: 1, ppid: 0 },
    { pid: 50, cgroup, namespaces: inside },
    {
      pid: 51,
      ppid: 50,
      cgroup: `${cgroup}/system.slice/x.service`,
      namespaces: { ...inside, mnt: apart("mnt").mnt ?? "" },
    },
  ]);
  expect(table(graph)).toEqual(["the machine mmmmmmmm 1", "docker 333333333333 ooomommo 50,51"]);
  const [, container] = workloads(graph);
  expect(container?.exposed).toEqual(["net"]);
  expect(container?.parts.map(({ processes }) => processes.map(({ pid }) => pid))).toEqual([[50], [51]]);
  expect(container?.isolation.mnt.uses).toHaveLength(2);
});

test("what some processes of a group have of their own and others have not is mixed, and remarkable where they should", () => {
  const cgroup = `/system.slice/docker-${ID("3")}.scope`;
  const inside = apart("cgroup", "ipc", "mnt", "net", "pid", "uts");
  const graph = graphOf([
    { pid: 1, ppid: 0 },
    { pid: 50, cgroup, namespaces: inside },
    { pid: 51, ppid: 50, cgroup, namespaces: { ...inside, pid: INITIAL.pid ?? "" } },
  ]);
  const [, container] = workloads(graph);
  expect(container?.isolation.pid).toMatchObject({ state: "mixed", uses: [{ isMachine: false }, { isMachine: true }] });
  expect(container?.isolation.mnt.state).toBe("own");
  expect(container?.exposed).toEqual(["pid"]);
});

test("a container that is in all of the machine's namespaces is a group of its own", () => {
  const graph = graphOf([{ pid: 1 }, { pid: 2, cgroup: `/docker/${ID("a")}` }]);
  expect(table(graph)).toEqual(["the machine mmmmmmmm 1", "docker aaaaaaaaaaaa mmmmmmmm 2"]);
  expect(workloads(graph)[1]?.exposed).toEqual(["ipc", "mnt", "net", "pid", "uts"]);
});

test("the containers of a pod share what they share with each other", () => {
  const pod = apart("ipc", "net", "uts");
  const slice = "/kubepods.slice/kubepods-podccf19bc6_503b_4dd0_b33d_e5717fe6613c.slice/cri-containerd-";
  const container = (pid: number, digit: string) => ({
    pid,
    cgroup: `${slice}${ID(digit)}.scope`,
    namespaces: { ...pod, mnt: newId(), pid: newId() },
  });
  const graph = graphOf([{ pid: 1 }, container(10, "a"), container(11, "b"), { pid: 12, namespaces: apart("net") }], {
    names: { [ID("b")]: { name: "app", pod: { name: "cart", namespace: "shop" } } },
  });
  expect(table(graph)).toEqual([
    "the machine mmmmmmmm 1",
    "pod ccf19bc6 aaaaaaaaaaaa msosomms 10",
    "pod shop/cart app msosomms 11",
    "12 mmmommmm 12",
  ]);
  const groups = workloads(graph);
  const use = groups[1]?.isolation.net.uses[0];
  expect(use?.groups).toEqual([groups[1], groups[2]]);
  expect(groups[2]?.isolation.net.uses[0]).toBe(use);
});

test("what has no workload goes with its topmost ancestor that is apart", () => {
  const outer = apart("user", "mnt");
  const graph = graphOf([
    { pid: 1 },
    { pid: 40, comm: "bash" },
    { pid: 41, ppid: 40, comm: "unshare", commandLine: "unshare -Urm sh", namespaces: outer },
    { pid: 42, ppid: 41, comm: "sh", namespaces: { ...outer, net: newId() } },
    { pid: 43, ppid: 40, comm: "sh", namespaces: outer },
  ]);
  expect(table(graph)).toEqual(["the machine mmmmmmmm 1,40", "41 unshare -Urm sh mmsmmmsm 41,42", "43 sh mmsmmmsm 43"]);
});

test("what PID 1 started belongs to it only where it is in the same namespaces", () => {
  const around = apart("uts");
  const graph = graphOf([
    { pid: 1, ppid: 0, comm: "init", namespaces: around },
    { pid: 2, comm: "same", namespaces: around },
    { pid: 3, comm: "other", namespaces: { ...around, net: newId() } },
    { pid: 4, ppid: 2, comm: "below", namespaces: { ...around, mnt: newId() } },
    { pid: 5, ppid: 0 },
  ]);
  expect(table(graph)).toEqual(["the machine mmmmmmmm 5", "1 init mmmmmmms 1,2,4", "3 other mmmommms 3"]);
});

test("where parents were not asked for, processes go with those in the same namespaces", () => {
  const [one, other] = [apart("net"), apart("net")];
  const full = graphOf([
    { pid: 1 },
    { pid: 4, namespaces: one },
    { pid: 5, namespaces: other },
    { pid: 6, namespaces: one },
  ]);
  const graph = assembleGraph({
    frame: full.frame,
    namespaces: full.namespaces(),
    processes: full.processes().map(({ pid, namespaces }) => ({ pid, namespaces })),
    pins: [],
    problems: [],
  });
  expect(table(graph)).toEqual(["the machine mmmmmmmm 1", "4 mmmommmm 4,6", "5 mmmommmm 5"]);
});

test("a service that is apart is told by its unit, whatever else it does in the machine's namespaces", () => {
  const cgroup = "/system.slice/nginx.service";
  const graph = graphOf([{ pid: 1 }, { pid: 7, cgroup, namespaces: apart("mnt") }, { pid: 8, cgroup }]);
  expect(table(graph)).toEqual(["the machine mmmmmmmm 1,8", "service nginx.service mmommmmm 7"]);
  expect(workloads(graph)[1]?.exposed).toEqual([]);
});

test("sandboxes are told by who leads them", () => {
  const zygote = apart("user", "pid", "net");
  const graph = graphOf([
    { pid: 1 },
    { pid: 5, comm: "chromium" },
    { pid: 6, ppid: 5, comm: "chromium", namespaces: zygote },
    { pid: 7, ppid: 6, comm: "chromium", namespaces: { ...zygote, user: newId() } },
    { pid: 8, comm: "Discord", commandLine: "/opt/Discord --type=zygote --x", namespaces: apart("user") },
    { pid: 9, comm: "bwrap", namespaces: apart("mnt", "user") },
    { pid: 10, comm: "Isolated Web Co", namespaces: apart("user", "net") },
    { pid: 11, comm: "chromium", namespaces: apart("uts") },
  ]);
  expect(workloads(graph).map(({ kind, engine = kind }) => engine)).toEqual([
    "machine",
    "chromium",
    "chromium",
    "bubblewrap",
    "firefox",
    "processes",
  ]);
});

test("a sandbox says what runs in it, with its PID where another one would be called the same", () => {
  const bwrap = { comm: "bwrap", executable: BORNE_OUT("/usr/bin/bwrap") };
  const [one, two, three] = [apart("mnt"), apart("mnt"), apart("mnt")];
  const host = (pid: number, name: string) => ({
    ...{ pid, uid: 0, comm: "bash", executable: BORNE_OUT("/usr/bin/bash"), namespaces: apart("net") },
    commandLine: `bash --norc --noediting -is mininet:${name}`,
  });
  const processes = [
    { pid: 1 },
    { pid: 10, ...bwrap, namespaces: one },
    { pid: 11, ppid: 10, comm: "vim", commandLine: "vim notes", namespaces: one },
    { pid: 20, ...bwrap, namespaces: two },
    { pid: 21, ppid: 20, comm: "sleep", namespaces: two },
    { pid: 30, ...bwrap, namespaces: three },
    { pid: 31, ppid: 30, comm: "sleep", namespaces: three },
    host(40, "h1"),
    host(41, "h2"),
    host(42, "h2"),
    {
      ...{ pid: 50, comm: "slirp4netns", executable: BORNE_OUT("/usr/bin/slirp4netns"), namespaces: apart("mnt") },
      commandLine: "slirp4netns --configure 31 tap0",
    },
  ];
  const titles = (graph: NamespaceGraph) =>
    workloads(graph).map((group) => Object.values(groupTitle(graph, group)).join(" "));
  expect(titles(graphOf(processes, { viewer: INITIAL }))).toEqual([
    "the machine ",
    "bubblewrap vim notes",
    "bubblewrap 21 sleep",
    "bubblewrap 31 sleep",
    "mininet h1",
    "mininet 41 h2",
    "mininet 42 h2",
    "slirp4netns for 31 sleep",
  ]);
  // It is a number in its own PID namespace.
  expect(titles(graphOf(processes, { viewer: apart("pid") })).at(-1)).toBe("slirp4netns for 31");
});

test("what could not be read is said to be that, unless its cgroup tells more", () => {
  const graph = graphOf([
    { pid: 1, namespaces: {} },
    { pid: 2, cgroup: `/docker/${ID("c")}`, namespaces: {} },
    { pid: 3, cgroup: "/system.slice/nginx.service", namespaces: {} },
  ]);
  expect(table(graph)).toEqual(["docker cccccccccccc uuuuuuuu 2", "could not be read uuuuuuuu 1,3"]);
});

test("a zombie is where it can belong to", () => {
  const inside = apart("pid", "user", "net");
  const zombie = (namespaces: Membership): Membership => ({
    pid: namespaces.pid ?? "",
    user: namespaces.user ?? "",
  });
  const graph = graphOf([
    { pid: 1 },
    { pid: 2, namespaces: inside },
    { pid: 3, ppid: 2, state: "Z", namespaces: zombie(inside) },
    { pid: 4, state: "Z", namespaces: zombie(INITIAL) },
  ]);
  expect(table(graph)).toEqual(["the machine mmmmmmmm 1,4", "2 mmmoomom 2,3"]);
  expect(workloads(graph)[1]?.parts).toHaveLength(1);
});

test("zombies isolate nobody, and nobody shares with them", () => {
  const cgroup = `/docker/${ID("e")}`;
  const inside = apart("pid", "user", "net");
  const left = (namespaces: Membership): Membership => ({ pid: namespaces.pid ?? "", user: namespaces.user ?? "" });
  const graph = graphOf([
    { pid: 1 },
    { pid: 2, cgroup, namespaces: inside },
    { pid: 3, ppid: 2, cgroup, state: "Z", namespaces: left(apart("pid", "user")) },
    { pid: 4, state: "Z", namespaces: left(inside) },
    { pid: 5, state: "X", namespaces: left(apart("pid")) },
  ]);
  expect(table(graph)).toEqual([
    "the machine mmmmmmmm 1",
    "docker eeeeeeeeeeee mmmoomom 2,3",
    "4 uuuuuuuu 4",
    "5 uuuuuuuu 5",
  ]);
  const [, container, zombie] = workloads(graph);
  expect(container && livingParts(container).map(({ leader }) => leader.pid)).toEqual([2]);
  expect(zombie && livingParts(zombie)).toEqual([]);
});

test("what has nothing but a zombie's namespaces is one where nobody looked, whatever was selected", () => {
  const { pid = "", user = "" } = apart("pid", "user");
  const graph = graphOf([{ pid: 1 }, { pid: 2, namespaces: { pid, user } }]);
  for (const one of [graph, selectTypes(graph, ["pid", "user"])])
    expect(table(one)).toEqual(["the machine mmmmmmmm 1", "2 uuuuuuuu 2"]);
});

test("who lives is in no part that has ended, whatever was read of it", () => {
  const cgroup = `/docker/${ID("9")}`;
  const { pid = "", user = "" } = apart("pid", "user");
  const ended = { pid: 2, cgroup, namespaces: { pid, user } };
  const partsOf = (...others: readonly (Partial<Process> & { readonly pid: number })[]) => {
    const [, group] = workloads(graphOf([{ pid: 1 }, ended, ...others]));
    const pids = (processes: readonly Process[]) => processes.map((process) => process.pid);
    return group?.parts.map((part) => [part.ended ? "ended" : "lives", pids(part.processes)]);
  };
  const unread = { pid: 3, cgroup, namespaces: {} };
  expect(partsOf({ ...unread, state: "S" })).toEqual([
    ["ended", [2]],
    ["lives", [3]],
  ]);
  expect(partsOf({ ...unread, state: "Z" })).toEqual([["ended", [2, 3]]]);
  expect(partsOf({ ...ended, pid: 3, state: "Z" })).toEqual([["ended", [2, 3]]]);
});

test("the part that goes by the group's name comes first: of a workload the largest, else the leader's", () => {
  const cgroup = `/docker/${ID("f")}`;
  const [inside, monitored] = [apart("net", "pid"), apart("mnt", "net", "pid")];
  const mnt = newId();
  const graph = graphOf([
    { pid: 1 },
    { pid: 10, cgroup, namespaces: inside },
    { pid: 11, ppid: 10, cgroup, namespaces: { ...inside, mnt } },
    { pid: 12, ppid: 10, cgroup, namespaces: { ...inside, mnt } },
    { pid: 20, comm: "conmon", namespaces: apart("mnt") },
    { pid: 21, ppid: 20, namespaces: monitored },
    { pid: 22, ppid: 21, namespaces: monitored },
  ]);
  const leaders = workloads(graph).map((group) => livingParts(group).map(({ leader }) => leader.pid));
  expect(leaders).toEqual([[1], [11, 10], [20, 21]]);
});

describe("where it is not known what is initial", () => {
  test("PID 1 stands for the machine", () => {
    const graph = graphOf([{ pid: 1 }, { pid: 2 }, { pid: 3, namespaces: apart("net") }], { initial: undefined });
    expect(table(graph)).toEqual(["the machine mmmmmmmm 1,2", "3 mmmommmm 3"]);
    expect(machineNamespaces(graph).mayBeInitial).toBe(true);
  });

  test("most processes do if PID 1 can't be read", () => {
    const graph = graphOf([{ pid: 1, namespaces: {} }, { pid: 2 }, { pid: 3 }, { pid: 4, namespaces: apart("net") }], {
      initial: undefined,
    });
    expect(table(graph)).toEqual(["the machine mmmmmmmm 2,3", "4 mmmommmm 4", "could not be read uuuuuuuu 1"]);
  });

  test("what is known not to be initial is not called the machine", () => {
    const graph = graphOf([{ pid: 1 }, { pid: 2, namespaces: apart("net") }], { initial: false });
    expect(table(graph)).toEqual(["as PID 1 mmmmmmmm 1", "2 mmmommmm 2"]);
    expect(machineNamespaces(graph).mayBeInitial).toBe(false);
  });
});

test("names of containers do not come from what every object has", () => {
  const graph = graphOf([{ pid: 1 }, { pid: 2, cgroup: `/docker/${ID("d")}` }], { names: {} });
  const [, group] = workloads(graph);
  expect(group?.workload && describeWorkload(group.workload)).toBe("docker dddddddddddd");
});

test("where parents are not known, those in the same namespaces belong together, however that was told", () => {
  const [inside, outside] = [apart("net", "mnt"), apart("net")];
  const frame = { host: {}, viewer: { namespaces: {} }, sources: [] };
  const groupsOf = (...memberships: readonly Membership[]) => {
    const processes = memberships.map((namespaces, i): Process => ({ pid: i + 2, namespaces }));
    const namespaces = graphOf(processes).namespaces();
    const graph = assembleGraph({ frame, namespaces, processes, pins: [], problems: [] });
    return workloads(graph).map((group) => group.processes.map(({ pid }) => pid));
  };
  expect(groupsOf(inside, outside, INITIAL, inside)).toEqual([[4], [2, 5], [3]]);
  expect(groupsOf(inside, outside, INITIAL, { ...inside })).toEqual([[4], [2, 5], [3]]);
});

test("a machine of many workloads takes time in proportion", () => {
  const processes = Array.from({ length: 20_000 }, (_, i) => ({
    pid: i + 2,
    // A chain of ancestors as long as can be.
    ppid: i + 1,
    cgroup: i % 2 === 0 ? `/docker/${i.toString(16).padStart(64, "0")}` : "/",
    namespaces: i % 2 === 0 ? apart("net", "mnt") : { ...INITIAL, uts: "4:77" },
  }));
  const graph = graphOf(processes);
  graph.processSets();
  const start = performance.now();
  const groups = workloads(graph);
  expect(performance.now() - start).toBeLessThan(10_000);
  expect(groups).toHaveLength(10_000);
}, 30_000);

test("groups that would be called the same are told apart by their PIDs", () => {
  const slice = "/user.slice/user-1000.slice/user@1000.service";
  const graph = graphOf([
    { pid: 1 },
    { pid: 10, cgroup: `${slice}/app.slice/web.service`, namespaces: apart("net") },
    { pid: 20, cgroup: `${slice}/background.slice/web.service`, namespaces: apart("net") },
    { pid: 30, cgroup: `${slice}/app.slice/log.service`, namespaces: apart("net") },
    { pid: 40, comm: "bash", namespaces: apart("net") },
    { pid: 50, comm: "bash", namespaces: apart("net") },
  ]);
  expect(table(graph)).toEqual([
    "the machine mmmmmmmm 1",
    "service of uid 1000 10 web.service mmmommmm 10",
    "service of uid 1000 20 web.service mmmommmm 20",
    "service of uid 1000 log.service mmmommmm 30",
    "40 bash mmmommmm 40",
    "50 bash mmmommmm 50",
  ]);
});
