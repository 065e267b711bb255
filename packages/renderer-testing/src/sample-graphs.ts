import {
  buildGraph,
  INVISIBLE_LINK,
  type Link,
  type Membership,
  NAMESPACE_TYPES,
  type Namespace,
  type NamespaceGraph,
  type NamespaceType,
  NO_LINK,
  type Observation,
  type Pin,
  type Process,
  selectProcesses,
  selectTypes,
  UNKNOWN_LINK,
  type View,
} from "@ns-graph/graph";

/** A graph to try a renderer with, and what is particular about it. */
export interface SampleGraph {
  /** What is particular about it: `draws TITLE` is the name of a test. */
  readonly title: string;
  /** The graph to draw. */
  readonly graph: NamespaceGraph;
}

/** Texts that break out of quotes, markup, lines and terminals, one for each way. */
export const HOSTILE_TEXTS: readonly string[] = [
  'a"b',
  "a'b`c`$(d)",
  "back\\slash\\",
  "line\nbreak\r\nand\ttab",
  "\u001b[2J\u001b]0;title\u0007escape",
  "nul\0byte",
  "</script><b>&amp;",
  "a) R (b",
  "]]>--><!--",
  "|{}[]<>;:%%",
  "\u202eright to left\u2066",
  "\u200bnothing\ufeff",
  "not UTF-8 \udcff\udc80",
  "\u009b31mC1",
  "全角文字",
  "e\u0301\u0301\u0301",
  "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}",
  "",
  "__proto__",
  "x".repeat(300),
];

const HOST = { hostname: "sample", kernel: "6.18.0", bootId: "00000000-0000-4000-8000-000000000000" };
const FIRST_INODE = 4026532000;

let inode = FIRST_INODE;

function namespace(type: NamespaceType, owner: Link, more: Partial<Namespace> = {}): Namespace {
  inode += 1;
  const parent = type === "user" ? owner : NO_LINK;
  return { id: `4:${inode}`, type, dev: 4, ino: inode, parent, owner, ...more };
}

function known({ id }: Namespace): Link {
  return { state: "known", id };
}

function build(
  namespaces: readonly Namespace[],
  processes: readonly Process[] = [],
  pins: readonly Pin[] = [],
  view?: View,
): NamespaceGraph {
  const frame = {
    host: HOST,
    viewer: { pid: 1, euid: 0, namespaces: {} },
    sources: ["process"] as const,
    users: { names: { "0": "root" } },
  };
  const observations: Observation[] = [
    { kind: "frame", frame: view === undefined ? frame : { ...frame, view } },
    ...namespaces.map((item): Observation => ({ kind: "namespace", namespace: item })),
    ...processes.map((process): Observation => ({ kind: "process", process })),
    ...pins.map((pin): Observation => ({ kind: "pin", pin })),
    { kind: "problem", problem: { code: "PROCESS_UNREADABLE", errno: "EACCES", pid: 1 } },
    { kind: "problem", problem: { code: "A_CODE_OF_LATER", what: "something" } },
  ];
  return buildGraph(observations);
}

function memberOf(...namespaces: readonly Namespace[]): Membership {
  return Object.fromEntries(namespaces.map(({ type, id }) => [type, id]));
}

/** A machine with its initial namespaces, a container in its own, and one without a process. */
function ordinary(): { namespaces: Namespace[]; processes: Process[]; pins: Pin[] } {
  const top = namespace("user", INVISIBLE_LINK, { initial: true, level: 0, ownerUid: 0, uidMap: [[0, 0, 4294967295]] });
  const initial = NAMESPACE_TYPES.filter((type) => type !== "user").map((type) =>
    namespace(type, known(top), { initial: true, ...(type === "pid" ? { parent: INVISIBLE_LINK, level: 0 } : {}) }),
  );
  const user = namespace("user", known(top), { initial: false, level: 1, ownerUid: 1000, uidMap: [[0, 1000, 1]] });
  const outerPid = initial.find(({ type }) => type === "pid") as Namespace;
  const pid = namespace("pid", known(user), { parent: known(outerPid), initial: false, level: 1 });
  const net = namespace("net", known(user), { initial: false });
  const named = namespace("net", known(top), { initial: false });
  const machine = memberOf(top, ...initial);
  const container = { ...machine, ...memberOf(user, pid, net) };
  return {
    namespaces: [top, ...initial, user, pid, net, named],
    processes: [
      { pid: 1, ppid: 0, comm: "init", uid: 0, state: "S", pids: [1], namespaces: machine },
      { pid: 2, ppid: 0, comm: "kthreadd", uid: 0, state: "S", kernelThread: true, pids: [2], namespaces: machine },
      {
        pid: 700,
        ppid: 1,
        comm: "nginx",
        uid: 1000,
        state: "S",
        pids: [700, 1],
        cgroup: "/a.service",
        namespaces: container,
      },
      { pid: 701, ppid: 700, comm: "nginx", uid: 1000, state: "S", pids: [701, 2], namespaces: container },
      { pid: 702, ppid: 700, comm: "gone", uid: 1000, state: "Z", pids: [702, 3], namespaces: memberOf(user, pid) },
      { pid: 703, namespaces: {} },
    ],
    pins: [
      { kind: "mount", namespace: named.id, path: "/run/netns/blue", mountNamespace: machine.mnt ?? "" },
      { kind: "fd", namespace: named.id, pid: 1, fd: 7 },
      { kind: "socket", namespace: named.id, pid: 1, fd: 8 },
      { kind: "file", namespace: named.id, pid: 1, fd: 9, of: "tun" },
      { kind: "thread", namespace: net.id, pid: 1, tid: 9 },
      { kind: "for-children", namespace: pid.id, pid: 1 },
      { kind: "unseen", namespace: named.id },
      { kind: "other", name: "of-later", namespace: named.id, extra: { detail: 1 } },
    ],
  };
}

