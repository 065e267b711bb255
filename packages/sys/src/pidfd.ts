import type { DescriptorBudget } from "./descriptor-budget.js";
import { ESRCH } from "./errno.js";
import { closeFd, existsAt, syscall } from "./libc.js";
import { PIDFD_GETFD, PIDFD_OPEN } from "./syscall-numbers.js";

/**
 * pidfd_open(2) (Linux 5.3) of the process whose /proc directory is open: a descriptor or -errno. Once the pidfd is
 * there, the directory tells whether that process still had the PID; if it had, both are of one process.
 */
export function openPidfd(budget: DescriptorBudget, pid: number, directory: number): number {
  const pidfd = budget.open(() => syscall(PIDFD_OPEN, pid));
  if (pidfd >= 0 && existsAt(directory, "status") < 0) {
    closeFd(pidfd);
    return -ESRCH;
  }
  return pidfd;
}

/** pidfd_getfd(2) (Linux 5.6): a copy of another process's descriptor, or -errno. */
export function copyDescriptor(budget: DescriptorBudget, pidfd: number, fd: number): number {
  return budget.open(() => syscall(PIDFD_GETFD, pidfd, fd));
}
