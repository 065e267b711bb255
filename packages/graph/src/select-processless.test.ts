import { expect, test } from "vitest";
import { buildGraph } from "./build-graph.js";
import { countAskedProcesses } from "./count-asked.js";
import { INVISIBLE_LINK, NO_LINK } from "./link.js";
import type { NamespaceType } from "./namespace-type.js";
import { selectProcesses, selectProcessless, selectTypes } from "./select.js";
import { workloads } from "./workload/workloads.js";

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

test("selectProcessless keeps what has no process, with who pins it and what holds it up", () => {
  const selected = selectProcessless(graph);
  const asked = selected.namespaces().filter(({ context }) => !context);
  expect(asked.map(({ id }) => id)).toEqual(["4:4", "4:2"]);
  expect(selected.namespace("4:3")?.context).toBe(true);
  expect(selected.namespace("4:5")).toBeUndefined();
  expect(selected.pins()).toEqual(graph.pins("4:4"));
  expect(selected.process(11)?.comm).toBe("dockerd");
  expect(selected.memberCount("4:3")).toBe(1);
  expect(selected.process(10)).toBeUndefined();
});

test("a selection keeps the names of who holds what stays, and counts them nowhere", () => {
  const selected = selectProcesses(graph, [12]);
  expect(selected.process(10)).toEqual({ pid: 10, comm: "sh", namespaces: {}, context: true });
  expect(selected.process(11)).toBeUndefined();
  expect(selected.members("4:5").map(({ pid }) => pid)).toEqual([12]);
  expect(countAskedProcesses(selected)).toBe(1);
  expect(workloads(selected).flatMap(({ processes }) => processes.map(({ pid }) => pid))).toEqual([12]);
  const again = selectTypes(selected, ["net"]);
  expect(again.process(10)?.context).toBe(true);
});
