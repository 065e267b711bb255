import { join } from "node:path";
import type { FileOf, NamespaceGraph, NamespaceType, Pin, Problem } from "@ns-graph/graph";
import {
  type Actor,
  coverMount,
  exitLeader,
  findKernelThread,
  type HeldByFile,
  type HeldForChildren,
  HOSTILE_COMMS,
  holdByDescriptor,
  holdByFile,
  holdBySockets,
  holdForChildren,
  holdInFlight,
  type Keeper,
  leaveBehind,
  type MountedWithoutProcesses,
  makeZombie,
  mountAtOddPaths,
  mountElsewhere,
  mountOutOfRoot,
  mountTwice,
  mountWithoutProcesses,
  nameProcesses,
  namespaceOf,
  nestPidNamespaces,
  nestUserNamespaces,
  outliveInit,
  type RealNamespace,
  readForChildren,
  readProcessEntries,
  type Skippable,
  startActor,
  type ThreadApart,
  unshareInThread,
  unshareUserAndPid,
} from "../../real/index.js";
import { type Exhibit, type Judgement, judgeNamespace, type Truth, worst } from "./exhibit.js";

/** What exhibits are made with. Starting a program takes long on an emulated machine, so they share what they can. */
interface Workshop {
  readonly keeper: Keeper;
  /** An actor for what goes together in one process. */
  readonly actor: Actor;
  /** One of its threads, which is in other namespaces. */
  readonly apart: () => Promise<ThreadApart>;
  readonly processless: () => Promise<MountedWithoutProcesses>;
  readonly sent: () => Promise<SentMountNamespace>;
}

type Maker = (workshop: Workshop) => Promise<Omit<Exhibit, "id">>;

/** An exhibit of namespaces, each with what is true of it. */
function exhibit(...truths: readonly (readonly [RealNamespace, Truth])[]): Omit<Exhibit, "id"> {
  return {
    namespaces: truths.map(([namespace]) => namespace),
    judge: (graph) => worst(truths.map(([namespace, truth]) => judgeNamespace(graph, namespace, truth))),
  };
}

/** What is not found is at least told of, by a problem that says why it can't be. */
function orTold(made: Omit<Exhibit, "id">, isAboutIt: (problem: Problem) => boolean): Omit<Exhibit, "id"> {
  const judge = (graph: NamespaceGraph): Judgement => {
    const judgement = made.judge(graph);
    return judgement.outcome === "missed" && graph.problems().some(isAboutIt) ? { outcome: "reported" } : judgement;
  };
  return { ...made, judge };
}

const lacks = (what: string): ((problem: Problem) => boolean) => {
  return (problem) => problem.code === "INTERFACE_MISSING" && problem.what === what;
};

const mountPins = (namespace: RealNamespace, paths: readonly string[], mountNamespace: RealNamespace): Pin[] =>
  paths.map((path) => ({ kind: "mount", namespace: namespace.id, path, mountNamespace: mountNamespace.id }));

function forChildren(made: HeldForChildren): Omit<Exhibit, "id"> {
  const { pid, tid, namespace, own } = made;
  const who = tid === undefined ? { pid } : { pid, tid };
  if (namespace === undefined) {
    // Nobody can name it: all that can be asked is that the gap is told.
    const judge = (graph: NamespaceGraph): Judgement => {
      const told = graph
        .problems()
        .some((problem) => problem.code === "CHILDREN_UNREADABLE" && problem.pid === pid && problem.tid === tid);
      return { outcome: told ? "reported" : "missed" };
    };
    return { namespaces: [], judge };
  }
  const pins: Pin[] = [{ kind: "for-children", namespace: namespace.id, ...who }];
  return exhibit([namespace, { pins, members: [], ...(own.type === "pid" ? { parent: own } : {}) }]);
}

/** Gives a thread another namespace for its children. */
async function unshareForChildren(
  { held, thread, tid }: ThreadApart,
  type: "pid" | "time",
): Promise<Omit<Exhibit, "id">> {
  await thread.unshare(type);
  const namespace = await readForChildren(thread, type);
  return forChildren({ held, pid: held.pid, tid, namespace, own: namespaceOf(held.pid, type) });
}

/** What can't be made is a failure: every kernel that is tried has it. */
const INDISPENSABLE: Skippable = {
  skip: (why) => {
    throw new Error(why);
  },
};

