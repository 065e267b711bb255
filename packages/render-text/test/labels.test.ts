import { arrange, type NamespaceGraph, nameContainers, selectTypes } from "@ns-graph/graph";
import { HostBuilder, kubernetesHost } from "@ns-graph/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { draw } from "./draw.js";

const ID = (i: number): string => `${i}`.padStart(12, "0").padEnd(64, "f");

function build(change: (host: HostBuilder) => void): NamespaceGraph {
  const host = new HostBuilder({ users: { names: { "0": "root", "1000": "anna" } } });
  host.process({ pid: 1, ppid: 0, comm: "init" });
  change(host);
  return host.build();
}

/** Containers with mounts of their own that share a network, and what else is in that. */
function sharing(names: readonly string[], others: readonly string[] = []): NamespaceGraph {
  const graph = build((host) => {
    const net = host.unshare(["net"]);
    for (const [i, name] of names.entries())
      host.process({ comm: `${name}d`, cgroup: `/docker/${ID(i)}`, in: host.unshare(["mnt"], net) });
    for (const comm of others) host.process({ comm, in: net });
  });
  return nameContainers(graph, Object.fromEntries(names.map((name, i) => [ID(i), { name }])));
}

/** What is said of the namespaces of a type, the machine's first, each on one line without guides. */
function told(graph: NamespaceGraph, type: string, columns = 200): readonly string[] {
  const lines = draw(graph, { columns })
    .split("\n")
    .map((line) => line.replace(/^[ │├└─╴]+/, ""));
  const text = lines.slice(lines.indexOf("")).join(" ").replaceAll(/ +/g, " ");
  return text
    .split(/(?=\b[a-z]+:\[\d+\])/)
    .filter((each) => each.startsWith(`${type}:`))
    .map((each) => each.trim());
}

describe("a namespace that several workloads are in", () => {
  test("is labelled with all of them, and with what else is in it", () => {
    const [machines, shared] = told(sharing(["web", "log"], ["tcpdump"]), "net");
    expect(shared).toMatch(/\] docker web, docker log, 4 tcpdump · 3 processes: 2 webd, 3 logd, 4 tcpdump$/);
    expect(machines).toMatch(/\] initial · yours · 1 process: 1 init$/);
  });

  test("is labelled with as many as there is room for, at any width, and the number of the rest", () => {
    const name = fc.stringMatching(/^[a-z]{1,20}$/);
    fc.assert(
      fc.property(
        fc.uniqueArray(name, { minLength: 2, maxLength: 40 }),
        fc.integer({ min: 40, max: 250 }),
        (names, columns) => {
          const [, shared = ""] = told(sharing(names), "net", columns);
          const [, label = "", count = "0"] =
            /\] (docker .*?)(?: and (\d+) more)?(?: ·)? \d+ processes/.exec(shared) ?? [];
          const listed = label.split(", ");
          expect(listed).toEqual(names.slice(0, listed.length).map((each) => `docker ${each}`));
          expect(listed.length + Number(count)).toBe(names.length);
          // No fewer than there is room for: the next one would not fit with the number of the rest.
          const next = names.slice(0, listed.length + 1).map((each) => `docker ${each}`);
          const rest = names.length - next.length;
          const longer = next.join(", ") + (rest > 0 ? ` and ${rest} more` : "");
          if (count !== "0") expect(longer.length).toBeGreaterThan(Math.max(32, columns - 20));
        },
      ),
      { numRuns: 60 },
    );
  });

  test("has no label where processes without a name are alone in it, which are listed", () => {
    const [, shared] = told(
      build((host) => {
        const net = host.unshare(["net"]);
        for (const comm of ["a", "b"]) host.process({ comm, in: host.unshare(["mnt"], net) });
      }),
      "net",
    );
    expect(shared).toMatch(/\] 2 processes: 2 a, 3 b$/);
  });

  test("names a pod once, with its containers", () => {
    const graph = build((host) => {
      const pod = host.unshare(["net"]);
      for (const [i, comm] of ["pause", "cart"].entries())
        host.process({
          comm,
          cgroup: `/kubepods/pod11111111-2222-3333-4444-555555555555/${ID(i)}`,
          in: host.unshare(["mnt"], pod),
        });
    });
    expect(told(graph, "net")[1]).toMatch(/\] pod 11111111: 000000000000, 000000000001 · 2 processes:/);
    expect(told(graph, "mnt")[1]).toMatch(/\] pod 11111111 000000000000 · 1 process: 2 pause/);
  });

  test("is labelled below one that is there as context, which has no label", () => {
    const graph = build((host) => {
      const inside = host.unshare(["user", "net"], host.initial, { ownerUid: 1000 });
      host.process({ comm: "webd", cgroup: `/docker/${ID(1)}`, in: inside });
    });
    expect(told(selectTypes(graph, ["net"]), "net")[1]).toMatch(/\] docker 000000000001 · 1 process: 2 webd$/);
    // Else the one above says it.
    expect(told(graph, "net")[1]).toMatch(/\] 1 process: 2 webd$/);
  });
});

describe("five shells of one name", () => {
  const graph = arrange(
    build((host) => {
      for (let i = 0; i < 5; i++) host.process({ comm: "bash", in: host.unshare(["net"]) });
    }),
    { tree: "workload" },
  );

  test.each([
    [80, "bash ×5: 2 3 4 5 6"],
    [40, "bash ×5: 2 3 4 5 6"],
    [36, "bash ×5: 2 3 …"],
  ])("are told by their PIDs as far as there is room, in %i columns", (columns, name) => {
    expect(draw(graph, { columns })).toContain(`${name} `);
  });

  test("are told by their PIDs in the summary, or else by one of them", () => {
    const summary = (columns: number): string => draw(arrange(graph, { tree: "owner" }), { columns });
    expect(summary(80)).toContain("Isolated in net: bash ×5 (2 3 4 5 6)\n");
    const many = build((host) => {
      for (let kind = 0; kind < 8; kind++)
        for (let i = 0; i < 3; i++) host.process({ comm: `shell${kind}`, in: host.unshare(["net"]) });
    });
    expect(draw(many, { columns: 80 })).toContain(
      "Isolated in net: shell0 ×3 (2 …), shell1 ×3 (5 …), shell2 ×3 (8 …),\n",
    );
  });
});

test("a sandbox is called after what runs in it", () => {
  const graph = build((host) => {
    const inside = host.unshare(["mnt", "pid"]);
    const leader = host.process({ comm: "bwrap", uid: 1000, program: "/usr/bin/bwrap", in: inside });
    host.process({ ppid: leader, comm: "sleep", uid: 1000, in: inside });
  });
  expect(told(graph, "mnt")[1]).toMatch(/\] bubblewrap sleep · 2 processes: 2 bwrap, 3 sleep$/);
  expect(draw(arrange(graph, { tree: "workload" }))).toMatch(/^bubblewrap sleep /m);
  expect(draw(graph)).toContain("Isolated in mnt pid: bubblewrap sleep +1");
});

test.each([40, 60])("in %i columns a process keeps the PID that it has in a namespace beside that", (columns) => {
  const text = draw(arrange(kubernetesHost(), { tree: "process" }), { columns });
  expect(text).toMatch(/ in [\w:[\]]+/);
  expect(text.match(/ as \d+/g)?.length).toBeGreaterThan(3);
  expect(text).not.toMatch(/ in$|^[│ ]*as \d/m);
  for (const [, before] of text.matchAll(/(\S+) as \d+/g)) expect(before).toMatch(/^pid:\[\d+\]$/);
});
