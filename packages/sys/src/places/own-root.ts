import type { Share } from "../budget/scan-budget.js";
import { AT_FDCWD, O_DIRECTORY, O_PATH, openAt } from "../kernel/libc.js";
import { readMountinfo } from "../kernel/mountinfo.js";
import type { ScanContext } from "../scan/scan-context.js";
import { ownPidInProc } from "../scan/viewer.js";
import { type ListedMount, listOutsideRoot } from "./mount-list.js";

/**
 * The root directory of the viewer. The text of a process's link `root` is relative to it: `/` means the same
 * directory, or, of a process in the viewer's mount namespace, that the viewer's lies below it.
 */
export interface OwnRoot {
  readonly pid: number;
  /** Descriptor of /proc/self. */
  readonly directory: number;
  /** The viewer's mountinfo; undefined where it could not be read, or is longer than the limit allows. */
  readonly mountinfo: Buffer | undefined;
  /** The number of the mount that its root is the root of. */
  readonly rootMount: number | undefined;
  /** Mounts outside of it, or -errno where they are not known. */
  readonly outside: readonly ListedMount[] | number;
  /** Whether there is nothing outside of it, as far as can be known. */
  isWhole: boolean;
}

/** Opens it; undefined where /proc/self can't be opened. `directory` is the caller's to close. */
export function openOwnRoot(context: ScanContext, share: Share): OwnRoot | undefined {
  const directory = context.budget.open(() => openAt(AT_FDCWD, "/proc/self", O_PATH | O_DIRECTORY));
  if (directory < 0) return undefined;
  const pieces: Buffer[] = [];
  let rootMount: number | undefined;
  const { failed, isCut } = readMountinfo(
    directory,
    "mountinfo",
    share,
    ({ id, path }) => {
      if (path === "/") rootMount = id;
    },
    (piece) => pieces.push(Buffer.from(piece)),
  );
  const mountinfo = failed < 0 || isCut ? undefined : Buffer.concat(pieces);
  const outside = listOutsideRoot(context, share);
  // A root directory that nothing is mounted on was chosen by chroot(2).
  const isWhole = typeof outside === "number" ? rootMount !== undefined : outside.length === 0;
  return { pid: ownPidInProc() ?? process.pid, directory, mountinfo, rootMount, outside, isWhole };
}

/** Compares another process's mountinfo with the viewer's own, piece by piece as it is read. */
export class SameMountinfo {
  readonly #own: Buffer | undefined;
  #position = 0;
  #isSame = true;

  constructor({ mountinfo }: OwnRoot) {
    this.#own = mountinfo;
  }

  readonly take = (piece: Buffer): void => {
    const end = this.#position + piece.length;
    this.#isSame &&= this.#own?.subarray(this.#position, end).equals(piece) ?? false;
    this.#position = end;
  };

  get isSame(): boolean {
    return this.#isSame && this.#position === this.#own?.length;
  }
}
