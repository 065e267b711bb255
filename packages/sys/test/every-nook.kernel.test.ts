import { statSync } from "node:fs";
import { release } from "node:os";
import { buildGraph, type NamespaceGraph, type Pin, survey } from "@ns-graph/graph";
import {
  compareReleases,
  coverMount,
  exitLeader,
  holdByDescriptor,
  holdByFile,
  holdBySockets,
  holdForChildren,
  holdInThread,
  leaveBehind,
  makeKeeper,
  makeZombie,
  mountAtOddPaths,
  mountElsewhere,
  mountInThread,
  mountOutOfRoot,
  mountTwice,
  mountWithoutProcesses,
  namespaceAt,
  nestPidNamespaces,
  nestUserNamespaces,
  openSocketFile,
  outliveInit,
  type RealNamespace,
  requireKernel,
  requireNamespaces,
  requireProgram,
  shareWithRing,
  startActor,
  unshareInThread,
  unshareUserAndPid,
  whileAway,
} from "@ns-graph/testkit";
import { expect, test } from "vitest";
import { createProbe } from "../src/index.js";
import { scan } from "./scan.js";

/** PIDFD_THREAD. */
const hasThreadPidfds = compareReleases(release(), "6.9") >= 0;

/** The namespace in the graph, which has to be there. */
function found(graph: NamespaceGraph, real: RealNamespace) {
  const namespace = graph.namespace(real.id);
  expect(namespace).toMatchObject({ id: real.id, type: real.type, dev: real.dev, ino: real.ino });
  return namespace as NonNullable<typeof namespace>;
}

function known(real: RealNamespace) {
  return { state: "known", id: real.id };
}

function pinsOf(graph: NamespaceGraph, real: RealNamespace): readonly Pin[] {
  return graph.pins(real.id);
}

test("held by one descriptor: found without a process, pinned by that pid and fd", async (context) => {
  requireNamespaces(context, "net");
  requireProgram(context, "ip");
  await using keeper = await makeKeeper();
  const { pid, fd, namespace, owner } = await holdByDescriptor(keeper);
  const graph = await scan();
  expect(found(graph, namespace).owner).toEqual(known(owner));
  expect(graph.members(namespace.id)).toEqual([]);
  expect(pinsOf(graph, namespace)).toEqual([{ kind: "fd", namespace: namespace.id, pid, fd }]);
});

test("held by sockets: pinned by each socket, with its owner", async (context) => {
  requireNamespaces(context, "net");
  await using keeper = await makeKeeper();
  const { pid, fds, namespace, owner } = await holdBySockets(keeper);
  const graph = await scan();
  expect(found(graph, namespace).owner).toEqual(known(owner));
  expect(pinsOf(graph, namespace)).toEqual(fds.map((fd) => ({ kind: "socket", namespace: namespace.id, pid, fd })));
});

test.for([
  ["tun", "tun"],
  ["tap", "tun"],
] as const)("held by a %s descriptor: pinned by it, with its owner", async ([what, of], context) => {
  requireNamespaces(context, "net");
  await using keeper = await makeKeeper();
  const { pid, fd, namespace, owner } = await holdByFile(context, keeper, what);
  const graph = await scan();
  expect(found(graph, namespace).owner).toEqual(known(owner));
  expect(pinsOf(graph, namespace)).toEqual([{ kind: "file", namespace: namespace.id, pid, fd, of }]);
});

const HAS_HANDLES = compareReleases(release(), "6.18") >= 0;

test.for(["inotify", "fanotify"] as const)("held by a watch of %s: pinned by it", async (of, context) => {
  requireNamespaces(context, "net");
  await using keeper = await makeKeeper();
  const { pid, fd, namespace, owner } = await holdByFile(context, keeper, of);
  const graph = await scan();
  if (!HAS_HANDLES) {
    expect(graph.problems()).toContainEqual({ code: "NAMESPACE_UNREADABLE", namespace: namespace.id, pid, fd });
    return;
  }
  expect(found(graph, namespace).owner).toEqual(known(owner));
  expect(pinsOf(graph, namespace)).toEqual([{ kind: "file", namespace: namespace.id, pid, fd, of }]);
});

