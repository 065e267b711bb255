import { describe, expect, it, test } from "vitest";
import { buildGraph } from "../build/build-graph.js";
import { SOURCES, type Source } from "../model/host.js";
import { NO_LINK } from "../model/link.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import { NAMESPACE_TYPES, type NamespaceType } from "../model/namespace-type.js";
import type { Observation } from "../model/observation.js";
import type { Problem } from "../model/problem.js";
import type { Membership, Process } from "../model/process.js";
import { selectTypes } from "../select/select.js";
import { mayBeThere } from "../words/absence.js";
import { mayHoldToo } from "../words/certainty-words.js";
import { countMembers } from "../words/member-words.js";
import { allBlindSpots, blindSpots, knowsMembers } from "./blind-spots.js";

const ids = Object.fromEntries(NAMESPACE_TYPES.map((type, place) => [type, `4:${4026532001 + place}`])) as Readonly<
  Record<NamespaceType, string>
>;

function graphWith({
  problems = [],
  processes = [],
  sources = SOURCES,
  initial = false,
  complete,
  level = 1,
  viewer = {},
}: {
  problems?: readonly Problem[];
  processes?: readonly Process[];
  sources?: readonly Source[];
  initial?: boolean;
  complete?: boolean;
  level?: number;
  viewer?: Membership;
} = {}): NamespaceGraph {
  const frame = { host: {}, viewer: { namespaces: viewer }, sources, ...(complete === undefined ? {} : { complete }) };
  return buildGraph([
    { kind: "frame", frame },
    ...NAMESPACE_TYPES.map((type): Observation => {
      const id = ids[type];
      const rest = type === "pid" ? { level } : {};
      const namespace = {
        id,
        type,
        dev: 4,
        ino: Number(id.slice(2)),
        initial,
        parent: NO_LINK,
        owner: NO_LINK,
        ...rest,
      };
      return { kind: "namespace", namespace };
    }),
    ...processes.map((process): Observation => ({ kind: "process", process })),
    ...problems.map((problem): Observation => ({ kind: "problem", problem })),
  ]);
}

function uncertain(graph: NamespaceGraph, of: "members" | "holders"): NamespaceType[] {
  return NAMESPACE_TYPES.filter((type) => blindSpots(graph, ids[type]).some((spot) => spot.of === of));
}

