import { join } from "node:path";
import { type Actor, type ActorThread, startActor } from "./actor.js";
import type { Keeper } from "./keeper.js";
import { namespaceOf, type RealNamespace } from "./real-namespace.js";
import { whileAway } from "./while-away.js";

/** Network namespaces that nothing but what a thread has open holds. */
export interface HeldInThread {
  readonly held: Actor;
  readonly pid: number;
  /** The thread that opened them. With a main thread that has exited, others have the same descriptors. */
  readonly tid: number;
  readonly fd: number;
  readonly byDescriptor: RealNamespace;
  readonly sockets: readonly [number, number];
  readonly bySockets: RealNamespace;
}

/** A thread's own file table (unshare(2) of CLONE_FILES), or that of a process whose main thread has exited. */
export async function holdInThread(keeper: Keeper, how: "own table" | "leader exited"): Promise<HeldInThread> {
  const held = await startActor(keeper);
  const thread = await held.startThread();
  if (how === "own table") await thread.unshareFiles();
  const home = await thread.open("/proc/thread-self/ns/net");
  await thread.unshare("net");
  const byDescriptor = thread.namespace("net");
  const fd = await thread.open("/proc/thread-self/ns/net");
  await thread.unshare("net");
  const bySockets = thread.namespace("net");
  const sockets = await thread.socketPair();
  await thread.setns(home);
  await thread.close(home);
  if (how === "leader exited") await held.exitLeader(thread);
  return { held, pid: held.pid, tid: thread.tid, fd, byDescriptor, sockets, bySockets };
}

/** A network namespace that a mount holds which only a thread sees: it is alone in its mount namespace. */
export interface MountedInThread {
  readonly held: Actor;
  readonly thread: ActorThread;
  readonly pid: number;
  readonly tid: number;
  readonly namespace: RealNamespace;
  readonly owner: RealNamespace;
  readonly mountNamespace: RealNamespace;
  readonly path: string;
}

/** Mounts a network namespace on a tmpfs that only one thread sees. */
export async function mountInThread(keeper: Keeper): Promise<MountedInThread> {
  const held = await startActor(keeper, { through: ["unshare", "--mount"] });
  const thread = await held.startThread();
  await thread.unshare("mnt");
  await thread.mount("tmpfs", keeper.directory);
  const path = join(keeper.directory, "name");
  await thread.touch(path);
  const { namespace } = await whileAway(thread, "net", () => thread.bindMount("/proc/thread-self/ns/net", path));
  const { pid } = held;
  const owner = namespaceOf(pid, "user");
  return { held, thread, pid, tid: thread.tid, namespace, owner, mountNamespace: thread.namespace("mnt"), path };
}

/** A process with an O_PATH descriptor of a file that is a socket: it is none, and holds nothing. */
export async function openSocketFile(keeper: Keeper): Promise<{ readonly pid: number; readonly fd: number }> {
  const held = await startActor(keeper);
  const path = join(keeper.directory, "socket");
  await held.makeSocketFile(path);
  return { pid: held.pid, fd: await held.openPath(path) };
}
