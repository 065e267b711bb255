import { NAMESPACE_TYPES, type NamespaceType } from "@ns-graph/graph";
import { errnoName, isGone } from "../kernel/errno.js";
import { readLinkAt } from "../kernel/libc.js";
import { linkedInode } from "../processes/linked-inode.js";
import type { OtherThread, ScannedProcess } from "../processes/scanned-process.js";

/** The types in which a thread may differ from its process's main thread: all but those that clone(2) makes them share. */
const OF_THREADS: readonly NamespaceType[] = NAMESPACE_TYPES.filter((type) => type !== "user" && type !== "pid");

/**
 * Threads in other namespaces than their process's main thread: /proc/PID/task/TID/ns. With a main thread that has
 * exited, every namespace of those that live.
 */
export function findThreads(process: ScannedProcess): void {
  for (const thread of process.others) findThread(process, thread);
}

function findThread({ context, inodes, findings }: ScannedProcess, { who, directory, prefix }: OtherThread): void {
  const { leading, memberships, namespaces, types } = context;
  for (const type of OF_THREADS) {
    if (!types.includes(type)) continue;
    const link = `${prefix}ns/${type}`;
    const length = readLinkAt(directory, link);
    // A thread that ended leaves nothing behind.
    if (isGone(length)) continue;
    if (length < 0) {
      findings.fail({ code: "LINK_UNREADABLE", ...who, type, errno: errnoName(-length) });
      continue;
    }
    const inode = linkedInode(length);
    if (inode === 0 || inode === inodes[NAMESPACE_TYPES.indexOf(type)]) continue;
    const id = memberships.id(inode);
    leading.note(id, who.tid);
    const open = namespaces.openLink(directory, link, { id, type }, who);
    findings.see({ id, type, pin: { kind: "thread", namespace: id, ...who }, open: () => open });
  }
}
