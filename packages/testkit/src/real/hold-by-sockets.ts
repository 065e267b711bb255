import { type Actor, startActor } from "./actor.js";
import type { Keeper } from "./keeper.js";
import { namespaceOf, type RealNamespace } from "./real-namespace.js";
import { whileAway } from "./while-away.js";

/** A network namespace without processes and descriptors of its own, in which sockets were made. */
export interface HeldBySockets {
  readonly held: Actor;
  readonly pid: number;
  /** Both ends of the pair. */
  readonly fds: readonly [number, number];
  readonly namespace: RealNamespace;
  readonly owner: RealNamespace;
}

/** Enters a new network namespace, makes a pair of sockets there, and goes back. The actor is a new one if none is given. */
export async function holdBySockets(keeper: Keeper, actor?: Actor): Promise<HeldBySockets> {
  const held = actor ?? (await startActor(keeper));
  const { namespace, made: fds } = await whileAway(held, "net", () => held.socketPair());
  return { held, pid: held.pid, fds, namespace, owner: namespaceOf(held.pid, "user") };
}

/** A network namespace that only a descriptor in flight between two sockets holds: nothing in /proc names it. */
export interface HeldInFlight {
  readonly held: Actor;
  readonly pid: number;
  readonly namespace: RealNamespace;
  readonly owner: RealNamespace;
}

/** Sends a descriptor of a new namespace over a socket that nobody reads, and closes it. */
export async function holdInFlight(
  keeper: Keeper,
  type: "ipc" | "net" | "uts" = "uts",
  actor?: Actor,
): Promise<HeldInFlight> {
  const held = actor ?? (await startActor(keeper));
  const home = await held.open(`/proc/thread-self/ns/${type}`);
  // Sockets hold the network namespace they are made in: these are of the one that everybody is in.
  await held.unshare(type);
  const away = await held.open(`/proc/thread-self/ns/${type}`);
  const namespace = await held.namespaceAt(away, type);
  await held.setns(home);
  await held.sendDescriptor(away);
  await held.close(home);
  await held.close(away);
  return { held, pid: held.pid, namespace, owner: namespaceOf(held.pid, "user") };
}
