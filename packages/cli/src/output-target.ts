import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
  type Stats,
  statSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { NsGraphError, printable } from "@ns-graph/graph";

/**
 * What --output leads to.
 *
 * - `descriptor`: one that is open already (`-`, `/dev/stdout`, `/dev/fd/N`)
 * - `direct`: a pipe, device or socket, which can only be written to as it is
 * - `file`: a regular file, which is there or not, at a path without symbolic links
 */
export type OutputTarget =
  | { readonly kind: "descriptor"; readonly fd: number }
  | { readonly kind: "direct"; readonly path: string }
  | { readonly kind: "file"; readonly path: string; readonly existing: Stats | undefined };

const MAX_LINKS = 40;
const STICKY = 0o1000;
const OTHERS_WRITABLE = 0o002;

/** Finds out what a path given to --output leads to. Errors are those of the system calls. */
export function resolveOutput(path: string): OutputTarget {
  const fd = openDescriptor(path);
  if (fd !== undefined) return { kind: "descriptor", fd };
  if (path.endsWith("/")) throw systemError("EISDIR");
  // In bigints: the answer for a pipe would else mislead Node's realpath, as real-system.ts tells.
  const existing = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (existing?.isDirectory()) throw systemError("EISDIR");
  if (existing !== undefined && !existing.isFile()) return { kind: "direct", path };
  const followed = followLinks(path);
  const real = join(realpathSync(dirname(followed)), basename(followed));
  // A file that may not be written to is not to be replaced either, though its directory would allow it.
  if (existing !== undefined) return { kind: "file", path: real, existing: statWritable(real) };
  return { kind: "file", path: real, existing: undefined };
}

function openDescriptor(path: string): number | undefined {
  if (path === "-" || path === "/dev/stdout") return 1;
  if (path === "/dev/stderr") return 2;
  const number = /^\/(?:dev|proc\/self)\/fd\/(\d{1,7})$/.exec(path)?.[1];
  return number === undefined ? undefined : Number(number);
}

function statWritable(path: string): Stats {
  const fd = openSync(path, constants.O_WRONLY | constants.O_NOFOLLOW);
  try {
    return fstatSync(fd);
  } finally {
    closeSync(fd);
  }
}

function followLinks(path: string): string {
  let current = resolve(path);
  for (let links = 0; links < MAX_LINKS; links++) {
    const stat = lstatSync(current, { throwIfNoEntry: false });
    if (!stat?.isSymbolicLink()) return current;
    const directory = realpathSync(dirname(current));
    refusePlanted(current, stat, statSync(directory));
    current = resolve(directory, readlinkSync(current));
  }
  throw systemError("ELOOP");
}

/** What the kernel does for open(2) where fs.protected_symlinks is set (proc_sys_fs(5)): rename(2) has no such guard. */
function refusePlanted(path: string, link: Stats, directory: Stats): void {
  const isShared = (directory.mode & STICKY) !== 0 && (directory.mode & OTHERS_WRITABLE) !== 0;
  if (!isShared || link.uid === process.geteuid?.() || link.uid === directory.uid) return;
  throw new NsGraphError(
    "WRITE_FAILED",
    `could not write to ${printable(path)}: it is a symbolic link that somebody else (uid ${link.uid}) put into a shared directory`,
  );
}

function systemError(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(code), { code });
}
