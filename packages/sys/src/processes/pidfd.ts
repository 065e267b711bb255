import { constants } from "node:fs";
import type { Problem } from "@ns-graph/graph";
import { ENOSYS, ESRCH } from "../kernel/errno.js";
import type { InterfaceName } from "../kernel/interfaces.js";
import { closeFd, syscall } from "../kernel/libc.js";
import { PIDFD_OPEN } from "../kernel/syscall-numbers.js";
import type { ScanContext } from "../scan/scan-context.js";
import { isThere } from "./proc-directory.js";
import type { Thread } from "./scanned-process.js";

/** `PIDFD_THREAD`, which is O_EXCL (include/uapi/linux/pidfd.h, Linux 6.9). */
const PIDFD_THREAD = constants.O_EXCL;

const OF_PIDFDS: readonly InterfaceName[] = ["pidfd_open", "pidfd_getfd", "PIDFD_GET_PID_FOR_CHILDREN"];
const PIDS_FOREIGN: Problem = { code: "PIDS_FOREIGN" };

/**
 * pidfd_open(2) (Linux 5.3; of a thread 6.9) of the process or thread whose directory in /proc is open: a descriptor or
 * -errno. Once the pidfd is there, the directory shows whether that process still had the PID; if it had, both are of one
 * process. Without a directory, it is of whoever has the PID.
 *
 * The PID is one of the viewer's own PID namespace. Where /proc shows those of another, no pidfd is opened: it would be
 * of some other process with that number, or of none.
 */
export function openPidfd(
  { budget, interfaces, isProcForeign }: ScanContext,
  { who, directory, prefix }: Omit<Thread, "directory"> & { readonly directory: number | undefined },
): number {
  if (isProcForeign) for (const name of OF_PIDFDS) interfaces.renounce(name, PIDS_FOREIGN);
  if (!interfaces.has("pidfd_open")) return -ENOSYS;
  const pidfd = budget.open(() => syscall(PIDFD_OPEN, who.tid ?? who.pid, who.tid === undefined ? 0 : PIDFD_THREAD));
  if (pidfd === -ENOSYS) interfaces.markAbsent("pidfd_open", "ENOSYS");
  if (pidfd >= 0 && directory !== undefined && !isThere(directory, `${prefix}status`)) {
    closeFd(pidfd);
    return -ESRCH;
  }
  return pidfd;
}
