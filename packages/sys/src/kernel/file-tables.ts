import { syscall } from "./libc.js";
import { isSince } from "./release.js";
import { KCMP } from "./syscall-numbers.js";

/** enum kcmp_type (include/uapi/linux/kcmp.h). */
const KCMP_FILES = 2;

/**
 * Until Linux 5.7 kcmp(2) waits for the whole of an execve(2) of the process (cred_guard_mutex), and that for a debugger that may
 * never let go of another of its threads. Since then it waits for the last part alone (exec_update_lock), as reading a link does.
 */
const WAITS_FOR_NO_DEBUGGER = isSince(5, 7);

/**
 * The file tables of one process's threads, which usually are one: a thread has its own after unshare(2) of CLONE_FILES.
 *
 * kcmp(2) answers whether two threads share theirs, in one call where reading each table would take one for each
 * descriptor. It is an option of the kernel (CONFIG_KCMP, since 5.12 by itself), and seccomp or a security module may
 * refuse it.
 */
export class FileTables {
  /** A thread of each table, in the order that the kernel gives the tables. */
  readonly #sorted: number[] = [];

  /** Notes a thread's table: whether it is a `new` one, `known`, or that is not known. TIDs are those of the viewer's PID namespace. */
  note(tid: number): "new" | "known" | "unknown" {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const order = compare(tid, this.#sorted[middle] as number);
      if (order === "same") return "known";
      if (order === "unknown") return "unknown";
      if (order === "before") high = middle;
      else low = middle + 1;
    }
    this.#sorted.splice(low, 0, tid);
    return "new";
  }
}

function compare(tid: number, other: number): "same" | "before" | "after" | "unknown" {
  if (KCMP === undefined || !WAITS_FOR_NO_DEBUGGER) return "unknown";
  const result = syscall(KCMP, tid, other, KCMP_FILES);
  return result === 0 ? "same" : result === 1 ? "before" : result === 2 ? "after" : "unknown";
}
