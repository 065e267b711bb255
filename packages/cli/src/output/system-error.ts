import { NsGraphError, printable } from "@ns-graph/graph";

/** Whoever read the output has gone: no failure, but there is nothing more to do. */
export class ClosedPipe extends Error {
  override readonly name = "ClosedPipe";
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EBADF: "it is closed",
  EBUSY: "it is in use, as a mount point perhaps",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file would be larger than allowed",
  EIO: "the device failed",
  EISDIR: "it is a directory",
  ELOOP: "its symbolic links lead in a circle, or where they must not",
  EMFILE: "too many files are open",
  ENAMETOOLONG: "the name is too long",
  ENOENT: "there is no such directory",
  ENOSPC: "no space is left",
  ENOTDIR: "the path leads through something that is no directory",
  ENXIO: "nobody is at the other end",
  EPERM: "not permitted",
  EROFS: "the file system is read-only",
  ESTALE: "something else was put in its place meanwhile",
  ETXTBSY: "it is a program that runs",
};

/** An error of open(2), write(2), rename(2) and their like, in words; a closed pipe is an error of its own. */
export function describeWriteError(error: unknown, name: string): Error {
  if (error instanceof NsGraphError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "EPIPE") return new ClosedPipe("nobody reads any more", { cause: error });
  const reason = code === undefined ? message : describeCode(code);
  return new NsGraphError("WRITE_FAILED", `could not write to ${printable(name)}: ${reason}`, { cause: error });
}

/** An error of open(2) and read(2) in words; any other one as it is. */
export function describeReadError(error: unknown, name: string): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (syscall === undefined || code === undefined) return error;
  const reason = code === "ENOENT" ? "there is no such file (ENOENT)" : describeCode(code);
  return new NsGraphError("READ_FAILED", `could not read ${printable(name)}: ${reason}`, { cause: error });
}

function describeCode(code: string): string {
  return `${REASONS[code] ?? "the system refuses"} (${code})`;
}
