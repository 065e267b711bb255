import { decodeBytes } from "../bytes.js";
import { AT_FDCWD, O_DIRECTORY, O_PATH, openAt, readFileAt } from "../libc.js";
import { type MountLine, parseMountinfo } from "../mountinfo.js";
import type { ScanContext } from "../scan-context.js";
import { ownPidInProc } from "../viewer.js";
import { type ListedMount, listOutsideRoot } from "./mount-list.js";

/**
 * The root directory of the viewer. The text of a process's link `root` is relative to it: `/` means the same
 * directory, or, of a process in the viewer's mount namespace, that the viewer's lies below it.
 */
export interface OwnRoot {
  readonly pid: number;
  /** Descriptor of /proc/self. */
  readonly directory: number;
  /** The viewer's mountinfo; undefined where it could not be read. */
  readonly mountinfo: string | undefined;
  /** The number of the mount that its root is the root of. */
  readonly rootMount: number | undefined;
  /** Mounts outside of it, or -errno where the kernel does not tell. */
  readonly outside: readonly ListedMount[] | number;
  /** Whether there is nothing outside of it, as far as can be told. */
  isWhole: boolean;
}

/** Opens it; undefined where /proc/self can't be opened. `directory` is the caller's to close. */
export function openOwnRoot(context: ScanContext): OwnRoot | undefined {
  const directory = context.budget.open(() => openAt(AT_FDCWD, "/proc/self", O_PATH | O_DIRECTORY));
  if (directory < 0) return undefined;
  const bytes = readFileAt(directory, "mountinfo", "records");
  const mountinfo = typeof bytes === "number" ? undefined : decodeBytes(bytes);
  const rootMount = findRootMount(parseMountinfo(mountinfo ?? ""));
  const outside = listOutsideRoot(context);
  // A root directory that nothing is mounted on was chosen by chroot(2).
  const isWhole = typeof outside === "number" ? rootMount !== undefined : outside.length === 0;
  return { pid: ownPidInProc() ?? process.pid, directory, mountinfo, rootMount, outside, isWhole };
}

/** The number of the mount that is mounted at the root directory of the process whose mountinfo that is. */
function findRootMount(mounts: readonly MountLine[]): number | undefined {
  return mounts.findLast(({ path }) => path === "/")?.id;
}

/**
 * Whether a process in the viewer's mount namespace has the same root directory, by the text of its link `root` (-errno
 * where it may not be read) and its mountinfo.
 */
export function isOwnRoot(
  own: OwnRoot,
  root: string | number,
  mountinfo: string,
  mounts: readonly MountLine[],
): boolean {
  return mountinfo === own.mountinfo || (root === "/" && findRootMount(mounts) === own.rootMount);
}

/** Whether what a process sees has the viewer's root directory somewhere below its own. */
export function isOwnRootBelow(own: OwnRoot, mounts: readonly MountLine[]): boolean {
  return own.rootMount !== undefined && mounts.some(({ id, path }) => id === own.rootMount && path !== "/");
}
