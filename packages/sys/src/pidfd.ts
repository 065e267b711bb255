import { constants } from "node:fs";
import type { DescriptorBudget } from "./descriptor-budget.js";
import { ESRCH } from "./errno.js";
import { closeFd, syscall } from "./libc.js";
import { isThere } from "./proc-directory.js";
import { PIDFD_GETFD, PIDFD_OPEN } from "./syscall-numbers.js";

/** `PIDFD_THREAD`, which is O_EXCL (include/uapi/linux/pidfd.h, Linux 6.9). */
const PIDFD_THREAD = constants.O_EXCL;

/**
 * pidfd_open(2) (Linux 5.3) of the process whose /proc directory is open: a descriptor or -errno. Once the pidfd is
 * there, the directory tells whether that process still had the PID; if it had, both are of one process.
 */
export function openPidfd(budget: DescriptorBudget, pid: number, directory: number): number {
  return openLiving(budget, pid, 0, directory, "status");
}

/** The same of one of its threads (Linux 6.9); `directory` is that of all its threads. */
export function openThreadPidfd(budget: DescriptorBudget, tid: number, directory: number): number {
  return openLiving(budget, tid, PIDFD_THREAD, directory, `${tid}/status`);
}

function openLiving(budget: DescriptorBudget, id: number, flags: number, directory: number, file: string): number {
  const pidfd = budget.open(() => syscall(PIDFD_OPEN, id, flags));
  if (pidfd >= 0 && !isThere(directory, file)) {
    closeFd(pidfd);
    return -ESRCH;
  }
  return pidfd;
}

/** pidfd_getfd(2) (Linux 5.6): a copy of another process's descriptor, or -errno. */
export function copyDescriptor(budget: DescriptorBudget, pidfd: number, fd: number): number {
  return budget.open(() => syscall(PIDFD_GETFD, pidfd, fd));
}
