import { buildGraph, FACTS, linkedId, type Observation, survey } from "@ns-graph/graph";
import { type FakeProcess, fakeKernel, GENERATIONS, type KernelSpec } from "@ns-graph/testkit";
import { describe, expect, test } from "vitest";
import { graphOf, INIT, look } from "./look.js";

describe("ancestors and owners", () => {
  /** User namespaces one in the other; a process is in the innermost alone. */
  function chain(depth: number): KernelSpec {
    const namespaces = Object.fromEntries(
      Array.from({ length: depth }, (_, i) => [
        `u${i + 1}`,
        { type: "user" as const, owner: i === 0 ? "user" : `u${i}`, ownerUid: 1000 + i },
      ]),
    );
    return { namespaces, processes: [INIT, { pid: 9, in: { user: `u${depth}` } }] };
  }

  test.for([3, 33, 35, 500])("%i levels of user namespaces are climbed", (depth) => {
    const [graph, kernel] = graphOf(chain(depth));
    for (let level = 1; level <= depth; level++) {
      const above = level === 1 ? "user" : `u${level - 1}`;
      expect(graph.namespace(kernel.id(`u${level}`))).toMatchObject({
        level,
        initial: false,
        ownerUid: 999 + level,
        parent: { state: "known", id: kernel.id(above) },
        owner: { state: "known", id: kernel.id(above) },
      });
    }
    expect(graph.namespace(kernel.id("user"))).toMatchObject({ level: 0, initial: true });
  });

  test("a PID namespace has a parent and, apart from it, an owner", () => {
    const [graph, kernel] = graphOf({
      namespaces: {
        box: { type: "user" },
        outer: { type: "pid", owner: "box" },
        inner: { type: "pid", owner: "box", parent: "outer" },
      },
      processes: [INIT, { pid: 5, in: { pid: "inner" } }],
    });
    expect(graph.namespace(kernel.id("inner"))).toMatchObject({
      level: 2,
      parent: { state: "known", id: kernel.id("outer") },
      owner: { state: "known", id: kernel.id("box") },
    });
    expect(graph.namespace(kernel.id("outer"))).toMatchObject({
      level: 1,
      parent: { state: "known", id: kernel.id("pid") },
    });
  });

  test("types without a hierarchy have no parent", () => {
    const [graph, kernel] = graphOf({
      namespaces: { web: { type: "net" } },
      processes: [{ pid: 5, in: { net: "web" } }],
    });
    expect(graph.namespace(kernel.id("web"))?.parent).toEqual({ state: "none" });
    expect(graph.namespace(kernel.id("web"))).not.toHaveProperty("level");
  });

  test("the owner of a namespace that only a mount holds is climbed to", () => {
    const [graph, kernel] = graphOf({
      namespaces: {
        a: { type: "user", ownerUid: 7 },
        b: { type: "user", owner: "a", ownerUid: 8 },
        web: { type: "net", owner: "b" },
      },
      processes: [INIT],
      mounts: [{ path: "/run/netns/web", holds: "web" }],
    });
    expect(graph.namespace(kernel.id("a"))?.ownerUid).toBe(7);
    expect(graph.namespace(kernel.id("b"))).toMatchObject({ ownerUid: 8, level: 2 });
    expect(graph.owner(graph.namespace(kernel.id("web")) ?? expect.fail())?.id).toBe(kernel.id("b"));
  });

  test("the creator is a fact of user namespaces alone", () => {
    const [graph] = graphOf({
      namespaces: { web: { type: "net" } },
      processes: [INIT, { pid: 5, in: { net: "web" } }],
    });
    for (const namespace of graph.namespaces()) {
      expect(Object.hasOwn(namespace, "ownerUid")).toBe(namespace.type === "user");
    }
  });

  test("a circle in the answers comes to an end, and nothing in it has a level", () => {
    const [graph, kernel] = graphOf({
      unscoped: true,
      namespaces: {
        a: { type: "user", owner: "b" },
        b: { type: "user", owner: "c" },
        c: { type: "user", owner: "a" },
        self: { type: "pid", parent: "self", owner: "a" },
      },
      processes: [INIT, { pid: 5, in: { user: "a", pid: "self" } }],
    });
    for (const key of ["a", "b", "c", "self"]) expect(graph.namespace(kernel.id(key))).not.toHaveProperty("level");
    expect(graph.namespace(kernel.id("c"))?.parent).toEqual({ state: "known", id: kernel.id("a") });
  });
});

