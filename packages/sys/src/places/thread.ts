import { NAMESPACE_TYPES, type NamespaceType } from "@ns-graph/graph";
import { ENOENT, ESRCH, errnoName } from "../kernel/errno.js";
import { readLinkAt } from "../kernel/libc.js";
import { linkedInode } from "../processes/linked-inode.js";
import type { OtherThread } from "../processes/thread-list.js";
import { openLink, openNow, type ScanContext, type ScannedProcess } from "../scan/scan-context.js";
import type { Findings } from "./findings.js";

/** The types in which a thread may differ from its process's main thread: all but those that clone(2) makes them share. */
const OF_THREADS: readonly NamespaceType[] = NAMESPACE_TYPES.filter((type) => type !== "user" && type !== "pid");

/**
 * A thread in other namespaces than its process's main thread: /proc/PID/task/TID/ns. With a main thread that has
 * exited, every namespace of those that live.
 */
export function findThread(
  context: ScanContext,
  process: ScannedProcess,
  { who, directory, prefix }: OtherThread,
  findings: Findings,
): void {
  for (const type of OF_THREADS) {
    if (!context.types.includes(type)) continue;
    const link = `${prefix}ns/${type}`;
    const length = readLinkAt(directory, link);
    // A thread that ended leaves nothing behind.
    if (length === -ENOENT || length === -ESRCH) continue;
    if (length < 0) {
      findings.fail({ code: "LINK_UNREADABLE", ...who, type, errno: errnoName(-length) });
      continue;
    }
    const inode = linkedInode(length);
    if (inode === 0 || inode === process.inodes[NAMESPACE_TYPES.indexOf(type)]) continue;
    const id = context.memberships.id(inode);
    if (type === "mnt") context.threads.note(id, who.tid);
    const open = openNow(context, id, () => openLink(context, directory, link, type, id, who));
    findings.see({ id, type, pin: { kind: "thread", namespace: id, ...who }, open });
  }
}
