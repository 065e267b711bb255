import { NAMESPACE_TYPES, type NamespaceType } from "@ns-graph/graph";
import { EINVAL, ENOENT, ENOSYS, ENOTTY, ESRCH, errnoName } from "../errno.js";
import { closeFd, ioctl, readLinkAt } from "../libc.js";
import { linkedInode } from "../memberships.js";
import { PIDFD_GET_PID_FOR_CHILDREN, PIDFD_GET_TIME_FOR_CHILDREN } from "../nsfs.js";
import type { OpenNamespace } from "../open-namespaces.js";
import { openPidfd } from "../pidfd.js";
import { type Findings, openLink, openNow, type ScanContext, type ScannedProcess } from "../scan-context.js";

interface ChildrenLink {
  readonly type: NamespaceType;
  readonly link: string;
  readonly request: number;
}

const LINKS: readonly ChildrenLink[] = [
  { type: "pid", link: "ns/pid_for_children", request: PIDFD_GET_PID_FOR_CHILDREN },
  { type: "time", link: "ns/time_for_children", request: PIDFD_GET_TIME_FOR_CHILDREN },
];

/** The namespaces a process's next child will be in, where they are not its own: pid_for_children and time_for_children. */
export function findForChildren(context: ScanContext, process: ScannedProcess, findings: Findings): void {
  if (!process.isUnreadable && !process.isZombie)
    readChildrenLinks(context, process, process.directory, undefined, findings);
}

/** The same of the main thread (its process's directory) or of another (the directory of all). */
export function readChildrenLinks(
  context: ScanContext,
  process: ScannedProcess,
  directory: number,
  tid: number | undefined,
  findings: Findings,
): void {
  const { pid } = process;
  const who = tid === undefined ? { pid } : { pid, tid };
  for (const { type, link, request } of LINKS) {
    if (!context.types.includes(type)) continue;
    const path = tid === undefined ? link : `${tid}/${link}`;
    const length = readLinkAt(directory, path);
    if (length === -ENOENT && tid === undefined) {
      askPidfd(context, process, type, request, findings);
      continue;
    }
    if (length === -ENOENT || length === -ESRCH) continue;
    if (length < 0) {
      findings.problems.push({ code: "CHILDREN_UNREADABLE", ...who, type, errno: errnoName(-length) });
      continue;
    }
    const inode = linkedInode(length);
    if (inode === 0 || inode === process.inodes[NAMESPACE_TYPES.indexOf(type)]) continue;
    const id = context.memberships.id(inode);
    const open = openNow(context, id, () => openLink(context, directory, path, type, id, who));
    findings.sightings.push({ id, type, pin: { kind: "for-children", namespace: id, ...who }, open });
  }
}

/**
 * Until Linux 7.0 the link of a pid namespace that has no process yet gives ENOENT; the pidfd knows it since 6.11.
 */
function askPidfd(
  context: ScanContext,
  process: ScannedProcess,
  type: NamespaceType,
  request: number,
  findings: Findings,
): void {
  const { pid, inodes } = process;
  const own = inodes[NAMESPACE_TYPES.indexOf(type)] as number;
  if (own === 0) return;
  const namespace = openForChildren(context, process, type, request);
  if (namespace === -ESRCH) return;
  if (typeof namespace === "number") {
    findings.problems.push({ code: "CHILDREN_UNREADABLE", pid, type, errno: errnoName(-namespace) });
    return;
  }
  const { id } = namespace;
  if (id === context.memberships.id(own)) return;
  findings.sightings.push({
    id,
    type,
    pin: { kind: "for-children", namespace: id, pid },
    open: () => ({ state: "open", handle: namespace }),
  });
}

/** The namespace, or -errno: -ENOENT where this kernel can't tell. */
function openForChildren(
  context: ScanContext,
  process: ScannedProcess,
  type: NamespaceType,
  request: number,
): OpenNamespace | number {
  const { budget, interfaces, namespaces } = context;
  if (!interfaces.has("PIDFD_GET_PID_FOR_CHILDREN")) return -ENOENT;
  const pidfd = openPidfd(budget, process.pid, process.directory);
  if (pidfd < 0) {
    if (pidfd === -ENOSYS) interfaces.markAbsent("PIDFD_GET_PID_FOR_CHILDREN", "ENOSYS");
    return pidfd === -ENOSYS ? -ENOENT : pidfd;
  }
  const fd = budget.open(() => ioctl(pidfd, request));
  closeFd(pidfd);
  if (fd >= 0) return namespaces.adopt(fd, type);
  if (fd !== -ENOTTY && fd !== -EINVAL) return fd;
  interfaces.markAbsent("PIDFD_GET_PID_FOR_CHILDREN", errnoName(-fd));
  return -ENOENT;
}
