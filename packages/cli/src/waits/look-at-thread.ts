import { readFileSync, readlinkSync } from "node:fs";
import { constants } from "node:os";

/** Signals that end a run. Node handles them, in the main thread, so that they end nothing while that waits. */
const ENDING = [constants.signals.SIGINT, constants.signals.SIGTERM, constants.signals.SIGHUP];

/** What is seen of a main thread that waits. */
export interface WaitingThread {
  /** A text that stays the same as long as it was not given a processor once. */
  readonly rest: string;
  /** The number of a signal that it would end by, if it did not wait. */
  readonly signal: number | undefined;
}

/** Looks at the main thread of this process (proc_pid_status(5)); undefined where it does not wait, but runs or is stopped. */
export function lookAtThread(): WaitingThread | undefined {
  const status = readStatus();
  if (status === undefined || !/^State:\t[DS]/m.test(status)) return undefined;
  const rest = /^voluntary_ctxt_switches:.*\nnonvoluntary_ctxt_switches:.*$/m.exec(status)?.[0];
  if (rest === undefined) return undefined;
  const pending = BigInt(`0x${/^ShdPnd:\t([0-9a-f]+)$/m.exec(status)?.[1] ?? "0"}`);
  return { rest, signal: ENDING.find((signal) => ((pending >> BigInt(signal - 1)) & 1n) === 1n) };
}

/** The number of the main thread is that of the process, in the PID namespace that /proc shows. */
function readStatus(): string | undefined {
  try {
    return readFileSync(`/proc/self/task/${readlinkSync("/proc/self")}/status`, "latin1");
  } catch {
    return undefined;
  }
}
