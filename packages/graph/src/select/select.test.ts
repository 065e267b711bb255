import { expect, test } from "vitest";
import { countAskedProcesses } from "../answer/count-asked.js";
import { buildGraph } from "../build/build-graph.js";
import { forest } from "../model/forest.js";
import { INVISIBLE_LINK, NO_LINK } from "../model/link.js";
import type { NamespaceType } from "../model/namespace-type.js";
import { nameContainers } from "../workload/name-containers.js";
import { arrange, selectProcesses, selectProcessless, selectSubtree, selectTypes } from "./select.js";

function namespace(type: NamespaceType, ino: number, owner: number | undefined) {
  const link = owner === undefined ? INVISIBLE_LINK : ({ state: "known", id: `4:${owner}` } as const);
  const parent = type === "user" ? link : NO_LINK;
  return { kind: "namespace", namespace: { id: `4:${ino}`, type, dev: 4, ino, parent, owner: link } } as const;
}

const graph = buildGraph([
  { kind: "frame", frame: { host: {}, viewer: { namespaces: {} }, sources: [] } },
  namespace("user", 1, undefined),
  namespace("user", 2, 1),
  namespace("user", 3, 2),
  namespace("net", 4, 1),
  namespace("net", 5, 1),
  { kind: "process", process: { pid: 10, comm: "sh", namespaces: { user: "4:1", net: "4:5" } } },
  { kind: "process", process: { pid: 11, comm: "dockerd", namespaces: { user: "4:1", net: "4:5" } } },
  { kind: "process", process: { pid: 12, comm: "inner", namespaces: { user: "4:3", net: "4:5" } } },
  { kind: "pin", pin: { kind: "fd", namespace: "4:4", pid: 11, fd: 7 } },
  { kind: "pin", pin: { kind: "fd", namespace: "4:5", pid: 10, fd: 8 } },
]);

test("selectProcessless draws what has no process, with what pins it", () => {
  const selected = selectProcessless(graph);
  const asked = selected.namespaces().filter(({ context }) => !context);
  expect(asked.map(({ id }) => id)).toEqual(["4:4", "4:2"]);
  expect(selected.draws("4:3")).toBe(false);
  expect(selected.pins()).toEqual(graph.pins("4:4"));
  expect(selected.processes()).toEqual([{ ...graph.process(11), context: true }]);
  expect(selected.memberCount("4:3")).toBe(1);
  expect(selected.selection).toEqual({ processless: true });
});

test("a selection by processes draws these, and as context those that hold what they are in", () => {
  const selected = selectProcesses(graph, [12]);
  expect(selected.processes()).toEqual([{ ...graph.process(10), context: true }, graph.process(12)]);
  expect(selected.members("4:5").map(({ pid }) => pid)).toEqual([10, 11, 12]);
  expect(selected.drawnMembers("4:5").map(({ pid }) => pid)).toEqual([12]);
  expect(countAskedProcesses(selected)).toBe(1);
  expect(selected.selection).toEqual({ pids: [12] });
  const again = selectTypes(selected, ["net"]);
  expect(again.processes()).toEqual(selected.processes());
  expect(again.processSets()).toEqual([{ namespaces: { net: "4:5" }, processes: [graph.process(12)] }]);
  expect(again.selection).toEqual({ pids: [12], types: ["net"] });
  expect(again.whole).toBe(graph);
});

test("a subtree begins at the namespace of the process, and nothing above it is drawn", () => {
  const selected = selectSubtree(graph, 12, "user");
  expect(selected.namespaces().map(({ id }) => id)).toEqual(["4:3"]);
  expect(forest(selected, "owner")).toEqual([
    { heading: "above-selection", roots: [{ namespace: graph.namespace("4:3"), children: [] }] },
  ]);
});

test("another view or names for containers change nothing of what is drawn", () => {
  const selected = selectProcesses(graph, [12]);
  for (const other of [arrange(selected, { tree: "process" }), nameContainers(selected, {})]) {
    expect(other.namespaces()).toEqual(selected.namespaces());
    expect(other.processes()).toEqual(selected.processes());
    expect(other.selection).toEqual(selected.selection);
  }
});

test.each([
  [{ euid: 0, namespaces: {} }, "It could not be read (EACCES): something forbids it even to root."],
  [{ euid: 1000, namespaces: {} }, "It could not be read (EACCES): run as root, or grant CAP_SYS_PTRACE."],
])("what is below a process that %o could not look at is not known, and what helps is said", (viewer, hint) => {
  const unread = buildGraph([
    { kind: "frame", frame: { host: {}, viewer, sources: [] } },
    { kind: "process", process: { pid: 10, comm: "init", namespaces: {} } },
    { kind: "problem", problem: { code: "PROCESS_UNREADABLE", pid: 10, errno: "EACCES" } },
  ]);
  const message = "the user namespace of process 10 is not known";
  expect(() => selectSubtree(unread, 10, "user")).toThrow(expect.objectContaining({ message, hint }));
});

test("what is below a namespace that one link alone hides is not known either, and why is said", () => {
  const linkless = (type: "user" | "net") =>
    buildGraph([
      { kind: "frame", frame: { host: {}, viewer: { euid: 1000, namespaces: {} }, sources: [] } },
      { kind: "process", process: { pid: 10, comm: "init", namespaces: {} } },
      { kind: "problem", problem: { code: "LINK_UNREADABLE", pid: 10, type, errno: "EACCES" } },
    ]);
  const hint = expect.stringMatching(/^It could not be read \(EACCES\)/);
  expect(() => selectSubtree(linkless("user"), 10, "user")).toThrow(expect.objectContaining({ hint }));
  expect(() => selectSubtree(linkless("net"), 10, "user")).toThrow(expect.objectContaining({ hint: undefined }));
});
