import { arrange, assembleGraph, type NamespaceGraph, selectSubject, selectTypes } from "@ns-graph/graph";
import { HostBuilder } from "@ns-graph/testkit";
import { describe, expect, test } from "vitest";
import { draw } from "./draw.js";

/** A machine of 20 processes, and what else is put on it. */
function machineWith(change: (host: HostBuilder) => void): NamespaceGraph {
  const host = new HostBuilder({ hostname: "test" });
  host.process({ pid: 1, ppid: 0, comm: "init" });
  for (let i = 0; i < 19; i++) host.process({ comm: "sleep" });
  change(host);
  return host.build();
}

/** What the tree says of the initial namespaces, by type. */
function toldOfInitial(graph: NamespaceGraph): Readonly<Record<string, string>> {
  const lines = draw(graph, { columns: 200 }).split("\n");
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [, type, words] = /([a-z]+):\[\d+\] +initial · yours · (.*)$/.exec(line) ?? [];
      return type === undefined || words === undefined ? [] : [[type, words]];
    }),
  );
}

describe("a list of processes", () => {
  const SAME = "the same 20 processes";

  test.each([
    [1, "the zombie"],
    [9, "the 9 zombies"],
  ])("says once that it has all but the zombies (%i)", (number, words) => {
    const graph = machineWith((host) => {
      for (let i = 0; i < number; i++) host.process({ comm: "esbuild", state: "Z" });
    });
    expect(toldOfInitial(graph)).toMatchObject({
      cgroup: `${SAME} but ${words}`,
      ipc: SAME,
      mnt: SAME,
      net: SAME,
      pid: `the same ${20 + number} processes`,
      time: SAME,
      uts: SAME,
    });
  });

  test("says what else it lacks, and of how many", () => {
    const graph = machineWith((host) => {
      host.process({ comm: "esbuild", state: "Z" });
      host.process({ comm: "server", in: host.unshare(["cgroup", "net"]) });
    });
    expect(toldOfInitial(graph)).toMatchObject({
      cgroup: "20 processes: the 22 above without the zombie, 22 server",
      ipc: "the same 21 processes but the zombie",
      net: "20 processes: the 21 above without 22 server",
      uts: "the same 21 processes",
    });
  });

  test("says that it has zombies more, which are in another user namespace", () => {
    const graph = machineWith((host) => host.process({ comm: "sh", state: "Z", in: host.unshare(["user"]) }));
    expect(toldOfInitial(graph)).toMatchObject({ ipc: SAME, pid: "21 processes: the 20 above plus the zombie" });
  });

  test("names zombies where others are there too", () => {
    const graph = machineWith((host) => {
      host.process({ comm: "a", state: "Z" });
      host.process({ comm: "b", state: "Z", in: host.unshare(["user"]) });
      host.process({ comm: "c", state: "Z", in: host.unshare(["pid"]) });
    });
    expect(toldOfInitial(graph)).toMatchObject({
      pid: "22 processes: the 22 above without 23 c (zombie), plus 22 b (zombie)",
    });
  });

  test("tells the others of a hierarchy by one that says it", () => {
    const graph = machineWith((host) => host.process({ comm: "esbuild", state: "Z" }));
    const told = toldOfInitial(arrange(selectTypes(graph, ["pid", "time", "uts"]), { tree: "parent" }));
    expect(told.time).toMatch(/^the 21 processes of pid:\[\d+\] but the zombie$/);
    expect(told.uts).toMatch(/^the 20 processes of time:\[\d+\]$/);
  });
});

test("a zombie is no more in what it has left, which is known", () => {
  const graph = machineWith((host) => host.process({ pid: 77, comm: "esbuild", state: "Z" }));
  const shown = draw(selectSubject(graph, { kind: "process", pid: 77 }), { columns: 80 });
  expect(shown).toContain("\n  no more in  cgroup ipc mnt net time uts\n");
  expect(shown).not.toContain("not known  ");
});

describe("a zombie that is where nobody else is", () => {
  const graph = machineWith((host) => {
    host.process({ comm: "server", in: host.unshare(["net"]) });
    host.process({ comm: "gone", state: "Z", in: host.unshare(["user", "pid"]) });
  });

  test("is not said to be isolated", () => {
    expect(
      draw(graph)
        .split("\n\n")[0]
        ?.match(/^Isolated.*/gm),
    ).toEqual(["Isolated in net: 21 server"]);
  });

  test("has no row among workloads, and is counted", () => {
    const [, matrix = "", legend] = draw(arrange(graph, { tree: "workload" })).split("\n\n");
    expect(matrix).not.toContain("gone");
    expect(matrix).not.toContain("?");
    expect(legend).toContain("no row for 1 zombie: isolated from nobody");
  });

  test("nor is it where nobody looked whether it is a zombie", () => {
    const unread = assembleGraph({
      frame: graph.frame,
      namespaces: graph.namespaces(),
      processes: graph.processes().map(({ pid, namespaces }) => ({ pid, namespaces })),
      pins: [],
      problems: [],
    });
    expect(draw(unread).match(/^Isolated.*/gm)).toEqual(["Isolated in net: 21"]);
  });

  test("does not make what it is in one that is shared", () => {
    const beside = machineWith((host) => {
      const inside = host.unshare(["user", "pid"]);
      host.process({ comm: "server", in: inside });
      host.process({ comm: "gone", state: "Z", in: inside });
    });
    expect(draw(arrange(beside, { tree: "workload" }))).toMatch(/^21 server +· +· +· +· +● +· +● +· +1$/m);
  });

  test("is not said to be in the same namespaces as all others", () => {
    const alone = machineWith((host) => host.process({ comm: "gone", state: "Z", in: host.unshare(["pid"]) }));
    const text = draw(arrange(alone, { tree: "workload" }));
    expect(text).not.toContain("in the same namespaces");
    expect(text).toContain("no row for 1 zombie");
  });
});
