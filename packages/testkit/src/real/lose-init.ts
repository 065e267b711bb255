import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Actor, startActor } from "./actor.js";
import type { Held, Keeper } from "./keeper.js";
import { namespaceOf, type RealNamespace } from "./real-namespace.js";

/** A PID namespace whose init has ended and is still there, and the process that has it for its children. */
export interface LostInit {
  readonly held: Held;
  /** The process that made the namespace, and is not in it. */
  readonly pid: number;
  readonly initPid: number;
  readonly namespace: RealNamespace;
}

/** A shell script that runs until the process that its first argument names has become cat(1), which reaps nobody. */
const UNTIL_UNREAPED = 'until [ "$(cat "/proc/$1/comm")" = cat ]; do sleep 0.01; done';

/**
 * Makes a PID namespace and lets its init end.
 *
 * - `zombie`: its parent does not reap it
 * - `ending`: another process in the namespace is a zombie that its parent outside does not reap, and for which the init waits
 */
export async function loseInit(keeper: Keeper, left: "zombie" | "ending"): Promise<LostInit> {
  const other = join(keeper.directory, "other");
  const untilOther = 'until [ -s "$2" ] && grep -q "^[0-9]* (.*) Z" "/proc/$(cat "$2")/stat"; do sleep 0.01; done';
  const inits = left === "zombie" ? UNTIL_UNREAPED : untilOther;
  const script = `sh -c "$1" sh $$ "$3" & echo "$!"; [ -z "$2" ] || { sh -c "$2" sh $$ & echo "$!" >"$3"; }; echo ready; exec cat`;
  const others = left === "zombie" ? "" : UNTIL_UNREAPED;
  const held = await keeper.start(["unshare", "--pid", "sh", "-c", script, "sh", inits, others, other]);
  const initPid = Number(held.lines[0]);
  const status = (): string => readFileSync(`/proc/${initPid}/status`, "utf8");
  // Without memory it has ended, and what is no zombie then waits for others.
  while (status().includes("\nVmSize:") || status().includes("\nState:\tZ") !== (left === "zombie")) await sleep(5);
  return { held, pid: held.chain[0] ?? 0, initPid, namespace: namespaceOf(initPid, "pid") };
}

/** A PID namespace whose init has another thread running after its main one, whose state is that of a zombie. */
export async function outliveMainThread(
  keeper: Keeper,
): Promise<{ readonly held: Actor; readonly namespace: RealNamespace }> {
  const held = await startActor(keeper, { through: ["unshare", "--pid", "--fork"] });
  const namespace = held.namespace("pid");
  await held.exitLeader(await held.startThread());
  return { held, namespace };
}
