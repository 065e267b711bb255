import {
  buildGraph,
  FACTS,
  limitsCompleteness,
  linkedId,
  type NamespaceGraph,
  type Observation,
  type Source,
  type SurveyOptions,
  survey,
} from "@ns-graph/graph";
import { type FakeKernel, type FakeProcess, fakeKernel, GENERATIONS, type KernelSpec } from "@ns-graph/testkit";
import { describe, expect, test } from "vitest";

function look(kernel: FakeKernel, options?: SurveyOptions) {
  const probe = kernel.probe();
  const observations = [...survey(probe, options)];
  const { openings, readings } = probe;
  probe.close();
  return { graph: buildGraph(observations), observations, openings, readings };
}

const graphOf = (spec: KernelSpec, options?: SurveyOptions): [NamespaceGraph, FakeKernel] => {
  const kernel = fakeKernel(spec);
  return [look(kernel, options).graph, kernel];
};

/** A process that is in another network namespace at each look, and stays in the last one. */
function moving(pid: number, first: string, ...rest: readonly string[]): FakeProcess {
  const [second, ...others] = rest;
  return { pid, in: { net: first }, ...(second === undefined ? {} : { next: moving(pid, second, ...others) }) };
}

const INIT: FakeProcess = { pid: 1, comm: "init" };

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

describe("what can't be read", () => {
  test("a process is in the graph without namespaces, and its errno is said", () => {
    const [graph] = graphOf({ processes: [INIT, { pid: 5, errno: "EACCES" }] });
    expect(graph.process(5)?.namespaces).toEqual({});
    expect(graph.problems()).toContainEqual({ code: "PROCESS_UNREADABLE", pid: 5, errno: "EACCES" });
    expect(graph.complete).toBe(false);
  });

  test("one link of a process is missing, and the others are there", () => {
    const [graph, kernel] = graphOf({ processes: [{ pid: 5, errno: { net: "EIO" } }] });
    expect(graph.process(5)?.namespaces).not.toHaveProperty("net");
    expect(graph.process(5)?.namespaces.uts).toBe(kernel.id("uts"));
    expect(graph.problems()).toContainEqual({ code: "LINK_UNREADABLE", pid: 5, type: "net", errno: "EIO" });
  });

  test("a namespace that can't be opened is there, and its relatives are unknown", () => {
    const [graph, kernel] = graphOf({
      namespaces: { web: { type: "net", errno: { open: "EMFILE" } }, pids: { type: "pid", errno: { open: "EACCES" } } },
      processes: [INIT, { pid: 5, in: { net: "web", pid: "pids" } }],
      generation: GENERATIONS["6.18"],
    });
    expect(graph.namespace(kernel.id("web"))).toMatchObject({ owner: { state: "unknown" }, parent: { state: "none" } });
    expect(graph.namespace(kernel.id("pids"))).toMatchObject({
      owner: { state: "unknown" },
      parent: { state: "unknown" },
    });
    expect(graph.members(kernel.id("web")).map(({ pid }) => pid)).toEqual([5]);
    expect(graph.problems()).toContainEqual({
      code: "NAMESPACE_UNREADABLE",
      namespace: kernel.id("web"),
      type: "net",
      errno: "EMFILE",
    });
  });

  test.for(["owner", "parent", "ownerUid", "nsId"] as const)(
    "a refused %s is unknown, and the errno is said",
    (what) => {
      const [graph, kernel] = graphOf({
        namespaces: {
          box: { type: "user", errno: { [what]: "EIO" } },
          pids: { type: "pid", errno: { [what]: "EIO" } },
        },
        processes: [INIT, { pid: 5, in: { user: "box", pid: "pids" } }],
      });
      const concerned = kernel.id(what === "parent" ? "pids" : "box");
      expect(graph.problems()).toContainEqual(
        expect.objectContaining({ code: "RELATION_UNREADABLE", namespace: concerned, errno: "EIO" }),
      );
      const namespace = graph.namespace(concerned);
      const answers = {
        owner: namespace?.owner,
        parent: namespace?.parent,
        ownerUid: namespace?.ownerUid,
        nsId: namespace?.nsId,
      };
      expect(answers[what]).toEqual(what === "owner" || what === "parent" ? { state: "unknown" } : undefined);
    },
  );

  test("a zombie has its user and its PID namespace, and that is not a problem", () => {
    const [graph, kernel] = graphOf({ processes: [INIT, { pid: 5, state: "Z" }] }, { facts: ["status"] });
    expect(graph.process(5)?.namespaces).toEqual({ pid: kernel.id("pid"), user: kernel.id("user") });
    expect(graph.problems()).toEqual([]);
  });
});

