import { limitsCompleteness } from "@ns-graph/graph";
import { type FakeProcess, fakeKernel, GENERATIONS } from "@ns-graph/testkit";
import { describe, expect, test } from "vitest";
import { graphOf, INIT, look, moving } from "./look.js";

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