test("a watch that ends with the file that it watches holds nothing", async (context) => {
  requireNamespaces(context, "net");
  // FAN_MARK_EVICTABLE.
  requireKernel(context, "5.19");
  await using keeper = await makeKeeper();
  const held = await startActor(keeper);
  const { pid } = held;
  const { namespace, made: fd } = await whileAway(held, "net", async () => {
    const opened = await held.open("/proc/thread-self/ns/net");
    await held.watchAll("/proc/thread-self/ns/net", true);
    return opened;
  });
  const graph = await scan();
  found(graph, namespace);
  expect(pinsOf(graph, namespace)).toEqual([{ kind: "fd", namespace: namespace.id, pid, fd }]);
  expect(graph.problems().filter((problem) => problem.pid === pid)).toEqual([]);
});

test.for([
  ["net", "a file of /proc/PID/net", "/proc/thread-self/net/tcp", { type: "net", what: "proc" }],
  ["ipc", "a file of /proc/sysvipc", "/proc/sysvipc/sem", { what: "proc" }],
  ["net", "what is to be mounted", undefined, { what: "fscontext" }],
] as const)(
  "a %s namespace is held by %s, which names none: that something may be missing is said",
  async ([type, , path, said], context) => {
    requireNamespaces(context, type);
    // fsopen(2).
    requireKernel(context, "5.2");
    await using keeper = await makeKeeper();
    const held = await startActor(keeper);
    const { pid } = held;
    // At home it keeps nothing.
    if (type === "net" && path !== undefined) await held.open(path);
    const { made: fd } = await whileAway(held, type, () =>
      path === undefined ? held.openContext("tmpfs") : held.open(path),
    );
    const graph = await scan();
    expect(graph.problems().filter((problem) => problem.pid === pid)).toEqual([
      { code: "DESCRIPTOR_UNREADABLE", pid, fd, ...said },
    ]);
    expect(graph.complete).toBe(false);
  },
);

const RINGS_TELL = compareReleases(release(), "6.14") >= 0;

test("held by io_uring: pinned by it, though nothing leads there", async (context) => {
  requireNamespaces(context, "net");
  await using keeper = await makeKeeper();
  const { pid, fd, namespace } = await holdByFile(context, keeper, "io_uring");
  const graph = await scan();
  const ofRing = graph.problems().filter((problem) => problem.pid === pid && problem.code === "DESCRIPTOR_UNREADABLE");
  if (!RINGS_TELL) {
    expect(ofRing).toEqual([{ code: "DESCRIPTOR_UNREADABLE", pid, fd, what: "io_uring" }]);
    return;
  }
  expect(ofRing).toEqual([]);
  found(graph, namespace);
  expect(pinsOf(graph, namespace)).toEqual([{ kind: "file", namespace: namespace.id, pid, fd, of: "io_uring" }]);
});

test("a socket in io_uring can't be asked: that something may be missing is said", async (context) => {
  requireNamespaces(context, "net");
  await using keeper = await makeKeeper();
  const { pid, fd } = await holdByFile(context, keeper, "socket in io_uring");
  const graph = await scan();
  expect(graph.problems()).toContainEqual({ code: "DESCRIPTOR_UNREADABLE", pid, fd, what: "io_uring" });
  expect(graph.complete).toBe(false);
});

test.for(["lower", "higher"] as const)(
  "a socket in io_uring that a process with a %s PID has as well: pinned by both",
  async (other, context) => {
    requireNamespaces(context, "net");
    await using keeper = await makeKeeper();
    const { ring, socket, namespace } = await shareWithRing(context, keeper, other);
    const graph = await scan();
    const ofRing = graph.problems().filter(({ pid }) => pid === ring.pid);
    const pins = [{ kind: "socket", namespace: namespace.id, ...socket }];
    if (!RINGS_TELL) {
      expect(ofRing).toEqual([{ code: "DESCRIPTOR_UNREADABLE", ...ring, what: "io_uring" }]);
      expect(pinsOf(graph, namespace)).toEqual(pins);
      return;
    }
    expect(ofRing).toEqual([]);
    expect(pinsOf(graph, namespace)).toEqual([
      ...pins,
      { kind: "file", namespace: namespace.id, ...ring, of: "io_uring" },
    ]);
  },
);