describe("what the viewer may not see", () => {
  const inside: KernelSpec = {
    namespaces: {
      box: { type: "user", ownerUid: 1000 },
      cell: { type: "user", owner: "box", ownerUid: 1000 },
      pids: { type: "pid", owner: "box" },
      deeper: { type: "pid", owner: "cell", parent: "pids" },
      web: { type: "net", owner: "box" },
    },
    processes: [
      { pid: 1, in: { user: "box", pid: "pids", net: "web" } },
      { pid: 2, in: { user: "cell", pid: "deeper", net: "web" } },
    ],
    viewer: { in: { user: "box", pid: "pids", net: "web" } },
  };

  test("an ancestor is invisible, and nobody is taken for the initial one because of that", () => {
    const [graph, kernel] = graphOf(inside);
    expect(graph.namespace(kernel.id("box"))).toMatchObject({
      parent: { state: "invisible" },
      owner: { state: "invisible" },
      initial: false,
    });
    expect(graph.namespace(kernel.id("pids"))).toMatchObject({
      parent: { state: "invisible" },
      owner: { state: "known", id: kernel.id("box") },
      initial: false,
    });
    expect(graph.namespace(kernel.id("uts"))).toMatchObject({ owner: { state: "invisible" }, initial: true });
    expect(graph.namespace(kernel.id("cell"))?.parent).toEqual({ state: "known", id: kernel.id("box") });
  });

  test("a level is absent where the chain does not reach the initial namespace", () => {
    const [graph, kernel] = graphOf(inside);
    for (const key of ["box", "cell", "pids", "deeper"])
      expect(graph.namespace(kernel.id(key))).not.toHaveProperty("level");
  });

  test("an invisible relative is not a problem", () => {
    const [graph] = graphOf(inside);
    expect(graph.problems().filter(({ code }) => code === "RELATION_UNREADABLE")).toEqual([]);
  });

  test("the initial namespaces' own relatives are invisible as well, and they are known by their numbers", () => {
    const [graph, kernel] = graphOf({ processes: [INIT] });
    expect(graph.namespace(kernel.id("user"))).toMatchObject({
      parent: { state: "invisible" },
      initial: true,
      level: 0,
    });
    expect(graph.namespaces().every(({ initial }) => initial === true)).toBe(true);
  });
});

describe("economy", () => {
  test("a namespace is opened the first time it is seen, and not again", () => {
    const kernel = fakeKernel({
      namespaces: { web: { type: "net" } },
      processes: Array.from({ length: 50 }, (_, i) => ({
        pid: i + 1,
        in: { net: "web" },
        fds: [{ fd: 3, holds: "web" }],
      })),
    });
    const { openings } = look(kernel);
    for (const [id, count] of openings) expect(count, id).toBe(1);
  });

  test("facts are read only if they are asked for", () => {
    const spec: KernelSpec = {
      namespaces: { box: { type: "user", facts: { uidMap: [[0, 1000, 1]], setgroups: "deny" } } },
      processes: [{ pid: 5, comm: "x", uid: 1000, cgroup: "/a", commandLine: "x y", in: { user: "box" } }],
    };
    const [bare, kernel] = graphOf(spec);
    expect(bare.process(5)).toEqual({ pid: 5, namespaces: expect.anything() });
    expect(bare.namespace(kernel.id("box"))).not.toHaveProperty("uidMap");
    expect(bare.users).toBeUndefined();
    const [full] = graphOf(spec, { facts: FACTS });
    expect(full.process(5)).toMatchObject({ comm: "x", uid: 1000, cgroup: "/a", commandLine: "x y" });
    expect(full.namespace(kernel.id("box"))).toMatchObject({ uidMap: [[0, 1000, 1]], setgroups: "deny" });
    expect(full.users?.names).toEqual({ "0": "root" });
  });

  test("only the processes that were named are read, and all that is above them", () => {
    const kernel = fakeKernel({
      namespaces: { box: { type: "user" }, web: { type: "net", owner: "box" } },
      processes: [INIT, { pid: 5, in: { net: "web" } }, { pid: 6 }],
    });
    const { graph, readings } = look(kernel, { pids: [5], sources: [] });
    expect([...readings.keys()]).toEqual([5]);
    expect(graph.processes().map(({ pid }) => pid)).toEqual([5]);
    expect(graph.namespace(kernel.id("box"))).toBeDefined();
  });

  test("nothing is asked after the last observation was taken, and nothing before the first", () => {
    const probe = fakeKernel({ processes: [INIT] }).probe();
    const observations = survey(probe);
    expect(probe.openHandles).toBe(0);
    const all: Observation[] = [...observations];
    probe.close();
    expect(buildGraph(all).namespaces()).toHaveLength(8);
  });
});

