import type { NamespaceGraph, Pin } from "@ns-graph/graph";
import { HostBuilder } from "@ns-graph/testkit";
import { expect, test } from "vitest";
import { pinLines } from "./words.js";

/** A namespace that nobody is in, with holders of different names, so that no two are told together. */
function heldBy(holders: number, descriptors = 1): { readonly graph: NamespaceGraph; readonly pins: readonly Pin[] } {
  const host = new HostBuilder({ hostname: "test" });
  host.process({ pid: 1, ppid: 0, comm: "init" });
  const namespace = host.namespace("net");
  for (let i = 0; i < holders; i++) {
    const pid = host.process({ comm: `holder${i}` });
    for (let fd = 0; fd < descriptors; fd++) host.pin({ kind: "fd", namespace, pid, fd: 3 + fd });
  }
  const graph = host.build();
  return { graph, pins: graph.pins(namespace) };
}

/** The different names of holders in some lines. */
function named(lines: readonly string[]): number {
  return new Set(lines.join(" ").match(/\bholder\d+\b/g)).size;
}

test.each([1, 4, 5, 20, 27])("each of %i holders of a namespace without a process is named", (holders) => {
  const { graph, pins } = heldBy(holders);
  const { lines, more } = pinLines(graph, pins, 3);
  expect([named(lines), more]).toEqual([holders, 0]);
});

test.each([
  [28, 1],
  [1000, 1],
  [1000, 3],
])("of %i holders of a namespace without a process some are named and the rest is counted", (holders, descriptors) => {
  const { graph, pins } = heldBy(holders, descriptors);
  const { lines, more } = pinLines(graph, pins, 3);
  expect(lines).toHaveLength(27);
  expect(named(lines) + more).toBe(holders);
});

test("a group of very many holders is cut to as many lines as others", () => {
  const host = new HostBuilder({ hostname: "test" });
  host.process({ pid: 1, ppid: 0, comm: "init" });
  const namespace = host.namespace("net");
  for (const comm of ["a", "b", "c", "d", "e", "f"])
    for (let i = 0; i < 300; i++) host.pin({ kind: "fd", namespace, pid: host.process({ comm }), fd: 3 });
  const graph = host.build();
  const { lines, more } = pinLines(graph, graph.pins(namespace), 3);
  expect(lines.length).toBeLessThan(80);
  expect(lines.filter((line) => / [a-f]$/.test(line))).toHaveLength(6 - more);
});
