import { constants } from "node:os";

const names = new Map<number, string>();
// Some numbers have two names; those that manual pages use for the calls made here come first in the table of Node.
for (const [name, number] of Object.entries(constants.errno)) if (!names.has(number)) names.set(number, name);

/** The name of an errno, such as `EACCES`; a number without a name stands as `errno 524`. */
export function errnoName(errno: number): string {
  return names.get(errno) ?? `errno ${errno}`;
}

/** Whether a call answered that a file, and the process that it is of, is not there any more. */
export function isGone(result: number): boolean {
  return result === -ENOENT || result === -ESRCH;
}

/** The errnos this package tells apart, as this platform numbers them. */
export const {
  EACCES,
  EAGAIN,
  EBADF,
  EFBIG,
  EINTR,
  EINVAL,
  EIO,
  EMFILE,
  ENFILE,
  ENOENT,
  ENOSYS,
  ENOTTY,
  EOPNOTSUPP,
  EPERM,
  ESRCH,
  ESTALE,
  EXDEV,
} = constants.errno;