function exhibitOfFile({ namespace, owner, pid, fd }: HeldByFile, of: FileOf): Omit<Exhibit, "id"> {
  const pins: Pin[] = [{ kind: "file", namespace: namespace.id, pid, fd, of }];
  return exhibit([namespace, { pins, owner, members: [] }]);
}

function isAboutDescriptor({ pid, fd }: HeldByFile): (problem: Problem) => boolean {
  return (problem) => problem.code === "DESCRIPTOR_UNREADABLE" && problem.pid === pid && problem.fd === fd;
}

interface SentMountNamespace {
  readonly mnt: RealNamespace;
  readonly inner: RealNamespace;
  readonly path: string;
}

/** A mount namespace, and a UTS namespace bind-mounted in it, that nothing but a descriptor in flight holds. */
async function sendMountNamespace(keeper: Keeper, actor: Actor): Promise<SentMountNamespace> {
  const path = join(keeper.directory, "in-flight");
  await actor.touch(path);
  const homes: [number, number] = [
    await actor.open("/proc/thread-self/ns/uts"),
    await actor.open("/proc/thread-self/ns/mnt"),
  ];
  await actor.unshare("uts", "mnt");
  await actor.mount("tmpfs", keeper.directory);
  await actor.touch(path);
  await actor.bindMount("/proc/thread-self/ns/uts", path);
  const mnt = actor.namespace("mnt");
  const inner = actor.namespace("uts");
  const away = await actor.open("/proc/thread-self/ns/mnt");
  for (const home of homes) await actor.setns(home);
  await actor.sendDescriptor(away);
  for (const fd of [away, ...homes]) await actor.close(fd);
  return { mnt, inner, path };
}

