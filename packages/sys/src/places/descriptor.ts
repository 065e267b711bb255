import { constants } from "node:os";
import { type NamespaceId, namespaceId, type Sighting } from "@ns-graph/graph";
import { EACCES, ENOENT, EPERM, ESRCH, ESTALE, errnoName } from "../errno.js";
import { closeFd, listNumbers, O_DIRECTORY, openAt, S_IFSOCK, statusAt } from "../libc.js";
import { type Findings, openNow, type ScanContext, type ScannedProcess } from "../scan-context.js";

/** A socket among the descriptors of a process. */
export interface SocketDescriptor {
  readonly fd: number;
  /** Inode in sockfs: the same in every process that has this socket. */
  readonly ino: number;
}

/** What a file system of somebody else's answers when it is broken or closed to the viewer. nsfs never does. */
const OF_OTHER_FILE_SYSTEMS: ReadonlySet<number> = new Set([
  EACCES,
  constants.errno.ENOTCONN,
  constants.errno.ETIMEDOUT,
  ESTALE,
]);

/**
 * Descriptors of namespaces: those on the device of nsfs, however they were opened (the link's text is a path where
 * that was a bind mount). One statx(2) each, which asks for nothing and tells the file system not to synchronise, so
 * that it does not wait for a server or daemon. The sockets met on the way are returned.
 */
export function findDescriptors(
  context: ScanContext,
  process: ScannedProcess,
  findings: Findings,
  wanted: boolean,
): SocketDescriptor[] {
  const { pid } = process;
  const sockets: SocketDescriptor[] = [];
  const directory = context.budget.open(() => openAt(process.directory, "fd", O_DIRECTORY));
  const fds: number[] = [];
  const failed = directory < 0 ? directory : listNumbers(directory, fds);
  // What may not be inspected at all was said to be so already.
  const isSaid = process.isUnreadable && (failed === -EACCES || failed === -EPERM);
  if (failed < 0 && !isGone(failed) && !isSaid)
    findings.problems.push({ code: "DESCRIPTORS_UNREADABLE", pid, errno: errnoName(-failed) });
  const own = process.isSelf ? context.budget.kept() : undefined;
  for (const fd of fds) {
    if (own?.has(fd)) continue;
    const status = statusAt(directory, String(fd));
    if (typeof status === "number") noteFailure(status, pid, fd, findings);
    else if (status.format === S_IFSOCK) sockets.push({ fd, ino: status.ino });
    else if (wanted && status.dev === context.nsfsDev) {
      findings.sightings.push(sighting(context, directory, pid, fd, namespaceId(status.dev, status.ino)));
    }
  }
  if (directory >= 0) closeFd(directory);
  return sockets;
}

function noteFailure(result: number, pid: number, fd: number, findings: Findings): void {
  if (isGone(result) || OF_OTHER_FILE_SYSTEMS.has(-result)) return;
  findings.problems.push({ code: "DESCRIPTOR_UNREADABLE", pid, fd, errno: errnoName(-result) });
}

function isGone(result: number): boolean {
  return result === -ENOENT || result === -ESRCH;
}

function sighting(context: ScanContext, directory: number, pid: number, fd: number, id: NamespaceId): Sighting {
  const open = openNow(context, id, () => {
    const opened = context.budget.open(() => openAt(directory, String(fd), 0));
    return context.namespaces.expect(opened, id, undefined, { code: "NAMESPACE_UNREADABLE", namespace: id, pid, fd });
  });
  return { id, pin: { kind: "fd", namespace: id, pid, fd }, open };
}
