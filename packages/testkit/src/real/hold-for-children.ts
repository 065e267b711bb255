import { type Actor, type ActorThread, startActor } from "./actor.js";
import type { Held, Keeper } from "./keeper.js";
import { waiting } from "./keeper.js";
import { namespaceOf, type RealNamespace } from "./real-namespace.js";

/** A namespace without members that the next child of a process would be put into. */
export interface HeldForChildren {
  readonly held: Held;
  readonly pid: number;
  /** The thread, where it is not the main one. */
  readonly tid?: number;
  /** Undefined where this kernel has no way to ask (a PID namespace before its first process, before Linux 6.11). */
  readonly namespace: RealNamespace | undefined;
  /** Where the process itself is. */
  readonly own: RealNamespace;
}

/** unshare(2) of a time or PID namespace before the first child, on the main thread or on another one, which may then survive it. */
export async function holdForChildren(
  keeper: Keeper,
  type: "pid" | "time",
  where: "main" | "thread" | "survivor" = "main",
  actor?: Actor,
): Promise<HeldForChildren> {
  const held = actor ?? (await startActor(keeper));
  const thread = where === "main" ? held : await held.startThread();
  await thread.unshare(type);
  const namespace = await readForChildren(thread, type);
  const own = namespaceOf(held.pid, type);
  if (where === "survivor") await held.exitLeader(thread);
  return { held, pid: held.pid, ...(where === "main" ? {} : { tid: thread.tid }), namespace, own };
}

/** Which namespace the next child of a thread will be in; undefined where this kernel has no way to ask. */
export async function readForChildren(thread: ActorThread, type: "pid" | "time"): Promise<RealNamespace | undefined> {
  try {
    return thread.namespace(`${type}_for_children`);
  } catch {
    // Up to Linux 7.0 the link of a PID namespace without a first process can't be read.
  }
  const fd = await thread.pidForChildren().catch(() => undefined);
  if (fd === undefined) return undefined;
  const namespace = await thread.namespaceAt(fd, type);
  await thread.close(fd);
  return namespace;
}

/** A PID namespace whose first process has ended and was reaped, and which so can have no other; its maker lives. */
export async function outliveInit(keeper: Keeper): Promise<HeldForChildren> {
  const held = await keeper.start(["unshare", "--pid", ...waiting("(:)")]);
  const { pid } = held;
  return { held, pid, namespace: namespaceOf(pid, "pid_for_children"), own: namespaceOf(pid, "pid") };
}