/** statmount(2) of another mount namespace. */
const FINDS_MOUNTS = compareReleases(release(), "6.11") >= 0;

test("mounted in a tree of mounts that is attached nowhere: pinned by its descriptor", async (context) => {
  requireNamespaces(context, "net", "mnt");
  await using keeper = await makeKeeper();
  const { pid, fd, namespace, owner } = await holdByFile(context, keeper, "mount-tree");
  const graph = await scan();
  if (!FINDS_MOUNTS) {
    expect(graph.problems()).toContainEqual({ code: "DESCRIPTOR_UNREADABLE", pid, fd, what: "mount-tree" });
    return;
  }
  expect(found(graph, namespace).owner).toEqual(known(owner));
  expect(pinsOf(graph, namespace)).toEqual([{ kind: "file", namespace: namespace.id, pid, fd, of: "mount-tree" }]);
  expect(graph.problems().filter((problem) => problem.pid === pid)).toEqual([]);
  // It is a descriptor, whatever else is searched.
  expect(pinsOf(await scan({ sources: ["fd"] }), namespace)).toEqual(pinsOf(graph, namespace));
});

test("a scan's own descriptors are no holders; those of another one are, while it goes on", async (context) => {
  requireNamespaces(context, "net");
  await using keeper = await makeKeeper();
  const { namespace } = await holdByDescriptor(keeper);
  const heldHere = async () => pinsOf(await scan(), namespace).filter((pin) => "pid" in pin && pin.pid === process.pid);
  expect(await heldHere()).toEqual([]);
  const other = createProbe();
  try {
    buildGraph(survey(other));
    expect(await heldHere()).toMatchObject([{ kind: "fd" }]);
  } finally {
    other.close();
  }
  expect(await heldHere()).toEqual([]);
});

test("ancestors without processes: every level with its parent, owner and creator", async (context) => {
  requireNamespaces(context, "user");
  await using keeper = await makeKeeper();
  const { levels, above, pid } = await nestUserNamespaces(keeper, { depth: 3 });
  const graph = await scan();
  for (const [depth, level] of levels.entries()) {
    const namespace = found(graph, level);
    expect(namespace.parent).toEqual(known(levels[depth - 1] ?? above));
    expect(namespace.owner).toEqual(namespace.parent);
    expect(namespace.level).toBe(depth + 1 + (graph.namespace(above.id)?.level ?? Number.NaN));
    expect(namespace.ownerUid).toBe(0);
    expect(graph.members(level.id).map((process) => process.pid)).toEqual(depth === 2 ? [pid] : []);
  }
});

test("relations of a new user and pid namespace", async (context) => {
  requireNamespaces(context, "user", "pid");
  await using keeper = await makeKeeper();
  const { namespaces, outside, pid } = await unshareUserAndPid(keeper);
  const graph = await scan();
  const { user, pid: pidNamespace } = namespaces as Required<typeof namespaces>;
  expect(found(graph, user).parent).toEqual(known(outside.user as RealNamespace));
  expect(found(graph, pidNamespace).parent).toEqual(known(outside.pid as RealNamespace));
  expect(found(graph, pidNamespace).owner).toEqual(known(user));
  expect(graph.members(pidNamespace.id).map((process) => process.pid)).toContain(pid);
});

test("two names: two pins with both paths", async (context) => {
  requireNamespaces(context, "net", "mnt");
  await using keeper = await makeKeeper();
  const { pid, namespace, paths, mountNamespace } = await mountTwice(keeper);
  const graph = await scan();
  found(graph, namespace);
  expect(pinsOf(graph, namespace)).toEqual(
    [...paths].sort().map((path) => ({
      kind: "mount",
      namespace: namespace.id,
      path,
      mountNamespace: mountNamespace.id,
      reachableFrom: pid,
    })),
  );
});

