import { type Actor, ActorError, type ActorThread, startActor } from "./actor.js";
import type { Keeper } from "./keeper.js";
import { namespaceOf, type RealNamespace } from "./real-namespace.js";
import type { Skippable } from "./requirement.js";
import { whileAway } from "./while-away.js";

/** What holds a namespace by a descriptor that does not lead to it. */
export type HoldingFile = "tun" | "tap" | "inotify" | "fanotify" | "io_uring" | "socket in io_uring" | "mount-tree";

const NAMESPACE = "/proc/thread-self/ns/net";

/** A network namespace without processes, which only such a descriptor holds. */
export interface HeldByFile {
  readonly held: Actor;
  readonly pid: number;
  readonly fd: number;
  readonly namespace: RealNamespace;
  readonly owner: RealNamespace;
}

/** What an absent or forbidden interface answers. */
const MISSING: ReadonlySet<string> = new Set(["ENOSYS", "ENOENT", "ENODEV", "EPERM", "EOPNOTSUPP"]);

/** Enters a new network namespace, opens something that keeps it, and goes back; skips the test where that can't be made here. */
export async function holdByFile(context: Skippable, keeper: Keeper, what: HoldingFile): Promise<HeldByFile> {
  const held = await startActor(keeper, { through: ["unshare", "--mount", "--propagation", "private"] });
  return { held, pid: held.pid, ...(await holdFrom(context, held, what)), owner: namespaceOf(held.pid, "user") };
}

async function skipWhereMissing<T>(context: Skippable, what: HoldingFile, made: Promise<T>): Promise<T> {
  try {
    return await made;
  } catch (error) {
    if (error instanceof ActorError && MISSING.has(error.code)) context.skip(`needs ${what}: ${error.message}`);
    throw error;
  }
}

/** A socket that is registered in a ring of one process, and open in another. */
export interface SharedWithRing {
  /** The process with the ring, and its descriptor of that. */
  readonly ring: { readonly pid: number; readonly fd: number };
  /** The process with the socket, and its descriptor of that. */
  readonly socket: { readonly pid: number; readonly fd: number };
  /** Where the socket was made; it has no processes. */
  readonly namespace: RealNamespace;
}

/** Registers a socket in a ring which another process, of a lower or a higher PID, has as well. */
export async function shareWithRing(
  context: Skippable,
  keeper: Keeper,
  other: "lower" | "higher",
): Promise<SharedWithRing> {
  const actors = [await startActor(keeper), await startActor(keeper)].sort((a, b) => a.pid - b.pid);
  if (other === "lower") actors.reverse();
  const [ringed, sharing] = actors as [Actor, Actor];
  const { namespace, made: socket } = await whileAway(ringed, "net", () => ringed.socket(2, 2));
  const copy = await sharing.takeDescriptor(ringed.pid, socket);
  const fd = await skipWhereMissing(context, "socket in io_uring", register(ringed, socket));
  return { ring: { pid: ringed.pid, fd }, socket: { pid: sharing.pid, fd: copy }, namespace };
}

/** A process whose thread has a descriptor of its own by the number of another one of the main thread. */
export interface SameNumber {
  readonly pid: number;
  readonly tid: number;
  readonly fd: number;
  /** What the main thread's keeps, and what the thread's does. */
  readonly namespaces: readonly [RealNamespace, RealNamespace];
}

/** Has a main thread and another one keep network namespaces by descriptors of the same number and kind. */
export async function holdByNumber(context: Skippable, keeper: Keeper, what: "tun" | "inotify"): Promise<SameNumber> {
  const held = await startActor(keeper);
  const thread = await held.startThread();
  const first = await holdFrom(context, held, what);
  await thread.unshareFiles();
  await thread.close(first.fd);
  // The lowest numbers that are free are the same as before.
  const second = await holdFrom(context, thread, what);
  if (second.fd !== first.fd) throw new Error(`the thread's descriptor is ${second.fd}, and not ${first.fd}`);
  return { pid: held.pid, tid: thread.tid, fd: first.fd, namespaces: [first.namespace, second.namespace] };
}

async function holdFrom(
  context: Skippable,
  thread: ActorThread,
  what: HoldingFile,
): Promise<{ readonly fd: number; readonly namespace: RealNamespace }> {
  const hold = () => skipWhereMissing(context, what, openHolder(thread, what));
  const { namespace, made: fd } = await whileAway(thread, "net", hold);
  return { fd, namespace };
}

async function openHolder(held: ActorThread, what: HoldingFile): Promise<number> {
  switch (what) {
    case "tun":
      return held.openTun("");
    case "tap":
      return held.openTun("tap-of-a-test");
    case "inotify":
      return held.watch(NAMESPACE);
    case "fanotify":
      return held.watchAll(NAMESPACE);
    case "io_uring":
      return register(held, await held.open(NAMESPACE));
    case "socket in io_uring":
      return register(held, await held.socket(2, 2));
    case "mount-tree": {
      await held.mount("tmpfs", "/mnt");
      await held.makeFolder("/mnt/netns");
      await held.touch("/mnt/netns/blue");
      await held.bindMount(NAMESPACE, "/mnt/netns/blue");
      const fd = await held.openTree("/mnt");
      await held.unmount("/mnt/netns/blue");
      await held.unmount("/mnt");
      return fd;
    }
  }
}

async function register(held: ActorThread, file: number): Promise<number> {
  const ring = await held.registerFile(file);
  await held.close(file);
  return ring;
}
