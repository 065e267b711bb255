import { type Actor, type ActorThread, startActor } from "./actor.js";
import type { Keeper } from "./keeper.js";
import type { RealNamespace } from "./real-namespace.js";

/** A process one of whose threads is in other namespaces than its main thread. */
export interface ThreadApart {
  readonly held: Actor;
  readonly thread: ActorThread;
  readonly pid: number;
  readonly tid: number;
  /** What that thread alone is in. */
  readonly net: RealNamespace;
  readonly uts: RealNamespace;
}

/** Starts a process one of whose threads unshares net and uts. */
export async function unshareInThread(keeper: Keeper, actor?: Actor): Promise<ThreadApart> {
  const held = actor ?? (await startActor(keeper));
  const thread = await held.startThread();
  await thread.unshare("net", "uts");
  return { held, thread, pid: held.pid, tid: thread.tid, net: thread.namespace("net"), uts: thread.namespace("uts") };
}

/** Does the same and then ends the main thread: the process is a zombie, and its other threads live on. */
export async function exitLeader(keeper: Keeper): Promise<ThreadApart> {
  const apart = await unshareInThread(keeper);
  await apart.held.exitLeader(apart.thread);
  return apart;
}