const MAKERS: Readonly<Record<string, Maker>> = {
  "one descriptor": async ({ keeper }) => {
    const { pid, fd, namespace, owner } = await holdByDescriptor(keeper);
    return exhibit([namespace, { pins: [{ kind: "fd", namespace: namespace.id, pid, fd }], owner, members: [] }]);
  },
  sockets: async ({ keeper, actor }) => {
    const { pid, fds, namespace, owner } = await holdBySockets(keeper, actor);
    const pins = fds.map((fd): Pin => ({ kind: "socket", namespace: namespace.id, pid, fd }));
    return exhibit([namespace, { pins, owner, members: [] }]);
  },
  "a watch": async ({ keeper }) => exhibitOfFile(await holdByFile(INDISPENSABLE, keeper, "inotify"), "inotify"),
  "a registered file": async ({ keeper }) => {
    const made = await holdByFile(INDISPENSABLE, keeper, "io_uring");
    return orTold(exhibitOfFile(made, "io_uring"), isAboutDescriptor(made));
  },
  "a tree of mounts": async ({ keeper }) => {
    const made = await holdByFile(INDISPENSABLE, keeper, "mount-tree");
    return orTold(exhibitOfFile(made, "mount-tree"), isAboutDescriptor(made));
  },
  "ancestors without processes": async ({ keeper }) => {
    const { levels, above, pid } = await nestUserNamespaces(keeper, { depth: 3 });
    return exhibit(
      ...levels.map((level, i): [RealNamespace, Truth] => {
        const parent = levels[i - 1] ?? above;
        return [level, { parent, owner: parent, ownerUid: 0, pins: [], members: i === 2 ? [pid] : [] }];
      }),
    );
  },
  relations: async ({ keeper }) => {
    const { namespaces, outside } = await unshareUserAndPid(keeper);
    const { user, pid } = namespaces as Record<NamespaceType, RealNamespace>;
    const above = outside as Record<NamespaceType, RealNamespace>;
    return exhibit([user, { parent: above.user }], [pid, { parent: above.pid, owner: user }]);
  },
  "two names": async ({ keeper }) => {
    const { namespace, paths, mountNamespace, owner } = await mountTwice(keeper);
    return exhibit([namespace, { pins: mountPins(namespace, paths, mountNamespace), owner, members: [] }]);
  },
  "a name in another mount namespace": async ({ keeper }) => {
    const { namespace, paths, mountNamespace, owner } = await mountElsewhere(keeper);
    return exhibit([namespace, { pins: mountPins(namespace, paths, mountNamespace), owner, members: [] }]);
  },
  "a thread of its own": async ({ apart }) => {
    const { pid, tid, net, uts } = await apart();
    const truth = ({ id }: RealNamespace): Truth => ({
      pins: [{ kind: "thread", namespace: id, pid, tid }],
      members: [],
    });
    return exhibit([net, truth(net)], [uts, truth(uts)]);
  },
  "threads of a process whose main thread has ended": async ({ keeper }) => {
    const { pid, tid, net, uts } = await exitLeader(keeper);
    const truth = ({ id }: RealNamespace): Truth => ({
      pins: [{ kind: "thread", namespace: id, pid, tid }],
      members: [],
    });
    return exhibit([net, truth(net)], [uts, truth(uts)]);
  },
  // On a thread first: once the main thread has another PID namespace for its children, it can start no thread.
  "time namespace for children of a thread": async ({ apart }) => unshareForChildren(await apart(), "time"),
  "PID namespace before its first process, of a thread": async ({ apart }) => unshareForChildren(await apart(), "pid"),
  "time namespace for children": async ({ keeper, actor }) =>
    forChildren(await holdForChildren(keeper, "time", "main", actor)),
  "PID namespace before its first process": async ({ keeper, actor }) =>
    forChildren(await holdForChildren(keeper, "pid", "main", actor)),
  "PID namespace whose init was reaped": async ({ keeper }) => forChildren(await outliveInit(keeper)),
  "user, PID and mount namespaces without processes": async ({ processless }) => {
    const { user, pidNamespace, mnt } = await processless();
    const pins = ({ namespace, path, mountNamespace }: typeof mnt): Truth => ({
      pins: mountPins(namespace, [path], mountNamespace),
      members: [],
    });
    return exhibit(
      [user.namespace, { ...pins(user), parent: user.parent, owner: user.parent, ownerUid: user.ownerUid }],
      [pidNamespace.namespace, { ...pins(pidNamespace), parent: pidNamespace.parent, owner: user.namespace }],
      [mnt.namespace, { ...pins(mnt), owner: user.namespace }],
    );
  },
  "a name in a mount namespace without processes": async ({ processless }) => {
    const { user, inner } = await processless();
    const { namespace, path, mountNamespace } = inner;
    const pins = mountPins(namespace, [path], mountNamespace);
    const made = exhibit([namespace, { pins, owner: user.namespace, members: [] }]);
    return orTold(made, (problem) => problem.namespace === mountNamespace.id);
  },
  "user namespaces, eight deep": async ({ keeper }) => {
    const { levels, above } = await nestUserNamespaces(keeper, { depth: 8 });
    return exhibit(...levels.map((level, i): [RealNamespace, Truth] => [level, { parent: levels[i - 1] ?? above }]));
  },
  "PID namespaces, eight deep": async ({ keeper }) => {
    const { levels, above } = await nestPidNamespaces(keeper, { depth: 8 });
    return exhibit(...levels.map((level, i): [RealNamespace, Truth] => [level, { parent: levels[i - 1] ?? above }]));
  },
  creator: async ({ keeper, actor }) => {
    const { namespace, owner, ownerUid, pid, fd } = await leaveBehind(keeper, 65534, actor);
    const pins: Pin[] = [{ kind: "fd", namespace: namespace.id, pid, fd }];
    return exhibit([namespace, { pins, owner, members: [] }], [owner, { ownerUid, members: [] }]);
  },
  zombie: async ({ keeper }) => {
    const { pid, user, pidNamespace } = await makeZombie(keeper);
    const judge = (graph: NamespaceGraph): Judgement => {
      const process = graph.process(pid);
      const right =
        process?.state === "Z" &&
        Object.keys(process.namespaces).length === 2 &&
        process.namespaces.user === user.id &&
        process.namespaces.pid === pidNamespace.id &&
        !graph.problems().some((problem) => problem.pid === pid);
      return right ? { outcome: "found" } : { outcome: "wrong", why: JSON.stringify(process) };
    };
    return { namespaces: [user], judge };
  },
  "kernel threads": async () => {
    const flagged = readProcessEntries().filter((entry) => (entry.flags & 0x200000) !== 0);
    const judge = (graph: NamespaceGraph): Judgement => {
      const called = (pid: number): boolean => graph.process(pid)?.kernelThread === true;
      const wrong = [
        ...flagged.filter(({ pid }) => graph.process(pid) !== undefined && !called(pid)).map(({ pid }) => pid),
        ...graph.processes().flatMap(({ pid }) => (called(pid) && pid === process.pid ? [pid] : [])),
      ];
      return findKernelThread() !== undefined && wrong.length === 0
        ? { outcome: "found" }
        : { outcome: "wrong", why: `${flagged.length} kernel threads, wrong about ${wrong}` };
    };
    return { namespaces: [], judge };
  },
  "PIDs in every PID namespace": async ({ keeper }) => {
    const { levels, pid } = await nestPidNamespaces(keeper, { depth: 3 });
    const judge = (graph: NamespaceGraph): Judgement => {
      const pids = graph.process(pid)?.pids;
      const right = pids?.length === levels.length + 1 && pids[0] === pid && pids.at(-1) === 1;
      return right ? { outcome: "found" } : { outcome: "wrong", why: JSON.stringify(pids) };
    };
    return { namespaces: levels.slice(-1), judge };
  },
  "a covered mount": async ({ keeper }) => {
    const { namespace, paths, mountNamespace } = await coverMount(keeper, "fifo");
    return exhibit([namespace, { pins: mountPins(namespace, paths, mountNamespace), members: [] }]);
  },
  "a mount outside of every root": async ({ keeper }) => {
    const { namespace, paths, mountNamespace } = await mountOutOfRoot(keeper);
    const made = exhibit([namespace, { pins: mountPins(namespace, paths, mountNamespace), members: [] }]);
    return orTold(made, (problem) => problem.namespace === mountNamespace.id);
  },
  "odd mount points": async ({ keeper }) => {
    const { namespace, paths, mountNamespace } = await mountAtOddPaths(keeper);
    return exhibit([namespace, { pins: mountPins(namespace, paths, mountNamespace), members: [] }]);
  },
  "odd names": async ({ keeper }) => {
    // What the kernel itself escapes, or could cut in two; the rest is the same text on any kernel.
    const comms = HOSTILE_COMMS.filter((comm) => /[\\\n\udc80-\udcff]/.test(comm));
    const { pids } = await nameProcesses(keeper, comms);
    const judge = (graph: NamespaceGraph): Judgement => {
      const wrong = [...pids].filter(([comm, pid]) => graph.process(pid)?.comm !== comm);
      const why = wrong.map(([comm, pid]) => `${JSON.stringify(comm)}: ${JSON.stringify(graph.process(pid)?.comm)}`);
      return wrong.length === 0 ? { outcome: "found" } : { outcome: "wrong", why: why.join("; ") };
    };
    return { namespaces: [namespaceOf("self", "pid")], judge };
  },
  "in flight": async ({ keeper, actor }) => {
    const { namespace, owner } = await holdInFlight(keeper, "uts", actor);
    const pins: Pin[] = [{ kind: "unseen", namespace: namespace.id }];
    return orTold(exhibit([namespace, { pins, owner, members: [] }]), lacks("listns"));
  },
  "a mount namespace in flight": async ({ sent }) => {
    const { mnt } = await sent();
    return orTold(exhibit([mnt, { owner: namespaceOf("self", "user"), members: [] }]), lacks("NS_MNT_GET_NEXT"));
  },
  "a name in a mount namespace in flight": async ({ sent }) => {
    const { mnt, inner, path } = await sent();
    const made = exhibit([
      inner,
      { pins: mountPins(inner, [path], mnt), owner: namespaceOf("self", "user"), members: [] },
    ]);
    return orTold(made, lacks("NS_MNT_GET_NEXT"));
  },
};

/**
 * Makes all exhibits, or some of them, in an order in which none is in the way of another; one that can't be made judges itself as
 * wrong.
 */
export async function makeExhibits(keeper: Keeper, wanted = (_id: string) => true): Promise<Exhibit[]> {
  const actor = await startActor(keeper);
  const workshop: Workshop = {
    keeper,
    actor,
    apart: once(() => unshareInThread(keeper, actor)),
    processless: once(() => mountWithoutProcesses(keeper)),
    sent: once(() => sendMountNamespace(keeper, actor)),
  };
  const exhibits: Exhibit[] = [];
  for (const [id, make] of Object.entries(MAKERS)) {
    if (!wanted(id)) continue;
    process.stderr.write(`${process.uptime().toFixed(1)} s: ${id}\n`);
    try {
      exhibits.push({ id, ...(await make(workshop)) });
    } catch (error) {
      const why = `it could not be made: ${error instanceof Error ? error.message : error}`;
      exhibits.push({ id, namespaces: [], judge: () => ({ outcome: "wrong", why }) });
    }
  }
  return exhibits;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
