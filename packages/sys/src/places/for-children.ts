import { type ForChildrenPin, NAMESPACE_TYPES, type NamespaceType } from "@ns-graph/graph";
import { EINVAL, ENOENT, ENOSYS, ENOTTY, errnoName } from "../kernel/errno.js";
import { closeFd, ioctl, O_NOFOLLOW, O_PATH, openAt, readLinkAt } from "../kernel/libc.js";
import { PIDFD_GET_PID_FOR_CHILDREN, PIDFD_GET_TIME_FOR_CHILDREN } from "../kernel/nsfs.js";
import { isSince } from "../kernel/release.js";
import { inodeAt, linkedInode } from "../processes/linked-inode.js";
import { openPidfd } from "../processes/pidfd.js";
import { isEnding, isThere, mayMeanGone } from "../processes/proc-directory.js";
import { mainThread, type ScannedProcess, type Thread } from "../processes/scanned-process.js";
import type { OpenNamespace } from "../scan/open-namespaces.js";

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
const BY_LINK: Readonly<Partial<Record<NamespaceType, Pick<ForChildrenPin, "begun">>>> =
  isSince(3, 0) && !isSince(7, 0) ? { pid: { begun: true } } : {};

/** The namespaces that the next child of a process or thread will be in, where they are not its own: pid_for_children and time_for_children. */
export function findForChildren(process: ScannedProcess): void {
  if (process.isUnreadable) return;
  const others = process.sources.has("thread") ? process.others : [];
  const threads = process.isZombie ? others : [mainThread(process), ...others];
  for (const thread of threads) for (const link of LINKS) findAt(process, thread, link);
}

function findAt(process: ScannedProcess, thread: Thread, question: ChildrenLink): void {
  const { context, findings } = process;
  const { who, directory, prefix } = thread;
  const { type, link } = question;
  if (!context.interfaces.has(link)) return;
  const own = ownInode(process, thread, type);
  if (own === 0) return;
  const path = `${prefix}ns/${link}`;
  const length = readLinkAt(directory, path);
  if (length === -ENOENT && !isLink(process, directory, path)) {
    if (isThere(directory, `${prefix}status`)) context.interfaces.markAbsent(link, "ENOENT");
  } else if (length === -ENOENT) {
    // Until Linux 7.0 the link of a pid namespace that has no process yet gives ENOENT; the pidfd knows it since 6.11.
    const handle = openByPidfd(process, thread, question);
    if (typeof handle === "number") {
      noteFailure(handle, process, thread, type);
      return;
    }
    const { id } = handle;
    if (id === context.memberships.id(own)) return;
    const pin = { kind: "for-children", namespace: id, ...who, begun: false } as const;
    findings.see({ id, type, pin, open: () => ({ state: "open", handle }) });
  } else if (length < 0) {
    noteFailure(length, process, thread, type);
  } else {
    const inode = linkedInode(length);
    if (inode === 0 || inode === own) return;
    const id = context.memberships.id(inode);
    context.leading.note(id, who.tid ?? who.pid);
    const open = context.namespaces.openLink(directory, path, { id, type }, who);
    const pin = { kind: "for-children", namespace: id, ...who, ...BY_LINK[type] } as const;
    findings.see({ id, type, pin, open: () => open });
  }
}

/** A thread is in its main thread's pid and time namespace (setns(2) into another is refused); after its exit the thread's own link counts. */
function ownInode(process: ScannedProcess, { who, directory, prefix }: Thread, type: NamespaceType): number {
  const inode = process.inodes[NAMESPACE_TYPES.indexOf(type)] as number;
  return inode !== 0 || who.tid === undefined ? inode : inodeAt(directory, `${prefix}ns/${type}`);
}

/** Whether there is such a link, wherever it leads. */
function isLink({ context }: ScannedProcess, directory: number, path: string): boolean {
  const link = context.budget.open(() => openAt(directory, path, O_PATH | O_NOFOLLOW));
  if (link >= 0) closeFd(link);
  return link >= 0;
}

function noteFailure(failed: number, { findings }: ScannedProcess, thread: Thread, type: NamespaceType): void {
  const { who, directory, prefix } = thread;
  // A thread or process that ends makes no children any more.
  if (mayMeanGone(failed) && isEnding(directory, prefix)) return;
  findings.fail({ code: "CHILDREN_UNREADABLE", ...who, type, errno: errnoName(-failed) });
}

/** The namespace, or -errno: -ENOENT where this kernel does not show it. */
function openByPidfd({ context }: ScannedProcess, thread: Thread, question: ChildrenLink): OpenNamespace | number {
  const { budget, interfaces, namespaces } = context;
  if (!interfaces.has("PIDFD_GET_PID_FOR_CHILDREN")) return -ENOENT;
  const pidfd = openPidfd(context, thread);
  // A pidfd of a thread came later than pidfds, and before the ioctl.
  const isAbsent = pidfd === -ENOSYS || (pidfd === -EINVAL && thread.who.tid !== undefined);
  const fd = pidfd < 0 ? pidfd : budget.open(() => ioctl(pidfd, question.request));
  if (pidfd >= 0) closeFd(pidfd);
  if (fd >= 0) return namespaces.adopt(fd, question.type);
  if (!isAbsent && fd !== -ENOTTY && fd !== -EINVAL) return fd;
  interfaces.markAbsent("PIDFD_GET_PID_FOR_CHILDREN", errnoName(-fd));
  return -ENOENT;
}
