import {
  arrange,
  buildGraph,
  type Membership,
  type Namespace,
  type NamespaceGraph,
  type Observation,
  type Process,
  selectPidHierarchy,
  selectProcesses,
  selectSubject,
} from "@ns-graph/graph";
import { expect, test } from "vitest";
import { draw } from "./draw.js";

const USER = "4:4026531837";
const MACHINE: Membership = { net: "4:4026531833", pid: "4:4026531836", user: USER };

/** What somebody sees who may not look at every process. */
function seenInPart(processes: readonly Process[], viewer: Membership = MACHINE): NamespaceGraph {
  const ids = new Map<string, "net" | "pid" | "user">();
  for (const namespaces of [MACHINE, ...processes.map((process) => process.namespaces)])
    for (const type of ["net", "pid", "user"] as const) ids.set(namespaces[type] ?? "", type);
  ids.delete("");
  const observations: Observation[] = [
    { kind: "frame", frame: { host: {}, viewer: { pid: 900, euid: 65534, namespaces: viewer }, sources: ["process"] } },
    ...[...ids].map(([id, type]): Observation => {
      const ino = Number(id.slice(2));
      const initial = Object.values(MACHINE).includes(id);
      const link = initial ? { state: "invisible" as const } : { state: "known" as const, id: MACHINE[type] ?? "" };
      const parent = type === "net" ? { state: "none" as const } : link;
      const owner = type === "user" ? parent : { state: "known" as const, id: USER };
      return { kind: "namespace", namespace: { id, type, dev: 4, ino, initial, parent, owner } };
    }),
    ...processes.map((process): Observation => ({ kind: "process", process })),
    ...processes
      .filter(({ namespaces }) => Object.keys(namespaces).length === 0)
      .map(
        ({ pid }): Observation => ({ kind: "problem", problem: { code: "PROCESS_UNREADABLE", errno: "EACCES", pid } }),
      ),
  ];
  return buildGraph(observations);
}

test("PIDs are counted from the viewer's PID namespace inwards, and what can't be read can't be entered", () => {
  const graph = seenInPart([
    { pid: 1, ppid: 0, pids: [1], comm: "init", namespaces: MACHINE },
    { pid: 77, ppid: 1, pids: [77, 1], comm: "sleep", namespaces: {} },
  ]);
  const text = draw(selectSubject(graph, { kind: "process", pid: 77 }));
  expect(text).toContain("77 in pid:[4026531836]");
  expect(text).toContain("1 in a pid namespace below that is not known");
  expect(text).not.toContain("nsenter");
});

test("PIDs of a /proc that is another namespace's are not said to be the viewer's", () => {
  const unreadable: Process = { pid: 77, ppid: 1, pids: [77, 1], comm: "sleep", namespaces: {} };
  const seen = seenInPart([unreadable]);
  const graph = buildGraph([
    { kind: "frame", frame: seen.frame },
    { kind: "process", process: unreadable },
    { kind: "problem", problem: { code: "PROC_FOREIGN" } },
  ]);
  expect(draw(selectSubject(graph, { kind: "process", pid: 77 }))).toContain("77 in a pid namespace that is not known");
});

test("below a process that can't be read the tree still tells who is isolated", () => {
  const apart = { ...MACHINE, net: "4:4026532300" };
  const graph = seenInPart([
    { pid: 1, ppid: 0, comm: "init", namespaces: {} },
    { pid: 30, ppid: 1, comm: "bash", namespaces: MACHINE },
    { pid: 31, ppid: 1, comm: "server", namespaces: apart },
    { pid: 32, ppid: 31, comm: "helper", namespaces: {} },
    { pid: 33, ppid: 32, comm: "same", namespaces: apart },
    { pid: 34, ppid: 32, comm: "back", namespaces: MACHINE },
  ]);
  expect(draw(arrange(graph, { tree: "process" })).split("\n\n")[1]).toBe(
    [
      "1 init  could not be read",
      "├── 30 bash",
      "└── 31 server  in net:[4026532300]",
      "    └── 32 helper  could not be read",
      "        ├── 33 same",
      "        └── 34 back  in net:[4026531833] (the machine's)",
      "",
    ].join("\n"),
  );
});

test("many that could not be read are one line, and not said to be in the same namespaces", () => {
  const graph = seenInPart([
    { pid: 1, ppid: 0, comm: "init", namespaces: {} },
    ...Array.from({ length: 6 }, (_, i) => ({ pid: 40 + i, ppid: 1, comm: "root's", namespaces: {} })),
  ]);
  const text = draw(arrange(graph, { tree: "process" }));
  expect(text).toContain("6 more that could not be read:");
  expect(text).not.toContain("in the same namespaces");
});

