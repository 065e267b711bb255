import { arrange, type NamespaceGraph, type NamespaceType } from "@ns-graph/graph";
import { HostBuilder } from "@ns-graph/testkit";
import { describe, expect, test } from "vitest";
import { draw } from "./draw.js";

const CONTAINER = ["cgroup", "ipc", "mnt", "net", "pid", "uts"] as const;

function build(change: (host: HostBuilder) => void): NamespaceGraph {
  const host = new HostBuilder({ hostname: "test" });
  host.process({ pid: 1, ppid: 0, comm: "init" });
  change(host);
  return host.build();
}

/** The lines of the summary that say who is isolated in what. */
function isolated(graph: NamespaceGraph): readonly string[] {
  const [summary = ""] = draw(graph, { columns: 200 }).split("\n\n");
  return summary.split("\n").filter((line) => line.startsWith("Isolated"));
}

/** The rows of the matrix of workloads, with single blanks between the columns. */
function rows(graph: NamespaceGraph): readonly string[] {
  const [, matrix = ""] = draw(arrange(graph, { tree: "workload" }), { columns: 200 }).split("\n\n");
  return matrix
    .split("\n")
    .slice(1)
    .map((line) => line.replaceAll(/(\S) +/g, "$1 "));
}

/** Monitors without a cgroup of their own, each with what it monitors. */
const monitored = (times: number): NamespaceGraph =>
  build((host) => {
    for (let i = 0; i < times; i++) {
      const around = host.unshare(["mnt", "user"]);
      const conmon = host.process({ comm: "conmon", in: around });
      const inside = host.unshare(CONTAINER, around);
      const server = host.process({ ppid: conmon, comm: "server", in: inside });
      host.process({ ppid: server, comm: "worker", in: inside });
    }
  });

/** A sandbox inside of a container. */
const boxed = build((host) => {
  const cgroup = `/docker/${"9e3779b1".repeat(8)}`;
  const inside = host.unshare(CONTAINER);
  const init = host.process({ comm: "nginx", cgroup, in: inside });
  host.process({ ppid: init, comm: "nginx", cgroup, in: inside });
  const bwrap = host.process({ ppid: init, comm: "bwrap", cgroup, in: host.unshare(["user", "mnt", "net"], inside) });
  expect(bwrap).toBe(4);
});

/** A browser whose processes have PID namespaces of their own, one inside of the other's. */
const browser = (renderers: number, types: readonly NamespaceType[] = ["pid"]): NamespaceGraph =>
  build((host) => {
    const zygote = host.unshare(["user", "pid", "net"]);
    const top = host.process({ comm: "chromium", program: "/usr/lib/chromium/chromium", in: zygote });
    for (let i = 0; i < renderers; i++)
      host.process({ ppid: top, comm: `renderer${i % 2}`, in: host.unshare(types, zygote) });
  });

describe("what is isolated is told of those that are", () => {
  test("not of a monitor for what its children are in", () => {
    expect(isolated(monitored(3))).toEqual([
      "Isolated in cgroup ipc mnt net pid user uts: server ×3 (3 6 9)",
      "Isolated in mnt user: conmon ×3 (2 5 8)",
    ]);
    expect(isolated(monitored(1))).toEqual([
      "Isolated in cgroup ipc mnt net pid user uts: 3 server +1",
      "Isolated in mnt user: 2 conmon",
    ]);
  });

  test("not of a container for a sandbox in it", () => {
    expect(isolated(boxed)).toEqual([
      "Isolated in cgroup ipc mnt net pid user uts: 4 bwrap",
      "Isolated in cgroup ipc mnt net pid uts: docker 9e3779b19e37 nginx (2 of 3)",
    ]);
  });

  test("not of a leader that has ended, whose other threads have children", () => {
    const graph = build((host) => {
      const leader = host.process({ comm: "leader", state: "Z", in: host.unshare(["pid"]) });
      const inside = host.unshare(["pid", "net"]);
      for (let i = 0; i < 2; i++) host.process({ ppid: leader, comm: "child", in: inside });
    });
    expect(isolated(graph)).toEqual(["Isolated in net pid: 3 child +1"]);
  });

  test("of all of a group where they are isolated in the same types", () => {
    expect(isolated(browser(5))).toEqual(["Isolated in net pid user: chromium 2 chromium +5"]);
  });
});