test("a name in another mount namespace", async (context) => {
  requireNamespaces(context, "uts", "mnt");
  await using keeper = await makeKeeper();
  const { pid, namespace, paths, mountNamespace, owner } = await mountElsewhere(keeper);
  const graph = await scan();
  expect(found(graph, namespace).owner).toEqual(known(owner));
  expect(pinsOf(graph, namespace)).toEqual([
    {
      kind: "mount",
      namespace: namespace.id,
      path: paths[0],
      mountNamespace: mountNamespace.id,
      reachableFrom: pid,
    },
  ]);
});

test("a thread of its own", async (context) => {
  requireNamespaces(context, "net", "uts");
  await using keeper = await makeKeeper();
  const { pid, tid, net, uts } = await unshareInThread(keeper);
  const graph = await scan();
  for (const namespace of [net, uts]) {
    found(graph, namespace);
    expect(graph.members(namespace.id)).toEqual([]);
    expect(pinsOf(graph, namespace)).toEqual([{ kind: "thread", namespace: namespace.id, pid, tid }]);
  }
});

test("a main thread that has exited while another lives", async (context) => {
  requireNamespaces(context, "net", "uts");
  await using keeper = await makeKeeper();
  const { pid, tid, net, uts } = await exitLeader(keeper);
  const graph = await scan();
  expect(graph.process(pid)?.state).toBe("Z");
  for (const namespace of [net, uts]) {
    found(graph, namespace);
    expect(pinsOf(graph, namespace)).toContainEqual({ kind: "thread", namespace: namespace.id, pid, tid });
  }
});

/** The sockets of a thread, or on a kernel that opens no pidfd of threads a problem that says so. */
function expectSocketsOfThread(
  graph: NamespaceGraph,
  {
    pid,
    tid,
    sockets,
    bySockets,
  }: { pid: number; tid: number | undefined; sockets: readonly number[]; bySockets: RealNamespace },
): void {
  if (!hasThreadPidfds) {
    expect(graph.problems()).toContainEqual({ code: "SOCKETS_UNREADABLE", pid, tid, errno: "EINVAL" });
    return;
  }
  found(graph, bySockets);
  expect(pinsOf(graph, bySockets)).toEqual(
    sockets.map((socket) => ({ kind: "socket", namespace: bySockets.id, pid, tid, fd: socket })),
  );
}

test("held by the descriptors and sockets of a thread that has a file table of its own", async (context) => {
  requireNamespaces(context, "net");
  await using keeper = await makeKeeper();
  const { pid, tid, fd, byDescriptor, sockets, bySockets } = await holdInThread(keeper, "own table");
  const graph = await scan();
  found(graph, byDescriptor);
  expect(pinsOf(graph, byDescriptor)).toEqual([{ kind: "fd", namespace: byDescriptor.id, pid, tid, fd }]);
  expectSocketsOfThread(graph, { pid, tid, sockets, bySockets });
});

test("held by the descriptors and sockets of a process whose main thread has exited", async (context) => {
  requireNamespaces(context, "net");
  await using keeper = await makeKeeper();
  const { pid, fd, byDescriptor, sockets, bySockets } = await holdInThread(keeper, "leader exited");
  const graph = await scan();
  found(graph, byDescriptor);
  // All threads that live share the table, and the first of them stands for it.
  const [pin, ...rest] = pinsOf(graph, byDescriptor);
  const tid = pin?.kind === "fd" ? pin.tid : undefined;
  expect(tid).not.toBe(pid);
  expect(namespaceAt(`/proc/${pid}/task/${tid}/fd/${fd}`, "net").id).toBe(byDescriptor.id);
  expect([pin, ...rest]).toEqual([{ kind: "fd", namespace: byDescriptor.id, pid, tid, fd }]);
  expectSocketsOfThread(graph, { pid, tid, sockets, bySockets });
});

