import { release } from "node:os";
import { type ForChildrenPin, NAMESPACE_TYPES, type NamespaceType } from "@ns-graph/graph";
import { EINVAL, ENOENT, ENOSYS, ENOTTY, errnoName } from "../kernel/errno.js";
import { closeFd, ioctl, O_NOFOLLOW, O_PATH, openAt, readLinkAt } from "../kernel/libc.js";
import { PIDFD_GET_PID_FOR_CHILDREN, PIDFD_GET_TIME_FOR_CHILDREN } from "../kernel/nsfs.js";
import { linkedInode } from "../processes/linked-inode.js";
import { openPidfd, openThreadPidfd } from "../processes/pidfd.js";
import { isEnding, isThere, mayMeanGone } from "../processes/proc-directory.js";
import type { Thread } from "../processes/thread-list.js";
import type { OpenNamespace } from "../scan/open-namespaces.js";
import { openLink, openNow, type ScanContext, type ScannedProcess } from "../scan/scan-context.js";
import type { Findings } from "./findings.js";

interface ChildrenLink {
  readonly type: NamespaceType;
  readonly link: "pid_for_children" | "time_for_children";
  readonly request: number;
}

/** Since Linux 4.12 and 5.6. */
const LINKS: readonly ChildrenLink[] = [
  { type: "pid", link: "pid_for_children", request: PIDFD_GET_PID_FOR_CHILDREN },
  { type: "time", link: "time_for_children", request: PIDFD_GET_TIME_FOR_CHILDREN },
];

/**
 * Until Linux 7.0 the link of a pid namespace gives ENOENT before its first process, so that it can be read says that there
 * was one. setarch(8) makes a kernel call itself 2.6, which could be any.
 */
const [MAJOR = 0] = release().split(".").map(Number);
const BY_LINK: Readonly<Partial<Record<NamespaceType, Pick<ForChildrenPin, "begun">>>> =
  MAJOR > 2 && MAJOR < 7 ? { pid: { begun: true } } : {};

/** The namespaces that a thread's next child will be in, where they are not its own: pid_for_children and time_for_children. */
export function findForChildren(
  context: ScanContext,
  process: ScannedProcess,
  thread: Thread,
  findings: Findings,
): void {
  const { who, directory, prefix } = thread;
  for (const { type, link, request } of LINKS) {
    if (!context.interfaces.has(link)) continue;
    const own = ownInode(process, thread, type);
    if (own === 0) continue;
    const path = `${prefix}ns/${link}`;
    const length = readLinkAt(directory, path);
    if (length === -ENOENT && !isLink(context, directory, path)) {
      if (isThere(directory, `${prefix}status`)) context.interfaces.markAbsent(link, "ENOENT");
    } else if (length === -ENOENT) {
      askPidfd(context, thread, type, own, request, findings);
    } else if (length < 0) {
      noteFailure(length, thread, type, findings);
    } else {
      const inode = linkedInode(length);
      if (inode === 0 || inode === own) continue;
      const id = context.memberships.id(inode);
      const open = openNow(context, id, () => openLink(context, directory, path, type, id, who));
      findings.see({ id, type, pin: { kind: "for-children", namespace: id, ...who, ...BY_LINK[type] }, open });
    }
  }
}

/** A thread is in its main thread's pid and time namespace (setns(2) into another is refused); after its exit the thread's own link tells. */
function ownInode(process: ScannedProcess, { who, directory, prefix }: Thread, type: NamespaceType): number {
  const inode = process.inodes[NAMESPACE_TYPES.indexOf(type)] as number;
  if (inode !== 0 || who.tid === undefined) return inode;
  const length = readLinkAt(directory, `${prefix}ns/${type}`);
  return length < 0 ? 0 : linkedInode(length);
}

/** Whether there is such a link, wherever it leads. */
function isLink({ budget }: ScanContext, directory: number, path: string): boolean {
  const link = budget.open(() => openAt(directory, path, O_PATH | O_NOFOLLOW));
  if (link >= 0) closeFd(link);
  return link >= 0;
}

function noteFailure(
  result: number,
  { who, directory, prefix }: Thread,
  type: NamespaceType,
  findings: Findings,
): void {
  // A thread or process that ends makes no children any more.
  if (mayMeanGone(result) && isEnding(directory, prefix)) return;
  findings.fail({ code: "CHILDREN_UNREADABLE", ...who, type, errno: errnoName(-result) });
}

/**
 * Until Linux 7.0 the link of a pid namespace that has no process yet gives ENOENT; the pidfd knows it since 6.11.
 */
function askPidfd(
  context: ScanContext,
  thread: Thread,
  type: NamespaceType,
  own: number,
  request: number,
  findings: Findings,
): void {
  const handle = openForChildren(context, thread, type, request);
  if (typeof handle === "number") {
    noteFailure(handle, thread, type, findings);
    return;
  }
  const { id } = handle;
  if (id === context.memberships.id(own)) return;
  const pin = { kind: "for-children", namespace: id, ...thread.who, begun: false } as const;
  findings.see({ id, type, pin, open: () => ({ state: "open", handle }) });
}

/** The namespace, or -errno: -ENOENT where this kernel can't tell. */
function openForChildren(
  context: ScanContext,
  { who, directory }: Thread,
  type: NamespaceType,
  request: number,
): OpenNamespace | number {
  const { budget, interfaces, namespaces } = context;
  if (!interfaces.has("PIDFD_GET_PID_FOR_CHILDREN")) return -ENOENT;
  const pidfd =
    who.tid === undefined ? openPidfd(context, who.pid, directory) : openThreadPidfd(context, who.tid, directory);
  // A pidfd of a thread came later than pidfds, and before the ioctl.
  const isAbsent = pidfd === -ENOSYS || (pidfd === -EINVAL && who.tid !== undefined);
  const fd = pidfd < 0 ? pidfd : budget.open(() => ioctl(pidfd, request));
  if (pidfd >= 0) closeFd(pidfd);
  if (fd >= 0) return namespaces.adopt(fd, type);
  if (!isAbsent && fd !== -ENOTTY && fd !== -EINVAL) return fd;
  interfaces.markAbsent("PIDFD_GET_PID_FOR_CHILDREN", errnoName(-fd));
  return -ENOENT;
}
