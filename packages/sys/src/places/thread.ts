import { NAMESPACE_TYPES, type NamespaceType } from "@ns-graph/graph";
import { ENOENT, ESRCH, errnoName } from "../errno.js";
import { closeFd, listNumbers, O_DIRECTORY, openAt, readLinkAt } from "../libc.js";
import { linkedInode } from "../memberships.js";
import { type Findings, openLink, openNow, type ScanContext, type ScannedProcess } from "../scan-context.js";
import { findForThreadsChildren } from "./for-children.js";

/** The types in which a thread may differ from its process's main thread: all but those that clone(2) makes them share. */
const OF_THREADS: readonly NamespaceType[] = NAMESPACE_TYPES.filter((type) => type !== "user" && type !== "pid");

/**
 * Threads in other namespaces than their process's main thread: /proc/PID/task/TID/ns. With a main thread that has
 * exited, every namespace of those that live.
 */
export function findThreads(
  context: ScanContext,
  process: ScannedProcess,
  findings: Findings,
  forChildren: boolean,
): void {
  if (process.threads < 2 || process.isUnreadable) return;
  const { pid } = process;
  const directory = context.budget.open(() => openAt(process.directory, "task", O_DIRECTORY));
  if (directory < 0) {
    if (directory !== -ENOENT && directory !== -ESRCH)
      findings.problems.push({ code: "THREADS_UNREADABLE", pid, errno: errnoName(-directory) });
    return;
  }
  const tids: number[] = [];
  const listed = listNumbers(directory, tids);
  if (listed < 0) findings.problems.push({ code: "THREADS_UNREADABLE", pid, errno: errnoName(-listed) });
  for (const tid of tids) {
    if (tid === pid) continue;
    findThread(context, process, directory, tid, findings);
    if (forChildren) findForThreadsChildren(context, process, directory, tid, findings);
  }
  closeFd(directory);
}

function findThread(
  context: ScanContext,
  process: ScannedProcess,
  directory: number,
  tid: number,
  findings: Findings,
): void {
  const { pid } = process;
  for (const type of OF_THREADS) {
    if (!context.types.includes(type)) continue;
    const link = `${tid}/ns/${type}`;
    const length = readLinkAt(directory, link);
    // A thread that ended leaves nothing behind.
    if (length === -ENOENT || length === -ESRCH) continue;
    if (length < 0) {
      findings.problems.push({ code: "LINK_UNREADABLE", pid, tid, type, errno: errnoName(-length) });
      continue;
    }
    const inode = linkedInode(length);
    if (inode === 0 || inode === process.inodes[NAMESPACE_TYPES.indexOf(type)]) continue;
    const id = context.memberships.id(inode);
    const open = openNow(context, id, () => openLink(context, directory, link, type, id, { pid, tid }));
    findings.sightings.push({ id, type, pin: { kind: "thread", namespace: id, pid, tid }, open });
  }
}