describe("processes that do not stand still", () => {
  test("one that vanished before it was read is not there", () => {
    const [graph] = graphOf({ processes: [INIT], ghosts: [5, 6] });
    expect(graph.processes().map(({ pid }) => pid)).toEqual([1]);
    expect(graph.complete).toBe(true);
  });

  test("one that vanishes before its namespaces are opened leaves nothing behind", () => {
    const [graph, kernel] = graphOf({
      generation: GENERATIONS["6.18"],
      namespaces: { web: { type: "net" } },
      processes: [INIT, { pid: 5, in: { net: "web" }, next: "gone" }],
    });
    expect(graph.process(5)).toBeUndefined();
    expect(graph.namespace(kernel.id("web"))).toBeUndefined();
    expect(graph.problems().filter(limitsCompleteness)).toEqual([]);
  });

  test("one that vanishes when nothing of it is new was a member", () => {
    const [graph, kernel] = graphOf({ processes: [INIT, { pid: 5, next: "gone" }] });
    expect(graph.members(kernel.id("net")).map(({ pid }) => pid)).toEqual([1, 5]);
  });

  test("one that moves is read again, and is where it came to rest", () => {
    const kernel = fakeKernel({
      namespaces: { web: { type: "net" }, db: { type: "net" }, cache: { type: "net" } },
      processes: [INIT, moving(5, "web", "db", "cache")],
      generation: GENERATIONS["6.18"],
    });
    const { graph, readings } = look(kernel);
    expect(graph.process(5)?.namespaces.net).toBe(kernel.id("cache"));
    expect(graph.namespace(kernel.id("web"))).toBeUndefined();
    expect(graph.namespace(kernel.id("db"))).toBeUndefined();
    expect(readings.get(5)).toBe(3);
    expect(graph.problems().filter(limitsCompleteness)).toEqual([]);
  });

  test("another process with the same PID is not credited with the first one's namespaces", () => {
    const [graph, kernel] = graphOf(
      {
        generation: GENERATIONS["6.18"],
        namespaces: { secret: { type: "net" } },
        processes: [INIT, { pid: 5, comm: "first", in: { net: "secret" }, next: { pid: 5, comm: "second" } }],
      },
      { facts: ["status"] },
    );
    expect(graph.process(5)).toMatchObject({ comm: "second", namespaces: { net: kernel.id("net") } });
    expect(graph.namespace(kernel.id("secret"))).toBeUndefined();
  });

  test("one that never comes to rest is given up, is said, and is not searched for ever", () => {
    const restless: { pid: number; in: { net: string }; next?: FakeProcess } = { pid: 5, in: { net: "a" } };
    restless.next = { pid: 5, in: { net: "b" }, next: restless };
    const kernel = fakeKernel({
      namespaces: { a: { type: "net" }, b: { type: "net" } },
      processes: [INIT, restless],
      generation: GENERATIONS["6.18"],
    });
    const { graph, readings } = look(kernel);
    expect(graph.problems()).toContainEqual({ code: "NAMESPACE_CHANGED", pid: 5 });
    expect(readings.get(5)).toBeLessThan(20);
    for (const id of Object.values(graph.process(5)?.namespaces ?? {})) expect(graph.namespace(id)).toBeDefined();
  });

  test("a sighting that has changed or gone is not there", () => {
    const [graph, kernel] = graphOf({
      generation: GENERATIONS["6.18"],
      namespaces: { a: { type: "net" }, b: { type: "net" } },
      processes: [
        {
          pid: 1,
          fds: [
            { fd: 3, holds: "a", fate: "gone" },
            { fd: 4, holds: "b", fate: "changed" },
          ],
        },
      ],
    });
    expect(graph.pins()).toEqual([]);
    expect(graph.namespace(kernel.id("a"))).toBeUndefined();
    expect(graph.namespace(kernel.id("b"))).toBeUndefined();
  });
});