test("threads that share one file table are told once, by their process", async (context) => {
  requireNamespaces(context, "net");
  await using keeper = await makeKeeper();
  const { held, pid, fds, namespace } = await holdBySockets(keeper);
  await held.startThread();
  const graph = await scan();
  expect(pinsOf(graph, namespace)).toEqual(fds.map((fd) => ({ kind: "socket", namespace: namespace.id, pid, fd })));
});

test("mounted where only a thread sees it: with its owner, reached through that thread", async (context) => {
  requireNamespaces(context, "net", "mnt");
  await using keeper = await makeKeeper();
  const { pid, tid, namespace, owner, mountNamespace, path } = await mountInThread(keeper);
  const graph = await scan();
  expect(graph.members(mountNamespace.id)).toEqual([]);
  expect(pinsOf(graph, mountNamespace)).toEqual([{ kind: "thread", namespace: mountNamespace.id, pid, tid }]);
  expect(found(graph, namespace).owner).toEqual(known(owner));
  expect(pinsOf(graph, namespace)).toMatchObject([
    { kind: "mount", namespace: namespace.id, path, mountNamespace: mountNamespace.id, reachableFrom: tid },
  ]);
  expect(graph.problems().filter((problem) => problem.namespace === namespace.id)).toEqual([]);
});

test("the name of a socket, opened with O_PATH, is no socket and no problem", async () => {
  await using keeper = await makeKeeper();
  const { pid, fd } = await openSocketFile(keeper);
  const status = statSync(`/proc/${pid}/fd/${fd}`);
  expect(status.isSocket()).toBe(true);
  const graph = await scan();
  expect(graph.process(pid)).toBeDefined();
  expect(graph.problems().filter((problem) => problem.pid === pid)).toEqual([]);
});

/** Since Linux 7.0 /proc/PID/ns/pid_for_children can be read whether the namespace has had a process or not. */
const LINK_TELLS = compareReleases(release(), "7.0") < 0;

test.for([
  ["time", "main"],
  ["time", "thread"],
  ["pid", "main"],
  ["pid", "thread"],
  ["time", "survivor"],
  ["pid", "survivor"],
] as const)("a %s namespace for the children of a %s thread", async ([type, where], context) => {
  requireNamespaces(context, type);
  await using keeper = await makeKeeper();
  const { pid, tid, namespace, own } = await holdForChildren(keeper, type, where);
  const graph = await scan();
  if (namespace === undefined) {
    expect(graph.problems()).toContainEqual({ code: "CHILDREN_UNREADABLE", pid, type, errno: "ENOENT" });
    return;
  }
  if (type === "pid") expect(found(graph, namespace).parent).toEqual(known(own));
  const pin = { kind: "for-children", namespace: namespace.id, pid, ...(tid === undefined ? {} : { tid }) };
  expect(pinsOf(graph, namespace)).toEqual([{ ...pin, ...(type === "pid" && LINK_TELLS ? { begun: false } : {}) }]);
});

test("a pid namespace whose init was reaped", async (context) => {
  requireNamespaces(context, "pid");
  await using keeper = await makeKeeper();
  const { pid, namespace, own } = await outliveInit(keeper);
  const graph = await scan();
  if (namespace === undefined) throw new Error("the kernel does not tell");
  expect(found(graph, namespace).parent).toEqual(known(own));
  const pin = { kind: "for-children", namespace: namespace.id, pid };
  expect(pinsOf(graph, namespace)).toEqual([{ ...pin, ...(LINK_TELLS ? { begun: true } : {}) }]);
});

