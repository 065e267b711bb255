import { constants, lstatSync, readlinkSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { isWithin, namesIn } from "./paths.js";

/** Whose changes to a file can't do more harm than they could without it. */
export interface Trust {
  /** The users, by uid. */
  readonly uids: ReadonlySet<number>;
  /** The groups, by gid, whose members may write to a file. */
  readonly gids: ReadonlySet<number>;
}

/** What stat(2) says of a file's owner, group, type and permissions. */
export interface Permissions {
  /** The owner's uid. */
  readonly uid: number;
  /** The group's gid. */
  readonly gid: number;
  /** Type and permissions (`st_mode`, inode(7)). */
  readonly mode: number;
}

const { S_IFLNK, S_IFMT } = constants;
// Node has no names for these on Windows.
const S_IWGRP = 0o020;
const S_IWOTH = 0o002;
const STICKY = 0o1000;
/** As many symbolic links as the kernel follows (path_resolution(7)). */
export const MOST_LINKS = 40;

/** Root alone. */
export const ROOT: Trust = { uids: new Set([0]), gids: new Set([0]) };

/** Those who could do the caller any harm anyway: root, and the caller. */
export function rootAndCaller(): Trust {
  return { uids: new Set([0, process.geteuid?.() ?? 0]), gids: new Set([0, process.getegid?.() ?? 0]) };
}

/**
 * Whom to trust with code that is loaded by its name: root, who runs this, and who owns the program itself
 * (whoever can change the program needs no plugin).
 */
export function trustedLike(program: string): Trust {
  const { uid, gid } = statSync(program);
  const { uids, gids } = rootAndCaller();
  return { uids: new Set([...uids, uid]), gids: new Set([...gids, gid]) };
}

/**
 * Why somebody who is not trusted could change what an absolute path leads to, or undefined where nobody can: what it leads
 * to, and each directory and symbolic link on the way, must belong to, and be writable by, trusted ones alone. In a directory
 * with the sticky bit nobody can replace what belongs to another. What lies above `top`, a path without links, is not
 * looked at.
 *
 * @throws Error of node:fs where there is nothing, or it may not be looked at
 */
export function findDistrust(
  path: string,
  trust: Trust,
  stat: (path: string) => Permissions = lstatSync,
  top = "/",
): string | undefined {
  const rest = ["/", ...namesIn(path)];
  // No link is in it, so that the directory above it is the one that `..` leads to.
  let here = "/";
  let links = 0;
  for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
    const entry = name === ".." ? dirname(here) : join(here, name);
    const isPassed = name === ".." || (entry !== top && isWithin(top, entry));
    const permissions = isPassed ? undefined : stat(entry);
    const distrust = permissions && distrustOf(entry, permissions, trust, rest.length === 0);
    if (distrust !== undefined) return distrust;
    if (permissions === undefined || !isLink(permissions)) {
      here = entry;
      continue;
    }
    if (++links > MOST_LINKS) throw new Error(`there are too many symbolic links on the way to ${path}`);
    const target = readlinkSync(entry);
    rest.unshift(...(target.startsWith("/") ? ["/"] : []), ...namesIn(target));
    if (target.startsWith("/")) here = "/";
  }
  return undefined;
}

/** Why somebody who is not trusted could change what a path leads to (`isLast`), or a directory or link on the way. */
export function distrustOf(entry: string, permissions: Permissions, trust: Trust, isLast: boolean): string | undefined {
  const { uid, gid, mode } = permissions;
  if (!trust.uids.has(uid)) return `${entry} belongs to uid ${uid}`;
  // A link has no permissions of its own.
  if (isLink(permissions) || (!isLast && (mode & STICKY) !== 0)) return undefined;
  if ((mode & S_IWOTH) !== 0) return `everybody can write to ${entry}`;
  if ((mode & S_IWGRP) !== 0 && !trust.gids.has(gid)) return `the group ${gid} can write to ${entry}`;
  return undefined;
}

/** Whether a file is a symbolic link. */
export function isLink({ mode }: Pick<Permissions, "mode">): boolean {
  return (mode & S_IFMT) === S_IFLNK;
}
