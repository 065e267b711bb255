import type { NamespaceId } from "@ns-graph/graph";
import { ENOENT, ESRCH, errnoName } from "../kernel/errno.js";
import { listNumbers, O_DIRECTORY, openAt } from "../kernel/libc.js";
import type { Findings } from "../places/findings.js";
import type { ScanContext, ScannedProcess } from "../scan/scan-context.js";
import { isEnding } from "./proc-directory.js";

/** A thread, main or not, and where the kernel tells of it. */
export interface Thread {
  /** How pins and problems name it: the main thread by its process alone. */
  readonly who: { readonly pid: number; readonly tid?: number };
  /** What its paths begin at: the process's directory, or that of all its threads. */
  readonly directory: number;
  /** What its paths begin with. */
  readonly prefix: string;
}

/** One that is not the main thread. */
export interface OtherThread extends Thread {
  readonly who: { readonly pid: number; readonly tid: number };
}

/** The threads of a process besides the main one, and the directory of all, which is to be closed. */
export interface ThreadList {
  readonly directory: number | undefined;
  readonly others: readonly OtherThread[];
}

const NONE: ThreadList = { directory: undefined, others: [] };

export function mainThread({ pid, directory }: ScannedProcess): Thread {
  return { who: { pid }, directory, prefix: "" };
}

/** Lists /proc/PID/task, where there is more than the main thread. */
export function listThreads(context: ScanContext, process: ScannedProcess, findings: Findings): ThreadList {
  if (process.threads < 2 || process.isUnreadable) return NONE;
  const { pid } = process;
  const directory = context.budget.open(() => openAt(process.directory, "task", O_DIRECTORY));
  const noteFailure = (errno: number): void => {
    if ((errno === ENOENT || errno === ESRCH) && isEnding(process.directory)) return;
    findings.fail({ code: "THREADS_UNREADABLE", pid, errno: errnoName(errno) });
  };
  if (directory < 0) {
    noteFailure(-directory);
    return NONE;
  }
  const tids: number[] = [];
  let isCut = false;
  const listed = listNumbers(directory, tids, (count) => {
    const granted = process.share.take("threads", count);
    isCut = granted < count;
    return granted;
  });
  if (listed < 0) noteFailure(-listed);
  if (isCut) findings.fail(process.share.leftOut("threads", { pid }, Math.max(1, process.threads - tids.length)));
  const others = tids
    .filter((tid) => tid !== pid)
    .map((tid): OtherThread => ({ who: { pid, tid }, directory, prefix: `${tid}/` }));
  return { directory, others };
}

/** How many threads of one mount namespace are remembered. */
const SAMPLE = 16;

/** Threads that are in another mount namespace than their main thread: it may have no other member to look through. */
export class ThreadsApart {
  readonly #byMountNamespace = new Map<NamespaceId, number[]>();

  note(mountNamespace: NamespaceId, tid: number): void {
    const tids = this.#byMountNamespace.get(mountNamespace) ?? [];
    if (tids.length < SAMPLE) tids.push(tid);
    this.#byMountNamespace.set(mountNamespace, tids);
  }

  /** TIDs: /proc/TID is there for each (proc_tid(5)), though /proc does not list it. */
  in(mountNamespace: NamespaceId): readonly number[] {
    return this.#byMountNamespace.get(mountNamespace) ?? [];
  }
}