test("what a list has more than another one is told apart from what it lacks", () => {
  const others = Array.from({ length: 20 }, (_, i) => ({ pid: 100 + i, ppid: 1, comm: "sleep", namespaces: MACHINE }));
  const graph = seenInPart([
    ...others,
    { pid: 200, ppid: 1, comm: "a", namespaces: { ...MACHINE, net: "4:4026532300" } },
    { pid: 201, ppid: 1, comm: "b", namespaces: { ...MACHINE, user: "4:4026532301" } },
  ]);
  expect(draw(graph).replace(/[\s│]+/g, " ")).toContain("21 processes: the 21 above without 200 a, plus 201 b");
});

test("the matrix of workloads names a group after its topmost process, and says what indented rows are", () => {
  const own = { ...MACHINE, net: "4:4026532300" };
  const graph = seenInPart([
    { pid: 1, ppid: 0, pids: [1], comm: "init", namespaces: MACHINE },
    { pid: 50, ppid: 1, pids: [50], comm: "unshare", namespaces: own },
    { pid: 51, ppid: 50, pids: [51, 1], comm: "sleep", namespaces: { ...own, pid: "4:4026532301" } },
  ]);
  const text = draw(arrange(graph, { tree: "workload" }));
  expect(text).toMatch(/^50 unshare +● +· +· +1$/m);
  expect(text).toMatch(/^ {2}51 sleep +″ +● +· +1$/m);
  expect(text.replace(/\s+/g, " ")).toContain(
    "● its own, or its group's ″ that of a row above, in its group · the machine's indented: others of the group above, which differ in something",
  );
});

test("in a container the matrix says what stands for the machine", () => {
  const inside: Membership = { net: "4:4026532300", pid: "4:4026532301", user: "4:4026532302" };
  const graph = seenInPart([{ pid: 1, ppid: 0, comm: "init", namespaces: inside }], inside);
  const one = arrange(
    buildGraph([
      { kind: "frame", frame: graph.frame },
      ...graph
        .namespaces()
        .filter(({ initial }) => !initial)
        .map((namespace): Observation => ({ kind: "namespace", namespace })),
      { kind: "process", process: { pid: 1, ppid: 0, comm: "init", namespaces: inside } },
      {
        kind: "namespace",
        namespace: { ...(graph.namespace("4:4026532300") as Namespace), id: "4:4026532303", ino: 4026532303 },
      },
      { kind: "process", process: { pid: 9, ppid: 1, comm: "x", namespaces: { ...inside, net: "4:4026532303" } } },
    ]),
    { tree: "workload" },
  );
  expect(draw(one)).toContain("as PID 1");
  expect(draw(one)).toContain("· that of PID 1, which stands for the machine");
});

test("a nested PID namespace of a selection keeps its ancestors in the hierarchy, and names its parent among owners", () => {
  const inner = "4:4026532301";
  const graph = seenInPart([
    { pid: 1, ppid: 0, comm: "init", namespaces: MACHINE },
    { pid: 50, ppid: 1, comm: "sleep", namespaces: { ...MACHINE, pid: inner } },
  ]);
  const hierarchy = draw(selectPidHierarchy(selectProcesses(graph, [50]))).split("\n\n")[1];
  expect(hierarchy).toBe("pid:[4026531836]  initial · 1 process\n└── pid:[4026532301]  1 process: 50 sleep\n");
  const owners = draw(selectProcesses(graph, [50]));
  expect(owners).toContain("pid:[4026532301]  1 process: 50 sleep · child of pid:[4026531836]");
  expect(owners).not.toContain("\n├── pid:[4026531836]");
});

test("a selection says of the whole how much could not be read", () => {
  const hidden = Array.from({ length: 5 }, (_, i) => ({ pid: 60 + i, ppid: 1, comm: "hidden", namespaces: {} }));
  const graph = seenInPart([{ pid: 1, ppid: 0, comm: "init", namespaces: MACHINE }, ...hidden]);
  expect(draw(graph)).toContain("5 of 6 processes could not be read");
  expect(draw(selectProcesses(graph, [60])).split("\n\n")[0]).toContain("Not seen: 5 of 6 processes could not be read");
});

test.each(["workload", "process"] as const)("a document without processes has no drawing of them (%s)", (tree) => {
  const link = { state: "none" } as const;
  const id = { id: USER, type: "user", dev: 4, ino: 4026531837, owner: link, parent: link } as const;
  const graph = buildGraph([
    { kind: "frame", frame: { host: { hostname: "box" }, viewer: { namespaces: {} }, sources: ["process"] } },
    { kind: "namespace", namespace: { ...id, memberCount: 3 } },
  ]);
  const [, said = ""] = draw(arrange(graph, { tree })).split(/user 1\n(?:.+\n)*\n/);
  expect(said).toBe("The document was saved without its processes: who is isolated is not known.\n");
});
