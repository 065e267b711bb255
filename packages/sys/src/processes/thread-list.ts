import { errnoName, isGone } from "../kernel/errno.js";
import { O_DIRECTORY, openAt } from "../kernel/libc.js";
import { isEnding, listWithin } from "./proc-directory.js";
import type { OtherThread, ScannedProcess } from "./scanned-process.js";

/** The threads of a process besides the main one, and the directory of all, which is to be closed. */
export interface ThreadList {
  readonly directory: number | undefined;
  readonly others: readonly OtherThread[];
}

const NONE: ThreadList = { directory: undefined, others: [] };

/** Lists /proc/PID/task, where there is more than the main thread. */
export function listThreads(process: ScannedProcess): ThreadList {
  const { context, pid, share, findings } = process;
  if (process.threads < 2 || process.isUnreadable) return NONE;
  const directory = context.budget.open(() => openAt(process.directory, "task", O_DIRECTORY));
  const { numbers: tids, failed, isCut } = listWithin(share, "threads", directory);
  if (failed < 0 && !(isGone(failed) && isEnding(process.directory)))
    findings.fail({ code: "THREADS_UNREADABLE", pid, errno: errnoName(-failed) });
  if (directory < 0) return NONE;
  if (isCut) findings.fail(share.leftOut("threads", { pid }, Math.max(1, process.threads - tids.length)));
  const others = tids
    .filter((tid) => tid !== pid)
    .map((tid): OtherThread => ({ who: { pid, tid }, directory, prefix: `${tid}/` }));
  return { directory, others };
}