function hostile(): NamespaceGraph {
  const { namespaces, processes, pins } = ordinary();
  const [top] = namespaces as [Namespace];
  const machine = processes[0]?.namespaces ?? {};
  const more = HOSTILE_TEXTS.map(
    (text, i): Process => ({
      pid: 1000 + i,
      ppid: 1,
      comm: text,
      commandLine: `${text} ${text}`,
      cgroup: `/${text}`,
      uid: 0,
      state: "S",
      namespaces: machine,
    }),
  );
  const mounts = HOSTILE_TEXTS.map(
    (text): Pin => ({ kind: "mount", namespace: top.id, path: `/${text}`, mountNamespace: machine.mnt ?? "" }),
  );
  return build(namespaces, [...processes, ...more], [...pins, ...mounts]);
}

/** What a document may say, though no kernel does. */
function contradictory(): NamespaceGraph {
  const a = namespace("user", { state: "known", id: `4:${inode + 2}` });
  const b = namespace("user", known(a));
  const self = namespace("pid", known(a), { parent: { state: "known", id: `4:${inode + 1}` } });
  const dangling = namespace("net", { state: "known", id: "9:9" });
  const unknown = namespace("uts", UNKNOWN_LINK);
  const none = namespace("ipc", NO_LINK);
  const owned = namespace("mnt", known(none));
  return build(
    [a, b, self, dangling, unknown, none, owned],
    [
      { pid: 5, ppid: 6, namespaces: { net: "8:8", user: dangling.id } },
      { pid: 6, ppid: 5, namespaces: {} },
    ],
    [{ kind: "fd", namespace: "7:7", pid: 99, fd: 1 }],
  );
}

function deep(levels: number): NamespaceGraph {
  const namespaces = [namespace("user", INVISIBLE_LINK, { initial: true, level: 0 })];
  for (let level = 1; level < levels; level++) {
    namespaces.push(namespace("user", known(namespaces.at(-1) as Namespace), { level }));
  }
  return build(namespaces, [{ pid: 1, comm: "deep", namespaces: memberOf(namespaces.at(-1) as Namespace) }]);
}

/** A view of each kind on an ordinary machine, and subjects of each kind. */
function views(): SampleGraph[] {
  const { namespaces, processes, pins } = ordinary();
  const at = (view: Partial<View>): NamespaceGraph =>
    build(namespaces, processes, pins, { tree: "owner", members: "fold", ...view });
  const subject = namespaces.at(-1) as Namespace;
  return [
    ...(["parent", "process", "workload"] as const).map((tree) => ({
      title: `the view of the ${tree} relation`,
      graph: at({ tree }),
    })),
    ...(["all", "none", "comm", "pids"] as const).map((members) => ({
      title: `members shown as "${members}"`,
      graph: at({ members }),
    })),
    { title: "a namespace as its subject", graph: at({ subject: { kind: "namespace", id: subject.id } }) },
    { title: "a process as its subject", graph: at({ subject: { kind: "process", pid: 700 } }) },
    {
      title: "a workload as its subject",
      graph: at({ subject: { kind: "workload", name: "docker web", pids: [1, 700] } }),
    },
    { title: "a subject that is not there", graph: at({ subject: { kind: "process", pid: 4242 } }) },
    { title: "a selection, with namespaces as context", graph: selectTypes(at({}), ["net"]) },
    { title: "a selection, with a process as context", graph: selectProcesses(at({}), [700]) },
  ];
}

/** The graph with nothing in it. */
export function emptyGraph(): NamespaceGraph {
  const frame = { host: {}, viewer: { namespaces: {} }, sources: ["process"] as const };
  return buildGraph([{ kind: "frame", frame }]);
}

/** Graphs of every kind that a renderer has to draw, the empty one first. They are the same at each call. */
export function sampleGraphs(): readonly SampleGraph[] {
  inode = FIRST_INODE;
  const { namespaces, processes, pins } = ordinary();
  return [
    { title: "nothing at all", graph: emptyGraph() },
    { title: "an ordinary machine", graph: build(namespaces, processes, pins) },
    { title: "hostile names and paths", graph: hostile() },
    { title: "loops, dangling ends and contradictions", graph: contradictory() },
    { title: "a chain of ten thousand namespaces", graph: deep(10_000) },
    ...views(),
  ];
}
