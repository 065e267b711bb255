import { constants } from "node:os";
import { namespaceId } from "@ns-graph/graph";
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
  if (directory < 0) {
    // What may not be inspected at all was said to be so already.
    const said = process.isUnreadable && (directory === -EACCES || directory === -EPERM);
    if (directory !== -ENOENT && directory !== -ESRCH && !said) {
      findings.problems.push({ code: "DESCRIPTORS_UNREADABLE", pid, errno: errnoName(-directory) });
    }
    return sockets;
  }
  const fds: number[] = [];
  const listed = listNumbers(directory, fds);
  if (listed < 0 && listed !== -ENOENT && listed !== -ESRCH)
    findings.problems.push({ code: "DESCRIPTORS_UNREADABLE", pid, errno: errnoName(-listed) });
  const own = process.isSelf ? context.budget.kept() : undefined;
  for (const fd of fds) {
    if (own?.has(fd)) continue;
    const status = statusAt(directory, String(fd));
    if (typeof status === "number") {
      if (status === -ENOENT || status === -ESRCH || OF_OTHER_FILE_SYSTEMS.has(-status)) continue;
      findings.problems.push({ code: "DESCRIPTOR_UNREADABLE", pid, fd, errno: errnoName(-status) });
    } else if (status.format === S_IFSOCK) {
      sockets.push({ fd, ino: status.ino });
    } else if (wanted && status.dev === context.nsfsDev) {
      const id = namespaceId(status.dev, status.ino);
      const open = openNow(context, id, () => {
        const opened = context.budget.open(() => openAt(directory, String(fd), 0));
        return context.namespaces.expect(opened, id, undefined, {
          code: "NAMESPACE_UNREADABLE",
          namespace: id,
          pid,
          fd,
        });
      });
      findings.sightings.push({ id, pin: { kind: "fd", namespace: id, pid, fd }, open });
    }
  }
  closeFd(directory);
  return sockets;
}
