import { openAtHand } from "../kernel/at-hand.js";
import { encodeText } from "../kernel/bytes.js";
import { EAGAIN, EINVAL, ENOSYS, EPERM, errnoName } from "../kernel/errno.js";
import {
  closeFd,
  O_DIRECTORY,
  O_NOFOLLOW,
  O_PATH,
  openAt,
  openAt2,
  RESOLVE_IN_ROOT,
  RESOLVE_NO_MAGICLINKS,
  RESOLVE_NO_SYMLINKS,
} from "../kernel/libc.js";
import type { ForeignFileSystems } from "../kernel/local-file-systems.js";
import type { MountLine } from "../kernel/mountinfo.js";
import type { ScanContext } from "../scan/scan-context.js";

/** No mount point has a symbolic link on its way. */
const RESOLVE = RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;

/** Somebody's file system could have been waited for, and was not. */
export const MAY_WAIT = -EAGAIN;

/**
 * The ways from a process's root directory to the mounts that it sees. Whoever made the mounts may have put a file system on
 * the way that never answers, and then not even a signal would end the look-up. So
 *
 * - a path is looked up among the entries that the kernel has at hand, and nothing else (openat2(2) with RESOLVE_CACHED,
 *   Linux 5.12). Those of a mount point and all folders above it always are;
 * - where that fails, because of access control lists for example, the way is walked if nothing but file systems that are
 *   known to be local is on it, and nobody but the administrator of the viewer's own user namespace can put others there
 *   meanwhile. Before Linux 5.12 nothing but the first of these conditions can be had.
 */
export interface Walk {
  /** What a mount's path leads to, with O_PATH: a descriptor, -errno, or `MAY_WAIT`. */
  to(mount: MountLine): number;
  close(): void;
}

/**
 * Begins at the root directory of the process whose directory in /proc that is; to be closed. -errno where there is none,
 * `MAY_WAIT` where even that is on a server.
 *
 * @param isTrusted whether only those mount something there who may do anything to the viewer.
 */
export function walkFrom(
  { budget, interfaces }: ScanContext,
  directory: number,
  foreign: ForeignFileSystems,
  isTrusted: () => boolean,
): Walk | number {
  if (foreign.hasRemoteRoot) return MAY_WAIT;
  const root = budget.open(() => openAt(directory, "root", O_PATH | O_DIRECTORY));
  if (root < 0) return root;
  const hasCached = (): boolean => interfaces.has("openat2") && interfaces.has("RESOLVE_CACHED");

  /** `MAY_WAIT` also where the kernel can't do that. */
  const openCached = (path: Buffer): number => {
    if (!hasCached()) return MAY_WAIT;
    const result = budget.open(() => openAtHand(root, path, RESOLVE));
    // A sandbox's filter of system calls answers ENOSYS or EPERM to a call that it does not know.
    if (result === -ENOSYS || result === -EPERM) interfaces.markAbsent("openat2", errnoName(-result));
    else if (result === -EINVAL) interfaces.markAbsent("RESOLVE_CACHED", "EINVAL");
    else return result;
    return MAY_WAIT;
  };

  return {
    to: (mount) => {
      // Not even the cover is touched: some file systems ask their server when a path ends on them.
      if (foreign.covers(mount.id)) return MAY_WAIT;
      const path = Buffer.concat([encodeText(mount.path), Buffer.of(0)]);
      const cached = openCached(path);
      if (cached !== MAY_WAIT) return cached;
      const isRaceless = !hasCached() || isTrusted();
      if (!isRaceless || foreign.isOnWayTo(mount.path)) return MAY_WAIT;
      return budget.open(
        interfaces.has("openat2")
          ? () => openAt2(root, path, O_PATH | O_NOFOLLOW, RESOLVE)
          : () => openAt(root, Buffer.concat([Buffer.from("."), path]), O_PATH | O_NOFOLLOW),
      );
    },
    close: () => closeFd(root),
  };
}
