import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { replaceProgram } from "@ns-graph/sys";

export { endBySignal } from "@ns-graph/sys";

import { HANDOVER, nextHandover } from "./handover.js";
import { clock, Stage, type WatchedReading } from "./watched-reading.js";

/**
 * Begins the run anew, without the process that makes it wait, while the main thread is still waiting: execve(2) ends all
 * other threads, also where nothing but a fatal signal ends what they wait for. PID, descriptors and everything else that
 * the one who started it knows of it stay the same, and nothing was written yet.
 */
export async function takeOver(reading: WatchedReading): Promise<void> {
  const { asked, stage, program, args, handover, timeout } = reading;
  const pid = Atomics.load(asked, 0);
  const mountNamespace = Atomics.load(asked, 1);
  const isLate = clock() - handover.since > timeout * 2;
  const next = nextHandover(handover, { pid, uid: await findUser(pid), mountNamespace }, isLate);
  // From here on the main thread writes nothing, should its wait end just now.
  if (Atomics.compareExchange(stage, 0, Stage.reading, Stage.takenOver) !== Stage.reading) return;
  replaceProgram({
    path: program,
    args,
    variables: { [HANDOVER]: JSON.stringify(next) },
    descriptors: [0, 1, 2, ...args.flatMap(descriptorsIn)],
  });
  // Something forbids it. SIGALRM will end the run.
  Atomics.store(stage, 0, Stage.over);
  Atomics.notify(stage, 0);
}

/** The descriptors that an argument names, as `/dev/fd/3` does. */
function descriptorsIn(arg: string): number[] {
  return [...arg.matchAll(/\/fd\/(\d{1,7})/g)].map(([, number]) => Number(number));
}

/** So many milliseconds the answer to whose process it is may take. */
const SOON = 500;

/**
 * Who started a process: `status` is not known to wait, but would be waited for here. The owner of its folder in /proc
 * is the next best (root where the process lets itself not be looked at).
 */
async function findUser(pid: number): Promise<number> {
  const status = await Promise.race([readFile(`/proc/${pid}/status`, "latin1").catch(() => ""), sleep(SOON, "")]);
  const uids = /^Uid:\t(\d+)\t(\d+)/m.exec(status);
  if (uids === null) return statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid ?? 0;
  // A process of root's that has become somebody's is theirs.
  return Number(uids[1]) || Number(uids[2]);
}