describe("kernel generations", () => {
  test.for(Object.entries(GENERATIONS))(
    "%s: membership is complete, and what can't be asked is said",
    ([, generation]) => {
      const [graph, kernel] = graphOf({
        generation,
        namespaces: { box: { type: "user" }, web: { type: "net", owner: "box" } },
        processes: [INIT, { pid: 5, in: { user: "box", net: "web" } }],
      });
      expect(Object.keys(graph.process(5)?.namespaces ?? {})).toEqual([...generation.types].sort());
      expect(graph.members(kernel.id("web")).map(({ pid }) => pid)).toEqual([5]);
      const owner = graph.namespace(kernel.id("web"))?.owner;
      if (generation.relatives) expect(owner).toEqual({ state: "known", id: kernel.id("box") });
      else {
        expect(owner).toEqual({ state: "unknown" });
        expect(graph.problems()).toContainEqual({ code: "IOCTLS_MISSING", what: "NS_GET_USERNS", errno: "ENOTTY" });
        expect(graph.complete).toBe(false);
      }
    },
  );

  test("before Linux 6.17, kthreadd tells which net and mnt namespaces are the initial ones", () => {
    const spec: KernelSpec = {
      generation: GENERATIONS["5.10"],
      namespaces: { web: { type: "net" } },
      processes: [INIT, { pid: 5, in: { net: "web" } }],
    };
    const [unknown, kernel] = graphOf(spec, { facts: ["status"] });
    expect(unknown.namespace(kernel.id("net"))).not.toHaveProperty("initial");
    expect(unknown.namespace(kernel.id("uts"))?.initial).toBe(true);
    const kthreadd: FakeProcess = { pid: 2, ppid: 0, comm: "kthreadd", kernelThread: true };
    const [known] = graphOf({ ...spec, processes: [...(spec.processes ?? []), kthreadd] }, { facts: ["status"] });
    expect(known.namespace(kernel.id("net"))?.initial).toBe(true);
    expect(known.namespace(kernel.id("web"))?.initial).toBe(false);
  });

  test("nsId is there where the kernel has it", () => {
    const withIds = graphOf({ processes: [INIT], generation: GENERATIONS["6.18"] })[0];
    const without = graphOf({ processes: [INIT], generation: GENERATIONS["6.12"] })[0];
    expect(withIds.namespaces().every(({ nsId }) => /^\d+$/.test(nsId ?? ""))).toBe(true);
    expect(without.namespaces().some((namespace) => Object.hasOwn(namespace, "nsId"))).toBe(false);
  });
});

test("the viewer's scope is told as problems", () => {
  const [graph] = graphOf({ processes: [INIT], problems: [{ code: "SCOPE_PID" }] });
  expect(graph.problems()).toEqual([{ code: "SCOPE_PID" }]);
  expect(graph.complete).toBe(false);
});

test("linked ids lead to namespaces of the right type", () => {
  const [graph] = graphOf({
    namespaces: { box: { type: "user" }, pids: { type: "pid", owner: "box" }, web: { type: "net", owner: "box" } },
    processes: [INIT, { pid: 5, in: { user: "box", pid: "pids", net: "web" } }],
  });
  for (const { type, owner, parent } of graph.namespaces()) {
    const ownerId = linkedId(owner);
    const parentId = linkedId(parent);
    if (ownerId !== undefined) expect(graph.namespace(ownerId)?.type).toBe("user");
    if (parentId !== undefined) expect(graph.namespace(parentId)?.type).toBe(type);
  }
});
