import { type Actor, ActorError, startActor } from "./actor.js";
import type { Keeper } from "./keeper.js";
import { namespaceOf, type RealNamespace } from "./real-namespace.js";
import type { Skippable } from "./requirement.js";

/** What holds a namespace by a descriptor that does not lead to it. */
export type HoldingFile = "tun" | "tap" | "inotify" | "fanotify" | "io_uring" | "socket in io_uring" | "mount-tree";

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
  const home = await held.open("/proc/thread-self/ns/net");
  await held.unshare("net");
  const namespace = held.namespace("net");
  try {
    const fd = await openHolder(held, what);
    await held.setns(home);
    await held.close(home);
    return { held, pid: held.pid, fd, namespace, owner: namespaceOf(held.pid, "user") };
  } catch (error) {
    if (error instanceof ActorError && MISSING.has(error.code)) context.skip(`needs ${what}: ${error.message}`);
    throw error;
  }
}

const NAMESPACE = "/proc/thread-self/ns/net";

async function openHolder(held: Actor, what: HoldingFile): Promise<number> {
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

async function register(held: Actor, file: number): Promise<number> {
  const ring = await held.registerFile(file);
  await held.close(file);
  return ring;
}
