import { NsGraphError, printable } from "@ns-graph/graph";
import { findDistrust, rootAndCaller, type Trust } from "@ns-graph/sys";
import type { Entry } from "./held-path.js";

/** A name that --output leads to, what it stands for, and the folder that it is in. */
export interface Named {
  /** What was given to --output. */
  readonly given: string;
  /** The path to the name, which a link may have led to. */
  readonly path: string;
  readonly entry: Entry;
  readonly folder: { readonly path: string; readonly entry: Entry };
}

/** Why something is left alone, and what to do about it. */
export interface Refusal {
  /** What is said of it. */
  readonly reason: string;
  readonly hint: string;
}

/** Who runs the command. */
export interface Caller {
  /** The effective user ID. */
  readonly uid: number;
  /** Who is said to have called sudo(8). It proves nothing, and is for advice alone. */
  readonly sudoUid: number | undefined;
}

function readCaller(): Caller {
  const { SUDO_UID } = process.env;
  return { uid: process.geteuid?.() ?? 0, sudoUid: SUDO_UID === undefined ? undefined : Number(SUDO_UID) };
}

const STICKY = 0o1000;

/** Devices that hand on nothing to anybody: /dev/null, /dev/zero, /dev/full (mem(4)) and one's own terminal (tty(4)). */
const HARMLESS: ReadonlySet<bigint> = new Set([0x103n, 0x105n, 0x107n, 0x500n]);

const CHOOSE = "Remove it, or choose another name.";

/**
 * Leaves alone what another user owns, or may have put there. The kernel's own guards (fs.protected_symlinks and its
 * like, proc_sys_fs(5)) may be off, are for sticky folders alone, and know nothing of rename(2).
 *
 * @throws NsGraphError `WRITE_FAILED`
 */
export function refusePlanted(named: Named): void {
  const refusal = findRefusal(named, readCaller(), rootAndCaller());
  if (refusal === undefined) return;
  const { reason, hint } = refusal;
  const subject = named.path === named.given ? "it" : printable(named.path);
  throw new NsGraphError("WRITE_FAILED", `could not write to ${printable(named.given)}: ${subject} ${reason}`, {
    hint,
  });
}

/**
 * Why something must be left alone, or undefined where it need not.
 *
 * - a regular file, which would be replaced: where it is not the caller's own, root's included
 * - a symbolic link or a pipe: where it belongs neither to root nor to the caller, or somebody else could have put it there
 * - a device: the same, but for those that keep nothing
 */
export function findRefusal({ path, entry, folder }: Named, caller: Caller, trust: Trust): Refusal | undefined {
  const { kind } = entry;
  if (kind === "file") return entry.uid === caller.uid ? undefined : othersFile(path, entry, caller);
  if (kind === "directory" || (kind === "device" && HARMLESS.has(entry.device))) return undefined;
  const what = kind === "link" ? "symbolic link" : kind;
  const hint = kind === "link" ? "Give the path that is meant, without the link." : CHOOSE;
  if (!trust.uids.has(entry.uid)) return { reason: `is a ${what} of another user (uid ${entry.uid})`, hint };
  const danger = findDistrust(folder.path, trust, () => folder.entry, folder.path);
  if (danger === undefined) return undefined;
  // A second name anybody may have given it.
  const isElsewhereToo = entry.links > 1;
  if (kind === "pipe" && !isElsewhereToo) return undefined;
  const isKept = (folder.entry.mode & STICKY) !== 0 && trust.uids.has(folder.entry.uid);
  if (kind === "link" && isKept && !isElsewhereToo) return undefined;
  return { reason: `is a ${what} that somebody else may have put there: ${printable(danger)}`, hint };
}

function othersFile(path: string, { uid }: Entry, { sudoUid }: Caller): Refusal {
  const reason = `belongs to another user (uid ${uid})`;
  if (uid !== sudoUid) return { reason, hint: CHOOSE };
  return {
    reason,
    hint: `Remove it, choose another name, or let your shell write it: sudo ns-graph … > ${printable(path)}`,
  };
}
