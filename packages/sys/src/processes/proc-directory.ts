import type { Share } from "../budget/scan-budget.js";
import { EACCES, isGone } from "../kernel/errno.js";
import { existsAt, listNumbers, readFileAt } from "../kernel/libc.js";

/** The numbers among the entries of an open directory (or -errno), as far as the share goes: what was listed, and why no more was. */
export function listWithin(
  share: Share,
  kind: "descriptors" | "threads",
  directory: number,
): { readonly numbers: readonly number[]; readonly failed: number; readonly isCut: boolean } {
  const numbers: number[] = [];
  if (directory < 0) return { numbers, failed: directory, isCut: false };
  let isCut = false;
  const failed = listNumbers(directory, numbers, (count) => {
    const granted = share.take(kind, count);
    isCut = granted < count;
    return granted;
  });
  return { numbers, failed, isCut };
}

/** Whether an errno may mean that a process has gone; EACCES is what a link of one that is just leaving gives. */
export function mayMeanGone(errno: number): boolean {
  return isGone(errno) || errno === -EACCES;
}

/**
 * Whether a failed call on the directory of a process failed because the process has gone. A descriptor of /proc/PID
 * never leads to another process that was given the same PID.
 */
export function hasGone(directory: number, errno: number): boolean {
  return mayMeanGone(errno) && !isThere(directory, "status");
}

/** Whether a process's (or thread's) file is there; a failure of any other kind than that it is not says nothing. */
export function isThere(directory: number, file: string): boolean {
  return !isGone(existsAt(directory, file));
}

const PF_EXITING = 0x4;
/** Position of the flags after the name, which is in parentheses and may hold anything. */
const FLAGS = 6;

/**
 * Whether a thread has begun to end, or has ended: then its files and namespaces go one after the other. The flags of
 * proc_pid_stat(5) say so (PF_EXITING, include/linux/sched.h); `prefix` leads from the directory to those of the thread.
 */
export function isEnding(directory: number, prefix = ""): boolean {
  const stat = readFileAt(directory, `${prefix}stat`, "single");
  if (typeof stat === "number") return isGone(stat);
  const fields = stat.toString("latin1", stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[FLAGS]) & PF_EXITING) !== 0;
}

/** Position of the pages of program code in proc_pid_statm(5). */
const CODE = 3;

/**
 * Whether a process may be in the middle of execve(2), as far as a file tells that is read in less time than `status`: it has
 * memory, and none of it is the code of a program. Neither file waits for the end of that, as everything else may.
 */
export function mayBeExecuting(directory: number): boolean {
  const statm = readFileAt(directory, "statm", "single");
  if (typeof statm === "number") return false;
  const fields = statm.toString("latin1").split(" ");
  return fields[0] !== "0" && fields[CODE] === "0";
}
