import {
  arrange,
  buildGraph,
  INVISIBLE_LINK,
  type Link,
  type Membership,
  type Namespace,
  type NamespaceGraph,
  type NamespaceType,
  NO_LINK,
  type Observation,
  type Process,
  parseNamespaceId,
  selectPidHierarchy,
  selectProcesses,
  selectProcessless,
  selectSubject,
  selectSubtree,
  selectTypes,
} from "@ns-graph/graph";
import { nestedContainersHost } from "@ns-graph/testkit";
import { expect, test } from "vitest";
import { draw } from "./draw.js";

const USER = "4:4026531837";
const INNER = "4:4026532300";
const BLUE = "4:4026532302";
const PID = "4:4026531836";
const MACHINE: Membership = { net: "4:4026531833", pid: PID, user: USER };
/** A container: its own user, pid and net namespace. */
const INSIDE: Membership = { net: "4:4026532303", pid: "4:4026532301", user: INNER };

const SOURCES = ["process", "thread", "for-children", "fd", "socket", "mount", "kernel"] as const;

/** A machine with twelve processes, a container with two, and a network namespace that only a mount holds. */
function machine({ unreadable = 0, guests = 0 } = {}): NamespaceGraph {
  const link = (id: string): Link => ({ state: "known", id });
  const namespace = (type: NamespaceType, id: string, more: Partial<Namespace>): Observation => ({
    kind: "namespace",
    namespace: { id, type, dev: 4, ino: parseNamespaceId(id)?.ino ?? 0, parent: NO_LINK, owner: link(USER), ...more },
  });
  const process = (pid: number, comm: string, namespaces: Membership, ppid = 1): Observation => ({
    kind: "process",
    process: {
      pid,
      ppid: pid === 1 ? 0 : ppid,
      comm,
      pids: namespaces === INSIDE ? [pid, pid - 99] : [pid],
      namespaces,
    },
  });
  return buildGraph([
    {
      kind: "frame",
      frame: { host: {}, viewer: { pid: 2, euid: 0, namespaces: MACHINE }, sources: SOURCES },
    },
    namespace("user", USER, { initial: true, level: 0, parent: INVISIBLE_LINK, owner: INVISIBLE_LINK }),
    namespace("pid", PID, { initial: true, level: 0, parent: INVISIBLE_LINK }),
    namespace("net", MACHINE.net ?? "", { initial: true }),
    namespace("net", BLUE, { initial: false }),
    namespace("user", INNER, { initial: false, level: 1, parent: link(USER), ownerUid: 1000 }),
    namespace("pid", INSIDE.pid ?? "", { initial: false, level: 1, parent: link(PID), owner: link(INNER) }),
    namespace("net", INSIDE.net ?? "", { initial: false, owner: link(INNER) }),
    { kind: "pin", pin: { kind: "mount", namespace: BLUE, path: "/run/netns/blue", mountNamespace: "4:1" } },
    process(1, "init", MACHINE),
    ...Array.from({ length: 11 }, (_, at) => process(11 + at, "sh", MACHINE)),
    process(100, "app", INSIDE),
    process(101, "worker", INSIDE, 100),
    ...Array.from({ length: guests }, (_, at) => process(150 + at, "guest", { ...MACHINE, net: INSIDE.net ?? "" })),
    ...Array.from({ length: unreadable }, (_, at): Observation[] => {
      const hidden: Process = { pid: 200 + at, ppid: 1, comm: "hidden", namespaces: {} };
      return [
        { kind: "process", process: hidden },
        { kind: "problem", problem: { code: "PROCESS_UNREADABLE", errno: "EACCES", pid: hidden.pid } },
      ];
    }).flat(),
  ]);
}

const flat = (text: string): string => text.replace(/[\s│├└─]+/g, " ");
const treeOf = (text: string): string => text.slice(text.indexOf("\n\n") + 2);

test("of named processes it is told of how many, and the lists name no others", () => {
  const text = draw(selectProcesses(machine(), [11, 101]));
  expect(text.split("\n")[0]).toBe("2 of 14 processes · 6 of 7 namespaces");
  expect(text.split("\n")[1]).toBe("net 2 of 3 · pid 2 · user 2");
  expect(text).toContain("net:[4026531833]  initial · yours · 1 of 12 processes: 11 sh\n");
  expect(text).toContain("net:[4026532303]  1 of 2 processes: 101 worker\n");
  expect(treeOf(text)).not.toMatch(/init\b|app/);
  // A group goes by the name that it has in the whole.
  expect(text).toContain("Isolated in net pid user: 101 worker\n");
});

test("lists that are a part are never called all processes of a namespace", () => {
  const pids = [11, 12, 13, 14, 15, 16, 17, 18];
  const text = flat(draw(selectProcesses(machine({ unreadable: 1 }), pids)));
  expect(text).toContain("8 of 12 processes 11 12 13 14 15 16 17 18");
  expect(text).toContain("net:[4026531833] initial · yours · 8 of 12 processes: the same");
  expect(text).not.toMatch(/the same 8 processes|the 8 processes of/);
});

test("what is only context is counted as it is in the whole, and lists nobody", () => {
  const text = treeOf(draw(selectTypes(machine(), ["net"])));
  expect(text.split("\n")[0]).toBe("user:[4026531837]  initial · 12 processes");
  expect(text).toContain("user:[4026532300]  made by uid 1000 · 2 processes\n");
  expect(text).not.toContain("pid:[");
});