test("bind-mounted user, pid and mount namespaces without processes", async (context) => {
  requireNamespaces(context, "user", "pid", "mnt", "uts");
  await using keeper = await makeKeeper();
  const { pid, user, pidNamespace, mnt, inner } = await mountWithoutProcesses(keeper);
  const graph = await scan();
  for (const mounted of [user, pidNamespace, mnt, inner]) {
    const { namespace, path, mountNamespace } = mounted;
    found(graph, namespace);
    expect(graph.members(namespace.id)).toEqual([]);
    const reach = mounted === inner ? {} : { reachableFrom: pid };
    expect(pinsOf(graph, namespace)).toEqual([
      { kind: "mount", namespace: namespace.id, path, mountNamespace: mountNamespace.id, ...reach },
    ]);
  }
  expect(found(graph, user.namespace)).toMatchObject({ parent: known(user.parent), ownerUid: user.ownerUid });
  expect(found(graph, pidNamespace.namespace)).toMatchObject({
    parent: known(pidNamespace.parent),
    owner: known(user.namespace),
  });
  expect(found(graph, mnt.namespace).owner).toEqual(known(user.namespace));
});

test("nesting to the kernel's limit", async (context) => {
  requireNamespaces(context, "user", "pid");
  await using keeper = await makeKeeper();
  const users = await nestUserNamespaces(keeper, { depth: Number.POSITIVE_INFINITY });
  const pids = await nestPidNamespaces(keeper, { depth: Number.POSITIVE_INFINITY });
  const graph = await scan();
  for (const { levels, above } of [users, pids]) {
    expect(levels.length).toBeGreaterThan(25);
    for (const [depth, level] of levels.entries()) {
      expect(found(graph, level).parent).toEqual(known(levels[depth - 1] ?? above));
    }
  }
  expect(graph.process(pids.pid)?.pids).toHaveLength(pids.levels.length + 1);
});

test("a creator without processes is never taken for root", async (context) => {
  requireNamespaces(context, "user", "net");
  await using keeper = await makeKeeper();
  const { namespace, owner, ownerUid } = await leaveBehind(keeper);
  const graph = await scan();
  expect(found(graph, namespace).owner).toEqual(known(owner));
  expect(found(graph, owner).ownerUid).toBe(ownerUid);
});

test("a zombie has its user and pid namespaces only, and that is no problem", async (context) => {
  requireNamespaces(context, "user");
  await using keeper = await makeKeeper();
  const { pid, user, pidNamespace } = await makeZombie(keeper);
  const graph = await scan();
  expect(graph.process(pid)).toMatchObject({ state: "Z", namespaces: { user: user.id, pid: pidNamespace.id } });
  expect(Object.keys(graph.process(pid)?.namespaces ?? {})).toEqual(["pid", "user"]);
  expect(graph.problems().filter((problem) => problem.pid === pid)).toEqual([]);
});

test.for(["fifo", "device", "file"] as const)("a mount that a %s covers", async (cover, context) => {
  requireNamespaces(context, "mnt", "net");
  await using keeper = await makeKeeper();
  const { namespace, paths, mountNamespace } = await coverMount(keeper, cover);
  const graph = await scan();
  found(graph, namespace);
  expect(pinsOf(graph, namespace)).toEqual([
    { kind: "mount", namespace: namespace.id, path: paths[0], mountNamespace: mountNamespace.id },
  ]);
});

test("a mount that a chrooted process does not see", async (context) => {
  requireNamespaces(context, "mnt", "net");
  await using keeper = await makeKeeper();
  const { namespace, paths, mountNamespace } = await mountOutOfRoot(keeper);
  const graph = await scan();
  found(graph, namespace);
  expect(pinsOf(graph, namespace)).toEqual(
    paths.map((path) => ({ kind: "mount", namespace: namespace.id, path, mountNamespace: mountNamespace.id })),
  );
});

test("mount points with spaces, newlines, backslashes and bytes that are not UTF-8", async (context) => {
  requireNamespaces(context, "mnt", "net");
  await using keeper = await makeKeeper();
  const { namespace, paths } = await mountAtOddPaths(keeper);
  const graph = await scan();
  found(graph, namespace);
  const seen = pinsOf(graph, namespace).map((pin) => (pin.kind === "mount" ? pin.path : pin.kind));
  expect(seen.sort()).toEqual([...paths].sort());
});
