import { type NamespaceGraph, nameContainers } from "@ns-graph/graph";
import { HOSTILE_TEXTS } from "@ns-graph/renderer-testing";
import { HostBuilder } from "@ns-graph/testkit";
import { describe, expect, test } from "vitest";
import { drawDot } from "../src/draw-dot.js";
import { type DotAttributes, readDot } from "./read-dot.js";

const ID = (i: number): string => `${i}`.padStart(12, "0").padEnd(64, "f");

/** Containers that share a network, as the node of that is drawn. */
function sharedBy(names: readonly string[], detail: "overview" | "normal" = "normal"): DotAttributes {
  const host = new HostBuilder({ hostname: "test" });
  host.process({ pid: 1, ppid: 0, comm: "init" });
  const net = host.unshare(["net"]);
  for (const i of names.keys())
    host.process({ comm: "sh", cgroup: `/docker/${ID(i)}`, in: host.unshare(["mnt"], net) });
  const graph: NamespaceGraph = nameContainers(
    host.build(),
    Object.fromEntries(names.map((name, i) => [ID(i), { name }])),
  );
  const { nodes } = readDot([...drawDot(graph, { rankdir: "LR", legend: false, detail })].join(""));
  const found = [...nodes.entries()].find(([id]) => /^(?:net|group)_/.test(id) && !id.endsWith("4026531833"));
  return found?.[1] ?? {};
}

/** The text of a label, a space between two lines. */
function textOf({ label = "" }: DotAttributes): string {
  return label
    .replaceAll(/<BR[^>]*>/g, " ")
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll(/ +/g, " ");
}

describe("the owners of a namespace", () => {
  test.each(["overview", "normal"] as const)("stand in its node, each of few by name, in %s", (detail) => {
    const names = ["web", "log", "db", "cache", "queue", "mail"];
    expect(textOf(sharedBy(names, detail))).toContain("6 × docker: web, log, db, cache, queue, mail");
  });

  test("are counted where there are more than a line has room for, and told in the tooltip by their full names", () => {
    const names = Array.from({ length: 30 }, (_, i) => `container${i}`);
    const drawn = sharedBy(names);
    const [, listed = "", rest] = /30 × docker: (.*?) and (\d+) more/.exec(textOf(drawn)) ?? [];
    expect(listed.split(", ")).toEqual(names.slice(0, 30 - Number(rest)));
    const told = drawn.tooltip?.split("\\n") ?? [];
    expect(told.slice(0, 2)).toEqual(["docker container0 (000000000000)", "docker container1 (000000000001)"]);
    expect(told.filter((line) => line.startsWith("docker "))).toHaveLength(20);
    expect(told).toContain("… 10 more");
  });

  test("keep their number however long a name is", () => {
    expect(textOf(sharedBy(["x".repeat(5_000), "y", "z"]))).toMatch(/3 × docker: .* and 2 more/);
  });

  test.each(HOSTILE_TEXTS.map((text) => [text]))("may be called anything: %j", (text) => {
    const drawn = sharedBy([text, "log"]);
    expect(textOf(drawn)).toContain("2 × docker: ");
    expect(drawn.label).not.toMatch(/<(?!\/?(?:B|BR|FONT|TABLE|TR|TD)\b)/);
  });
});
