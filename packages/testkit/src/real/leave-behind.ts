import { setTimeout as sleep } from "node:timers/promises";
import { type Actor, startActor } from "./actor.js";
import type { Held, Keeper } from "./keeper.js";
import { waitingShell } from "./keeper.js";
import { readProcessEntry } from "./process-table.js";
import { namespaceOf, type RealNamespace } from "./real-namespace.js";

/** A network namespace without processes whose owner, without processes too, was made by an ordinary user. */
export interface LeftBehind {
  readonly held: Held;
  readonly pid: number;
  readonly fd: number;
  readonly namespace: RealNamespace;
  readonly owner: RealNamespace;
  readonly ownerUid: number;
}

/** Opens a network namespace that a user made in a user namespace of their own, and lets its processes end. */
export async function leaveBehind(keeper: Keeper, ownerUid = 65534, actor?: Actor): Promise<LeftBehind> {
  const held = actor ?? (await startActor(keeper));
  const maker = await keeper.start([
    ...["setpriv", `--reuid=${ownerUid}`, `--regid=${ownerUid}`, "--clear-groups"],
    ...["unshare", "--user", "--map-root-user", "--net", ...waitingShell()],
  ]);
  const fd = await held.open(`/proc/${maker.pid}/ns/net`);
  const namespace = maker.namespace("net");
  const owner = maker.namespace("user");
  await maker.stop();
  return { held, pid: held.pid, fd, namespace, owner, ownerUid };
}

/** A process that has ended and is not reaped. */
export interface Zombie {
  readonly held: Held;
  /** The zombie. */
  readonly pid: number;
  readonly ppid: number;
  /** What a zombie still has: its user namespace, which is its own, and the caller's PID namespace. */
  readonly user: RealNamespace;
  readonly pidNamespace: RealNamespace;
}

/** Makes a zombie that is in a user namespace of its own. */
export async function makeZombie(keeper: Keeper): Promise<Zombie> {
  // A shell may reap what it does not wait for; `cat` never does. So the child ends when its parent has become that.
  const child = 'until [ "$(cat "/proc/$PPID/comm")" = cat ]; do sleep 0.01; done';
  const script = 'unshare --user --map-root-user sh -c "$1" & echo "$!"; echo ready; exec cat';
  const held = await keeper.start(["sh", "-c", script, "sh", child]);
  const pid = Number(held.lines[0]);
  while (readProcessEntry(pid)?.state !== "Z") {
    if (readProcessEntry(pid) === undefined) throw new Error(`${pid} was reaped`);
    await sleep(5);
  }
  const ppid = held.chain[0] ?? 0;
  return { held, pid, ppid, user: namespaceOf(pid, "user"), pidNamespace: namespaceOf(pid, "pid") };
}
