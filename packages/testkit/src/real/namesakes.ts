import { type Actor, startActor } from "./actor.js";
import type { Keeper } from "./keeper.js";
import { startWithForeignProc } from "./start-container.js";

/** Two processes that have the same PID, each in its own PID namespace. */
export interface Namesakes {
  /** In the caller's PID namespace. */
  readonly outside: Actor;
  /** In the inner one. */
  readonly inside: Actor;
  /** The start of a command line that runs the rest of it in the inner one, where /proc shows the outer one. */
  readonly enter: readonly string[];
}

/** Starts them; the number is chosen by ns_last_pid (proc_sys_kernel(5), Linux 3.3). */
export async function startNamesakes(keeper: Keeper): Promise<Namesakes> {
  const outside = await startActor(keeper);
  const { enter } = await startWithForeignProc(keeper);
  const script = 'echo "$1" >/proc/sys/kernel/ns_last_pid; shift; "$@"; exit "$?"';
  const inside = await startActor(keeper, { through: [...enter, "sh", "-c", script, "sh", String(outside.pid - 1)] });
  return { outside, inside, enter };
}