test("a subtree begins at its namespace, below a line that says what is above, whatever is selected of it", () => {
  const users = treeOf(draw(selectSubtree(machine(), 101, "user"))).split("\n");
  expect(users[0]).toBe("In user:[4026531837] (initial):");
  expect(users[1]).toMatch(/^user:\[4026532300\] {2}made by .* 2 processes: 100 app, 101 worker$/);
  expect(users.join("\n")).toContain("child of pid:[4026531836]");
  const pids = selectPidHierarchy(selectSubtree(machine(), 101, "pid"));
  expect(treeOf(draw(pids))).toBe(
    [
      "Below pid:[4026531836] (initial):",
      "pid:[4026532301]  2 processes: 100 app, 101 worker · owned by user:[4026532300]",
      "",
    ].join("\n"),
  );
  const nets = treeOf(draw(selectTypes(selectSubtree(machine(), 101, "user"), ["net"])));
  expect(nets).toContain("In user:[4026531837] (initial):\nuser:[4026532300]  made by");
  expect(nets).not.toContain("user:[4026531837]  ");
});

test("a hierarchy has of what is context only what is above something", () => {
  const text = treeOf(draw(arrange(selectTypes(machine(), ["net"]), { tree: "parent" })));
  expect(text).not.toContain("\nuser:[");
  const one = treeOf(draw(arrange(selectProcesses(nestedContainersHost(), [267]), { tree: "parent" })));
  expect(one).toMatch(/^user:\[4026531837\] {2}initial · 40 processes\n└── user:\[4026532197\] {2}made by/m);
});

test("the tree of processes has those that were selected, each below its parent where that was too", () => {
  const one = arrange(selectProcesses(machine(), [101]), { tree: "process" });
  expect(treeOf(draw(one))).toMatch(/^101 worker {2}in net:\[4026532303\] pid:\[4026532301\] as 2/);
  expect(draw(one)).not.toContain("circle");
  const both = arrange(selectTypes(selectProcesses(machine(), [100, 101]), ["net"]), { tree: "process" });
  expect(treeOf(draw(both))).toBe("100 app  in net:[4026532303]\n└── 101 worker\n");
});

test("the matrix has the columns that were asked for, as the whole has them", () => {
  const text = draw(arrange(selectTypes(machine(), ["net"]), { tree: "workload" }));
  expect(text).toMatch(/^ +net {2}processes$/m);
  expect(text).toMatch(/^100 app +● +2$/m);
  expect(text).not.toContain("?");
  const one = draw(arrange(selectProcesses(machine(), [101]), { tree: "workload" }));
  expect(one).toMatch(/^100 app +● +● +● +2$/m);
  // Its net is shared with a process that is not drawn.
  const shared = draw(arrange(selectProcesses(machine({ guests: 1 }), [101]), { tree: "workload" }), { columns: 40 });
  expect(shared).toMatch(/^100 app +a +● +● +2$/m);
  expect(shared).toContain("a letter: shared by those that have it,\n  or with others that are not drawn\n");
  const alike = draw(arrange(selectProcesses(machine(), [11]), { tree: "workload" }));
  expect(alike).not.toContain("Every process");
});

test.each([
  [true, "○", "○ its own, as far as could be seen"],
  [false, "o", "o its own, as far as could be seen"],
])("what may have others in it is own only as far as could be seen (Unicode: %s)", (unicode, sign, legend) => {
  for (const columns of [40, 80]) {
    const graph = arrange(machine({ unreadable: 1 }), { tree: "workload" });
    const text = draw(graph, { unicode, columns });
    expect(
      text
        .split("\n")
        .find((line) => line.startsWith("100 app"))
        ?.split(/ +/),
    ).toContain(sign);
    expect(flat(text)).toContain(legend);
    expect(text.split("\n").filter((line) => line.length > columns)).toEqual([]);
  }
  expect(draw(arrange(machine(), { tree: "workload" }), { unicode })).not.toContain(legend);
});

test("only what certainly has no process is said to have none", () => {
  const certain = draw(machine());
  expect(certain).toContain("1 without a process, held otherwise: net:[4026532302] (/run/netns/blue)");
  expect(certain).toContain("net:[4026532302]  no process\n");
  const unsure = draw(machine({ unreadable: 2 }));
  expect(flat(unsure)).toContain("1 in which no process was seen, held otherwise: net:[4026532302] (/run/netns/blue)");
  expect(unsure).toContain("net:[4026532302]  no process seen\n");
  expect(unsure).not.toMatch(/no process$|without a process/m);
});

test("among those without a process the others are told apart", () => {
  expect(draw(selectProcessless(machine()))).toContain("net:[4026532302]  no process\n");
  const unsure = draw(selectProcessless(machine({ unreadable: 2 })));
  expect(unsure).toContain("1 of 7 namespaces");
  expect(unsure).toContain("net:[4026532302]  members not known\n");
  expect(unsure).not.toContain("no process\n");
});

test("one namespace is told of as a whole, whatever else was selected", () => {
  const part = selectSubject(selectProcesses(machine(), [101]), { kind: "namespace", id: INNER });
  expect(flat(draw(part))).toContain("members 2 processes 100 app 101 worker");
  const blue = flat(draw(selectSubject(machine({ unreadable: 2 }), { kind: "namespace", id: BLUE })));
  expect(blue).toContain("members no process seen");
  expect(blue).toContain("Of what could be seen, it is alive because of 1 mount; 2 of 16 processes could not be read");
});

test("one process is told with all that it pins", () => {
  const whole = machine();
  const graph = buildGraph([
    { kind: "frame", frame: whole.frame },
    ...whole.namespaces().map((namespace): Observation => ({ kind: "namespace", namespace })),
    ...whole.processes().map((process): Observation => ({ kind: "process", process })),
    { kind: "pin", pin: { kind: "fd", namespace: BLUE, pid: 11, fd: 7 } },
  ]);
  const text = flat(draw(selectSubject(graph, { kind: "process", pid: 11 })));
  expect(text).toContain("holds net:[4026532302] by fd 7 of 11");
});
