import { type Membership, NAMESPACE_TYPES, parseNamespaceId } from "@ns-graph/graph";
import { ESRCH, errnoName } from "../kernel/errno.js";
import { closeFd, ioctl } from "../kernel/libc.js";
import { PIDFD_GET_NAMESPACE } from "../kernel/nsfs.js";
import type { Findings } from "../places/findings.js";
import type { ScanContext } from "../scan/scan-context.js";
import { openPidfd } from "./pidfd.js";

/**
 * The namespaces of a process whose links can't be read without waiting, asked of a pidfd, which does not wait (Linux 6.11).
 * Those that can't be read are absent, and then that is a problem. Undefined where the process has gone.
 *
 * @param directory what of /proc was read before; undefined where nothing was, so that nothing has to be of the same process
 */
export function readByPidfd(
  context: ScanContext,
  pid: number,
  directory: number | undefined,
  findings: Findings,
): Membership | undefined {
  const { memberships, namespaces, types } = context;
  const inodes = new Float64Array(NAMESPACE_TYPES.length);
  const pidfd = openPidfd(context, { who: { pid }, directory, prefix: "" });
  let failed = Math.min(pidfd, 0);
  for (const type of pidfd < 0 ? [] : types) {
    const namespace = namespaces.adoptFrom(() => ioctl(pidfd, PIDFD_GET_NAMESPACE[type]), type);
    if (typeof namespace === "number") failed = namespace;
    else inodes[NAMESPACE_TYPES.indexOf(type)] = parseNamespaceId(namespace.id)?.ino ?? 0;
  }
  if (pidfd >= 0) closeFd(pidfd);
  if (failed === -ESRCH) return undefined;
  if (failed < 0) findings.fail({ code: "PROCESS_UNREADABLE", pid, errno: errnoName(-failed) });
  return memberships.of(failed < 0 ? new Float64Array(NAMESPACE_TYPES.length) : inodes);
}