describe("places", () => {
  const everywhere: KernelSpec = {
    namespaces: {
      threaded: { type: "net" },
      opened: { type: "ipc" },
      socketed: { type: "net", inactive: true },
      next: { type: "time" },
      mounted: { type: "uts" },
      flying: { type: "cgroup" },
      parent: { type: "user" },
      child: { type: "user", owner: "parent" },
    },
    processes: [
      {
        pid: 1,
        threads: [{ tid: 3, in: { net: "threaded" } }],
        fds: [{ fd: 4, holds: "opened" }],
        sockets: [{ fd: 5, holds: "socketed" }],
        forChildren: [{ holds: "next" }],
      },
      { pid: 8, in: { user: "child" } },
    ],
    mounts: [{ path: "/name", holds: "mounted" }],
  };

  test("each pin is kept with its kind and its holder", () => {
    const [graph, kernel] = graphOf(everywhere);
    expect(graph.pins(kernel.id("threaded"))).toEqual([
      { kind: "thread", namespace: kernel.id("threaded"), pid: 1, tid: 3 },
    ]);
    expect(graph.pins(kernel.id("opened"))).toEqual([{ kind: "fd", namespace: kernel.id("opened"), pid: 1, fd: 4 }]);
    expect(graph.pins(kernel.id("socketed"))).toEqual([
      { kind: "socket", namespace: kernel.id("socketed"), pid: 1, fd: 5 },
    ]);
    expect(graph.pins(kernel.id("next"))).toEqual([{ kind: "for-children", namespace: kernel.id("next"), pid: 1 }]);
    expect(graph.pins(kernel.id("mounted"))).toEqual([
      { kind: "mount", namespace: kernel.id("mounted"), path: "/name", mountNamespace: kernel.id("mnt") },
    ]);
  });

  test("what the kernel lists and nothing explains is held by something unseen", () => {
    const [graph, kernel] = graphOf(everywhere);
    expect(graph.pins().filter(({ kind }) => kind === "unseen")).toEqual([
      { kind: "unseen", namespace: kernel.id("flying") },
    ]);
    // An ancestor is held by what is below it.
    expect(graph.pins(kernel.id("parent"))).toEqual([]);
  });

  test("every pin of a namespace is kept, not the first", () => {
    const [graph, kernel] = graphOf({
      namespaces: { web: { type: "net" } },
      processes: [
        INIT,
        {
          pid: 5,
          in: { net: "web" },
          fds: [3, 4].map((fd) => ({ fd, holds: "web" })),
          sockets: [{ fd: 5, holds: "web" }],
        },
      ],
      mounts: ["/a", "/b"].map((path) => ({ path, holds: "web" })),
    });
    expect(graph.pins(kernel.id("web")).map(({ kind }) => kind)).toEqual(["fd", "fd", "socket", "mount", "mount"]);
  });

  const PLACES: Readonly<Record<Exclude<Source, "process">, string>> = {
    thread: "threaded",
    "for-children": "next",
    fd: "opened",
    socket: "socketed",
    mount: "mounted",
    kernel: "flying",
  };

  test.for(Object.entries(PLACES))("without %s nothing is found there", ([left, key]) => {
    const sources = (Object.keys(PLACES) as Source[]).filter((source) => source !== left);
    const [graph, kernel] = graphOf({ ...everywhere, generation: GENERATIONS.newest }, { sources });
    expect(graph.pins().some(({ kind, namespace }) => kind === left && namespace === kernel.id(key))).toBe(false);
    expect(graph.sources).not.toContain(left);
    expect(graph.complete).toBe(false);
  });

  test("with processes alone nothing else is asked", () => {
    const kernel = fakeKernel(everywhere);
    const { graph, openings } = look(kernel, { sources: [] });
    expect(graph.sources).toEqual(["process"]);
    expect(graph.pins()).toEqual([]);
    expect(openings.has(kernel.id("mounted"))).toBe(false);
    expect(graph.namespace(kernel.id("parent"))).toBeDefined();
  });

  test("mount namespaces that mounts hold are searched as well", () => {
    const [graph, kernel] = graphOf({
      generation: GENERATIONS["6.18"],
      namespaces: { m1: { type: "mnt" }, m2: { type: "mnt" }, deep: { type: "uts" } },
      processes: [INIT],
      mounts: [
        { path: "/m1", holds: "m1" },
        { path: "/m2", holds: "m2", in: "m1" },
        { path: "/deep", holds: "deep", in: "m2" },
        { path: "/back", holds: "m1", in: "m2" },
      ],
    });
    expect(graph.pins(kernel.id("deep"))).toEqual([
      { kind: "mount", namespace: kernel.id("deep"), path: "/deep", mountNamespace: kernel.id("m2") },
    ]);
    expect(graph.pins(kernel.id("m1"))).toHaveLength(2);
  });

  test("a mount namespace that only a chrooted process is in can't be searched on an old kernel, and that is said", () => {
    const spec: KernelSpec = {
      namespaces: { jail: { type: "mnt" }, hidden: { type: "uts" } },
      processes: [INIT, { pid: 5, in: { mnt: "jail" }, chrooted: true }],
      mounts: [{ path: "/hidden", holds: "hidden", in: "jail" }],
    };
    const [old, kernel] = graphOf({ ...spec, generation: GENERATIONS["5.10"] });
    expect(old.namespace(kernel.id("hidden"))).toBeUndefined();
    expect(old.problems()).toContainEqual(
      expect.objectContaining({ code: "MOUNTS_UNREADABLE", namespace: kernel.id("jail") }),
    );
    const [recent] = graphOf({ ...spec, generation: GENERATIONS["6.12"] });
    expect(recent.namespaces().some(({ type, initial }) => type === "uts" && initial === false)).toBe(true);
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