describe("blindSpots", () => {
  it("is empty where everything was looked at", () => {
    const graph = graphWith();
    for (const type of NAMESPACE_TYPES) {
      expect(blindSpots(graph, ids[type])).toEqual([]);
      expect(countMembers(graph, ids[type])).toBe("no process");
    }
  });

  it.each<[string, Problem, readonly NamespaceType[], readonly NamespaceType[]]>([
    ["a process", { code: "PROCESS_UNREADABLE", pid: 9 }, NAMESPACE_TYPES, []],
    ["one link", { code: "LINK_UNREADABLE", pid: 9, type: "net" }, ["net"], []],
    ["a /proc that hides", { code: "PROC_HIDES", what: "hidepid=2" }, NAMESPACE_TYPES, []],
    ["descriptors", { code: "DESCRIPTORS_UNREADABLE", pid: 9 }, [], NAMESPACE_TYPES],
    ["sockets", { code: "SOCKETS_UNREADABLE", pid: 9 }, [], ["net", "user"]],
    ["children", { code: "CHILDREN_UNREADABLE", pid: 9, type: "time" }, [], ["time", "user"]],
    ["what is above a user namespace", { code: "RELATION_UNREADABLE", type: "user", what: "owner" }, [], ["user"]],
    [
      "descriptors beyond a limit",
      { code: "LIMIT_REACHED", pid: 9, what: "descriptors", count: 4 },
      [],
      NAMESPACE_TYPES,
    ],
    ["processes after the time", { code: "TIME_LIMIT", what: "processes", count: 4 }, NAMESPACE_TYPES, []],
    ["a fact", { code: "FACT_UNREADABLE", what: "uid_map" }, [], []],
    ["what nobody knows here", { code: "LATER" }, NAMESPACE_TYPES, []],
  ])("knows what is uncertain because of %s", (_, problem, members, holders) => {
    const graph = graphWith({ problems: [problem] });
    expect(uncertain(graph, "members")).toEqual(members);
    expect(uncertain(graph, "holders")).toEqual(holders);
  });

  it("knows that kernel threads are in initial namespaces alone", () => {
    const processes: Process[] = [{ pid: 9, kernelThread: true, namespaces: {} }];
    const problems: Problem[] = [{ code: "PROCESS_UNREADABLE", pid: 9, errno: "EACCES" }];
    expect(uncertain(graphWith({ problems, processes }), "members")).toEqual([]);
    expect(uncertain(graphWith({ problems, processes, initial: true }), "members")).toEqual(NAMESPACE_TYPES);
  });

  it("knows how deep a process is whose PIDs are known", () => {
    const processes: Process[] = [{ pid: 9, pids: [9], namespaces: {} }];
    const problems: Problem[] = [{ code: "PROCESS_UNREADABLE", pid: 9 }];
    expect(uncertain(graphWith({ problems, processes }), "members")).not.toContain("pid");
    expect(uncertain(graphWith({ problems, processes, level: 0 }), "members")).toContain("pid");
    // It is one process still, and would be two by what it may be in.
    expect(mayBeThere(graphWith({ problems, processes }))).toEqual([
      "It may be there all the same: 1 of 1 processes could not be read.",
    ]);
  });

  it("knows that an unread process may hold any pid namespace, however deep it is itself", () => {
    const processes: Process[] = [{ pid: 9, pids: [9], namespaces: {} }];
    const graph = graphWith({ problems: [{ code: "PROCESS_UNREADABLE", pid: 9 }], processes, level: 3 });
    expect(knowsMembers(graph, ids.pid)).toBe(true);
    expect(countMembers(graph, ids.pid)).toBe("no process");
    expect(mayHoldToo(graph, ids.pid)).toBe("1 of 1 processes could not be read and may hold it too");
  });

  it("knows that those outside of a child PID namespace may hold what is in it", () => {
    const graph = graphWith({ problems: [{ code: "SCOPE_PID" }], viewer: { pid: ids.pid } });
    expect(knowsMembers(graph, ids.pid)).toBe(true);
    expect(knowsMembers(graph, ids.net)).toBe(false);
    expect(mayHoldToo(graph, ids.pid)).toBe("not all processes can be seen from here, so that more may hold it");
  });

  it("knows of which type a namespace is that a descriptor holds", () => {
    const graph = graphWith({
      problems: [{ code: "DESCRIPTOR_UNREADABLE", pid: 8, fd: 3, type: "net", what: "proc" }],
    });
    expect(mayHoldToo(graph, ids.net)).toContain("descriptors of 1 process could not be looked at");
    // It may be one that nobody saw, and hold the user namespace that owns it.
    expect(mayHoldToo(graph, ids.user)).toContain("descriptors of 1 process could not be looked at");
    expect(mayHoldToo(graph, ids.uts)).toBeUndefined();
  });

  it("does not count a process twice of which descriptors of different kinds were not looked at", () => {
    const problems: Problem[] = [
      { code: "DESCRIPTOR_UNREADABLE", pid: 8, fd: 3, type: "net" },
      { code: "DESCRIPTOR_UNREADABLE", pid: 8, fd: 4 },
    ];
    expect(mayHoldToo(graphWith({ problems }), ids.net)).toContain("descriptors of some processes could not be");
    expect(mayHoldToo(graphWith({ problems }), ids.uts)).toContain("descriptors of 1 process could not be");
  });

  it("counts processes, however much of each was left out", () => {
    const problems: Problem[] = [
      { code: "LIMIT_REACHED", pid: 7, what: "descriptors", count: 400 },
      { code: "LIMIT_REACHED", pid: 8, what: "descriptors", count: 11 },
      { code: "DESCRIPTOR_UNREADABLE", pid: 8, fd: 3 },
      { code: "DESCRIPTOR_UNREADABLE", pid: 8, fd: 4 },
      { code: "DESCRIPTORS_UNREADABLE", pid: 9 },
    ];
    expect(mayHoldToo(graphWith({ problems }), ids.uts)).toBe(
      "descriptors of 3 processes could not be looked at, so that more may hold it",
    );
  });

  it("tells how many of those that could not be read may matter", () => {
    const processes = [7, 8, 9].map(
      (pid): Process => ({ pid, namespaces: {}, ...(pid === 9 ? {} : { kernelThread: true }) }),
    );
    const problems = processes.map(({ pid }): Problem => ({ code: "PROCESS_UNREADABLE", pid }));
    expect(mayHoldToo(graphWith({ problems, processes }), ids.net)).toBe(
      "1 of the 3 processes that could not be read may hold it too",
    );
  });

  it("takes time in proportion to what there is, whatever the problems are called", () => {
    const asked = (size: number): number => {
      const problems = Array.from({ length: size }, (_, at): Problem => ({ code: `X${at}`, pid: at + 1 }));
      return allBlindSpots(graphWith({ problems })).length;
    };
    expect(asked(2000)).toBe(asked(2));
  });

  it("counts a process once, however many of its links failed", () => {
    const problems = [7, 8].flatMap((pid) =>
      (["net", "mnt"] as const).map((type): Problem => ({ code: "LINK_UNREADABLE", pid, type })),
    );
    const processes = [7, 8, 9].map((pid): Process => ({ pid, namespaces: { user: ids.user } }));
    const graph = graphWith({ problems, processes });
    expect(blindSpots(graph, ids.net)).toEqual([
      { of: "members", what: "processes", codes: ["LINK_UNREADABLE"], types: ["net"], count: 2 },
    ]);
    expect(mayHoldToo(graph, ids.net)).toBe("2 of 3 processes could not be read and may hold it too");
    expect(mayBeThere(graph)).toEqual(["It may be there all the same: 2 of 3 processes could not be read."]);
  });

  it("tells what was not searched apart from what could not be looked at", () => {
    const graph = graphWith({ sources: ["process"] });
    expect(uncertain(graph, "members")).toEqual([]);
    expect(mayHoldToo(graph, ids.net)).toBe(
      "threads, descriptors, sockets, mounts and the kernel's list were not searched, so that more may hold it",
    );
    expect(allBlindSpots(graph).every(({ codes }) => codes.includes("NOT_SEARCHED"))).toBe(true);
  });

  it("believes a document that says that it is not complete", () => {
    expect(knowsMembers(graphWith({ complete: false }), ids.net)).toBe(false);
  });
});

test("a selection claims as much as the whole", () => {
  const graph = graphWith({ problems: [{ code: "PROCESS_UNREADABLE", pid: 9 }] });
  const selected = selectTypes(graph, ["net"]);
  expect(blindSpots(selected, ids.net)).toEqual(blindSpots(graph, ids.net));
  expect(countMembers(selected, ids.net)).toBe("no process seen");
});