describe("processes of one group have rows of their own", () => {
  test("where they differ in what is the machine's for one of them", () => {
    expect(rows(monitored(1))).toEqual([
      "the machine ● ● ● ● ● ● ● ● 1",
      "2 conmon · · ● · · · ● · 1",
      "  3 server ● ● ● ● ● · ″ ● 2",
    ]);
  });

  test("where both have one of their own", () => {
    expect(rows(boxed).slice(1)).toEqual([
      "docker 9e3779b19e37 nginx ● ● ● ● ● · · ● 2",
      "  4 bwrap ″ ″ ● ● ″ · ● ″ 1",
    ]);
  });

  test("each, where each of five has another one", () => {
    expect(rows(browser(4)).slice(1)).toEqual([
      "chromium 2 chromium · · · ● ● · ● · 1",
      "  3 renderer0 · · · ″ ● · ″ · 1",
      "  4 renderer1 · · · ″ ● · ″ · 1",
      "  5 renderer0 · · · ″ ● · ″ · 1",
      "  6 renderer1 · · · ″ ● · ″ · 1",
    ]);
  });

  test("that sum up those that look the same, where there are more than a dozen", () => {
    expect(rows(browser(200)).slice(1)).toEqual([
      "chromium 2 chromium · · · ● ● · ● · 1",
      "  renderer0 ×100: 3 5 7 9 11 … · · · ″ ● · ″ · 100",
      "  renderer1 ×100: 4 6 8 10 12 … · · · ″ ● · ″ · 100",
    ]);
    expect(rows(arrange(browser(200), { members: "all" }))).toHaveLength(202);
  });

  test("at most a dozen, and a count of what is left", () => {
    const graph = build((host) => {
      const inside = host.unshare(["net"]);
      const top = host.process({ comm: "top", in: inside });
      for (let i = 0; i < 300; i++) host.process({ ppid: top, comm: `c${i}`, in: host.unshare(["mnt"], inside) });
    });
    const told = rows(graph).slice(1);
    expect(told).toHaveLength(12);
    expect(told.at(-1)).toBe("  … and 290 more 290");
  });

  test("that stand for many groups that look the same", () => {
    expect(rows(monitored(6)).slice(1)).toEqual([
      "conmon ×6: 2 5 8 11 14 17 · · ● · · · ● · 6",
      "  server ×6: 3 6 9 12 15 … ● ● ● ● ● · ″ ● 12",
    ]);
  });

  test("with another letter for each namespace that the same groups share", () => {
    const graph = build((host) => {
      const nets = [host.unshare(["net"]), host.unshare(["net"])];
      for (const digit of ["a", "b"])
        for (const inside of nets)
          host.process({ comm: "x", cgroup: `/docker/${digit.repeat(64)}`, in: host.unshare(["mnt"], inside) });
    });
    expect(rows(graph).slice(1)).toEqual([
      "docker aaaaaaaaaaaa x · ·! ● a ·! · · ·! 1",
      "  3 x · ·! ● b ·! · · ·! 1",
      "docker bbbbbbbbbbbb x · ·! ● a ·! · · ·! 1",
      "  5 x · ·! ● b ·! · · ·! 1",
    ]);
  });

  test("and no sign of the terminal's that means two things where there is only ASCII", () => {
    const text = draw(arrange(boxed, { tree: "workload" }), { unicode: false });
    expect(text).toMatch(/^ {2}4 bwrap +" +" +O +O +" +\. +O +" +1$/m);
    expect(text).toContain('" that of a row above, in its group');
  });
});
