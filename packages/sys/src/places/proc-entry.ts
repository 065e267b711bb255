import { readLinkTextAt, S_IFREG, type Status, statusAt } from "../kernel/libc.js";
import type { ScannedProcess, Thread } from "../processes/scanned-process.js";

/** The first inode number of what is in /proc for all processes (PROC_DYNAMIC_FIRST, fs/proc/generic.c), and the last. */
const FIRST = 0xf0000000;
const LAST = 0xffffffff;

/** What keeps a namespace, by the end of its path: the network namespace that it shows, or the ipc and pid namespaces of who opened it. */
const KEEPER = /\/\d+\/(net\/[^ ]+)$|\/sysvipc\/(?:msg|sem|shm)$/;

/** Whether it may be an open file of /proc that belongs to no process. Few other files have such a number. */
export function isProcEntry({ format, ino, size }: Status): boolean {
  return format === S_IFREG && size === 0 && ino >= FIRST && ino <= LAST;
}

/**
 * Says of an open file of /proc that it keeps a namespace, and that nothing tells which. Those of the network namespace that a process
 * is in keep nothing that it does not keep itself: there the same file has the same inode number.
 */
export function noteProcEntry(
  { findings }: ScannedProcess,
  { who, directory, prefix }: Thread,
  fd: number,
  ino: number,
): void {
  const text = readLinkTextAt(directory, `${prefix}fd/${fd}`);
  const keeper = typeof text === "number" ? null : KEEPER.exec(text);
  if (keeper === null) return;
  const [, inNetwork] = keeper;
  const own = inNetwork === undefined ? undefined : statusAt(directory, `${prefix}${inNetwork}`);
  if (typeof own === "object" && own.ino === ino) return;
  const type = inNetwork === undefined ? {} : ({ type: "net" } as const);
  findings.fail({ code: "DESCRIPTOR_UNREADABLE", ...who, fd, ...type, what: "proc" });
}
