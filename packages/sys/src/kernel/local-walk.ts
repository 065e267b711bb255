import { fstatSync, type Stats, statfsSync } from "node:fs";
import { join } from "node:path";
import { openAtHand } from "./at-hand.js";
import { decodeLatin1, encodeText } from "./bytes.js";
import { EAGAIN, EXDEV } from "./errno.js";
import { AT_FDCWD, closeFd, O_PATH, openAt, RESOLVE_NO_MAGICLINKS, RESOLVE_NO_XDEV, readLinkTextAt } from "./libc.js";
import type { LocalMounts } from "./local-mounts.js";
import { namesIn } from "./paths.js";
import { distrustOf, isLink, MOST_LINKS, type Trust } from "./trusted-path.js";

/** `f_type` of ext4, XFS and Btrfs (statfs(2)). */
const ACL_FETCHED: ReadonlySet<number> = new Set([0xef53, 0x58465342, 0x9123683e]);

/** Something opened with O_PATH. */
export interface Opened {
  /** The descriptor, which whoever asked for it closes. */
  readonly fd: number;
  /** What it is of. */
  readonly stats: Stats;
}

/**
 * Opens what an absolute path leads to, with O_PATH, where others may have made what is on the way: as far as trusted ones alone
 * say where it leads, and nobody can make whoever walks it wait. Undefined where there is nothing, or it can't be had so.
 *
 * - Each name is looked up in the directory above it, which has to belong to, and be writable by, trusted ones alone.
 * - It is looked up among the entries that the kernel has at hand, and nothing else (RESOLVE_CACHED): for another one the kernel
 *   takes the directory's lock, which whoever may list the directory can keep, and no signal ends that wait.
 * - A look-up does not leave a mount (RESOLVE_NO_XDEV). Only the root of another mount of a file system that is known to be
 *   local is gone to: some others ask their server when a path ends on them. Once it is open it is looked at again,
 *   because a user may mount FUSE in a folder of theirs at any moment.
 * - Links are followed only if root made them, and only above the first directory that is not root's.
 *
 * Without RESOLVE_CACHED (Linux 5.12) nothing can be had.
 */
export function openLocally(wanted: string, trust: Trust, mounts: LocalMounts): Opened | undefined {
  const rest = namesIn(wanted);
  let here = openTop(mounts);
  let entry = "/";
  let links = 0;
  let isOfRoot = true;
  for (let name = rest.shift(); here !== undefined && name !== undefined; name = rest.shift()) {
    const path: string = join(entry, name);
    const next: Opened | undefined = name === ".." ? undefined : step(here.fd, name, path, mounts);
    const target = next !== undefined && isOfRoot ? linkOfRoot(next) : undefined;
    if (next !== undefined && target !== undefined && ++links <= MOST_LINKS) {
      closeFd(next.fd);
      rest.unshift(...namesIn(target));
      if (!target.startsWith("/")) continue;
      closeFd(here.fd);
      here = openTop(mounts);
      entry = "/";
      continue;
    }
    closeFd(here.fd);
    here = next;
    entry = path;
    if (next === undefined) return undefined;
    if (isLink(next.stats) || distrustOf(entry, next.stats, trust, rest.length === 0) !== undefined) {
      closeFd(next.fd);
      return undefined;
    }
    isOfRoot &&= next.stats.uid === 0;
  }
  return here;
}

/** Where a link leads that root made; undefined of all else. */
function linkOfRoot(opened: Opened): string | undefined {
  if (!isLink(opened.stats) || opened.stats.uid !== 0) return undefined;
  const text = readLinkTextAt(opened.fd, "");
  return typeof text === "string" ? decodeLatin1(text) : undefined;
}

function openTop(mounts: LocalMounts): Opened | undefined {
  const fd = openAt(AT_FDCWD, "/", O_PATH);
  return fd < 0 ? undefined : ifLocal(fd, mounts);
}

/** What a name in a directory is of: there, or the root of another mount that lies on top. */
function step(directory: number, name: string, path: string, mounts: LocalMounts): Opened | undefined {
  const bytes = Buffer.concat([encodeText(name), Buffer.of(0)]);
  const open = (resolve: number) =>
    openAtHand(directory, bytes, RESOLVE_NO_MAGICLINKS | resolve, () => fetchAcl(directory));
  const here = open(RESOLVE_NO_XDEV);
  if (here >= 0) return asOpened(here);
  // What is mounted there is not at hand for a look-up that may not leave the mount.
  if ((here !== -EXDEV && here !== -EAGAIN) || !mounts.hasAt(path)) return undefined;
  const there = open(0);
  return there < 0 ? undefined : ifLocal(there, mounts);
}

/**
 * Has the kernel fetch who may look up names in a directory, which its owner's own look-ups do not need: `.` is not looked up, so
 * that the directory's lock is not taken, and what these file systems lock instead nobody can keep while a page is fetched.
 */
function fetchAcl(directory: number): void {
  try {
    if (!ACL_FETCHED.has(statfsSync(`/proc/self/fd/${directory}`).type)) return;
  } catch {
    return;
  }
  const fd = openAt(directory, ".", O_PATH);
  if (fd >= 0) closeFd(fd);
}

function asOpened(fd: number): Opened | undefined {
  try {
    return { fd, stats: fstatSync(fd) };
  } catch {
    closeFd(fd);
    return undefined;
  }
}

/** The same where it is on a mount of a file system that is known to be local; else it is closed. */
function ifLocal(fd: number, mounts: LocalMounts): Opened | undefined {
  if (mounts.hold(fd)) return asOpened(fd);
  closeFd(fd);
  return undefined;
}
