import { NAMESPACE_TYPES, type NamespaceId } from "@ns-graph/graph";
import { EBADF, EINVAL, ENOSYS, ENOTTY, EOPNOTSUPP, EPERM, ESRCH, errnoName } from "../errno.js";
import { closeFd, ioctl, readFileAt } from "../libc.js";
import { SIOCGSKNS } from "../nsfs.js";
import { copyDescriptor, openPidfd } from "../pidfd.js";
import type { Findings, ScanContext, ScannedProcess } from "../scan-context.js";
import type { SocketDescriptor } from "./descriptor.js";
import { SOCKET_TABLES, socketInodes } from "./socket-tables.js";

const NET = NAMESPACE_TYPES.indexOf("net");

/** From so many sockets of one network namespace on, its tables are read rather than each socket asked. */
const WORTH_A_TABLE = 4;

/**
 * Network namespaces that sockets hold: each socket is copied (pidfd_getfd(2), Linux 5.6) and asked where it was made
 * (SIOCGSKNS, Linux 4.10). A socket of the namespace its process is in holds nothing that the process does not
 * hold itself: it is no pin, and where there are several, the tables in /proc/PID/net tell them without asking.
 */
export class SocketSearch {
  /** The namespace of each socket that was asked, by its inode in sockfs. */
  readonly #asked = new Map<number, NamespaceId | undefined>();
  readonly #homes = new Map<number, { asked: number; inodes: ReadonlySet<number> | undefined }>();

  find(context: ScanContext, process: ScannedProcess, sockets: readonly SocketDescriptor[], findings: Findings): void {
    if (sockets.length === 0 || !context.interfaces.has("pidfd_getfd") || !context.interfaces.has("SIOCGSKNS")) return;
    let pidfd: number | undefined;
    for (const { fd, ino } of sockets) {
      if (!this.#asked.has(ino)) {
        if (this.#isAtHome(process, ino)) continue;
        pidfd ??= this.#openPidfd(context, process, findings);
        if (pidfd < 0) return;
        const answer = this.#ask(context, process, pidfd, fd, findings);
        if (answer === "stop") break;
        if (answer === undefined) continue;
        this.#asked.set(ino, answer);
      }
      this.#report(context, process, fd, this.#asked.get(ino), findings);
    }
    if (pidfd !== undefined) closeFd(pidfd);
  }

  #report(
    context: ScanContext,
    process: ScannedProcess,
    fd: number,
    id: NamespaceId | undefined,
    findings: Findings,
  ): void {
    const handle = id === undefined ? undefined : context.namespaces.get(id);
    if (id === undefined || handle === undefined || id === context.memberships.id(process.inodes[NET] as number))
      return;
    findings.sightings.push({
      id,
      type: "net",
      pin: { kind: "socket", namespace: id, pid: process.pid, fd },
      open: () => ({ state: "open", handle }),
    });
  }

  #openPidfd(context: ScanContext, process: ScannedProcess, findings: Findings): number {
    const pidfd = openPidfd(context, process.pid, process.directory);
    if (pidfd === -ENOSYS) context.interfaces.markAbsent("pidfd_getfd", "ENOSYS");
    else if (pidfd < 0 && pidfd !== -ESRCH)
      findings.problems.push({ code: "SOCKETS_UNREADABLE", pid: process.pid, errno: errnoName(-pidfd) });
    return pidfd;
  }

  #ask(
    context: ScanContext,
    process: ScannedProcess,
    pidfd: number,
    fd: number,
    findings: Findings,
  ): NamespaceId | undefined | "stop" {
    const { pid } = process;
    const copy = copyDescriptor(context.budget, pidfd, fd);
    if (copy < 0) {
      if (copy === -EBADF || copy === -ESRCH) return undefined;
      if (copy === -ENOSYS) context.interfaces.markAbsent("pidfd_getfd", "ENOSYS");
      // The permission is one for the whole process.
      else if (copy === -EPERM) findings.problems.push({ code: "SOCKETS_UNREADABLE", pid, errno: "EPERM" });
      else findings.problems.push({ code: "SOCKET_UNREADABLE", pid, fd, errno: errnoName(-copy) });
      return copy === -EPERM || copy === -ENOSYS ? "stop" : undefined;
    }
    const net = context.budget.open(() => ioctl(copy, SIOCGSKNS));
    closeFd(copy);
    if (net < 0) {
      if (net === -ENOTTY || net === -EINVAL) {
        context.interfaces.markAbsent("SIOCGSKNS", errnoName(-net));
        return "stop";
      }
      if (net === -EPERM)
        findings.problems.push({ code: "SOCKET_UNREADABLE", pid, fd, errno: "EPERM", what: "CAP_NET_ADMIN" });
      else if (net !== -EOPNOTSUPP)
        findings.problems.push({ code: "SOCKET_UNREADABLE", pid, fd, errno: errnoName(-net) });
      return undefined;
    }
    const namespace = context.namespaces.adopt(net, "net");
    if (typeof namespace !== "number") return namespace.id;
    findings.problems.push({ code: "SOCKET_UNREADABLE", pid, fd, errno: errnoName(-namespace) });
    return undefined;
  }

  /** Whether a socket is listed in the network namespace that its process is in. */
  #isAtHome(process: ScannedProcess, ino: number): boolean {
    const net = process.inodes[NET] as number;
    if (net === 0) return false;
    let home = this.#homes.get(net);
    if (home === undefined) {
      home = { asked: 0, inodes: undefined };
      this.#homes.set(net, home);
    }
    home.asked++;
    if (home.inodes === undefined && home.asked > WORTH_A_TABLE) home.inodes = readTables(process.directory);
    return home.inodes?.has(ino) ?? false;
  }
}

function readTables(directory: number): ReadonlySet<number> {
  const inodes = new Set<number>();
  for (const table of SOCKET_TABLES) {
    // A table that this kernel lacks, or that can't be read, spares no question: the sockets are asked.
    const bytes = readFileAt(directory, `net/${table.file}`, "records");
    if (typeof bytes !== "number") for (const ino of socketInodes(table, bytes.toString("latin1"))) inodes.add(ino);
  }
  return inodes;
}
