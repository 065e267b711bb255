import type { Source } from "@ns-graph/graph";
import { fakeKernel, GENERATIONS, type KernelSpec } from "@ns-graph/testkit";
import { describe, expect, test } from "vitest";
import { graphOf, INIT, look } from "./look.js";

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
