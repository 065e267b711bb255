import { EACCES, ENOENT, ESRCH } from "./errno.js";
import { existsAt } from "./libc.js";

/** Whether an errno may mean that a process has gone; EACCES is what a link of one that is just leaving gives. */
function mayMeanGone(errno: number): boolean {
  return errno === -ENOENT || errno === -ESRCH || errno === -EACCES;
}

/**
 * Whether a failed call on the directory of a process failed because the process has gone. A descriptor of /proc/PID
 * never leads to another process that was given the same PID.
 */
export function hasGone(directory: number, errno: number): boolean {
  return mayMeanGone(errno) && !isThere(directory, "status");
}

/** Whether a process's (or thread's) file is there; a failure of any other kind than that it is not tells nothing. */
export function isThere(directory: number, file: string): boolean {
  const exists = existsAt(directory, file);
  return exists !== -ENOENT && exists !== -ESRCH;
}
