import { type Stats, statSync } from "node:fs";
import { dirname } from "node:path";

/** Whose changes to a file can't do more harm than they could without it. */
export interface Trust {
  readonly uids: ReadonlySet<number>;
  readonly gids: ReadonlySet<number>;
}

const GROUP_WRITABLE = 0o020;
const OTHERS_WRITABLE = 0o002;
const STICKY = 0o1000;

/**
 * Whom to trust with code that is loaded by its name: root, who runs this, and who owns the program itself
 * (whoever can change the program needs no plugin).
 */
export function trustedLike(program: string): Trust {
  const { uid, gid } = statSync(program);
  return {
    uids: new Set([0, process.geteuid?.() ?? uid, uid]),
    gids: new Set([0, process.getegid?.() ?? gid, gid]),
  };
}

/**
 * Why somebody who is not trusted could change what a path leads to, or undefined where nobody can: the path
 * itself and each directory above it, up to `top`, must belong to, and be writable by, trusted ones alone. In a
 * directory with the sticky bit nobody can replace what belongs to another.
 */
export function findDistrust(
  path: string,
  trust: Trust,
  stat: (path: string) => Pick<Stats, "uid" | "gid" | "mode"> = statSync,
  top = "/",
): string | undefined {
  for (let current = path; ; current = dirname(current)) {
    const { uid, gid, mode } = stat(current);
    if (!trust.uids.has(uid)) return `${current} belongs to uid ${uid}`;
    const isSticky = current !== path && (mode & STICKY) !== 0;
    if ((mode & OTHERS_WRITABLE) !== 0 && !isSticky) return `everybody can write to ${current}`;
    if ((mode & GROUP_WRITABLE) !== 0 && !isSticky && !trust.gids.has(gid)) {
      return `the group ${gid} can write to ${current}`;
    }
    if (current === top || current === dirname(current)) return undefined;
  }
}
