import { NAMESPACE_TYPES, type NamespaceId, type Problem } from "@ns-graph/graph";
import type { Share } from "../budget/scan-budget.js";
import { EBADF, EINVAL, ENOENT, ENOSYS, ENOTTY, EOPNOTSUPP, EPERM, ESRCH, errnoName } from "../kernel/errno.js";
import { closeFd, ioctl, readFileAt, readLinkAt, readLinkTextAt } from "../kernel/libc.js";
import { SIOCGSKNS } from "../kernel/nsfs.js";
import { linkedInode } from "../processes/linked-inode.js";
import { copyDescriptor, openPidfd, openThreadPidfd } from "../processes/pidfd.js";
import { isEnding } from "../processes/proc-directory.js";
import type { Thread } from "../processes/thread-list.js";
import type { ScanContext, ScannedProcess } from "../scan/scan-context.js";
import type { SocketDescriptor } from "./descriptor.js";
import type { Findings } from "./findings.js";
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
  /** st_dev of sockfs, once it is known. */
  #sockfs: number | undefined;
  readonly #homes = new Map<number, { asked: number; inodes: ReadonlySet<number> | undefined }>();

  /** Reports what the sockets of one table hold; answers how many of them a limit kept from being asked. */
  find(
    context: ScanContext,
    process: ScannedProcess,
    thread: Thread,
    sockets: readonly SocketDescriptor[],
    findings: Findings,
  ): number {
    if (sockets.length === 0 || !context.interfaces.has("pidfd_getfd") || !context.interfaces.has("SIOCGSKNS"))
      return 0;
    const { who } = thread;
    const home = homeOf(process, thread);
    const unasked: SocketDescriptor[] = [];
    const tables = { areOfAnother: false };
    for (const socket of sockets) {
      if (!this.#isSocket(thread, socket)) continue;
      const { fd, ino } = socket;
      if (this.#asked.has(ino)) this.#report(context, who, home, fd, this.#asked.get(ino), findings);
      else if (!this.#isAtHome(thread, home, ino, process.share, tables)) unasked.push(socket);
    }
    const granted = process.share.take("sockets", unasked.length);
    this.#askAll(context, thread, home, unasked.slice(0, granted), findings);
    return unasked.length - granted;
  }

  /** Asks sockets one by one, through copies of them, and reports what they hold. */
  #askAll(
    context: ScanContext,
    thread: Thread,
    home: number,
    sockets: readonly SocketDescriptor[],
    findings: Findings,
  ): void {
    if (sockets.length === 0) return;
    const pidfd = this.#openPidfd(context, thread, findings);
    if (pidfd < 0) return;
    for (const { fd, ino } of sockets) {
      const answer = this.#asked.get(ino) ?? this.#ask(context, thread.who, pidfd, fd, findings);
      if (answer === "stop") break;
      if (answer === undefined) continue;
      this.#asked.set(ino, answer);
      this.#report(context, thread.who, home, fd, answer, findings);
    }
    closeFd(pidfd);
  }

  /**
   * Whether it is a socket, and not the name of one in a file system that was opened with O_PATH: of those the inode
   * numbers mean something else, and they hold nothing. There is one sockfs for all sockets; no file system is asked.
   */
  #isSocket({ directory, prefix }: Thread, { fd, dev, ino }: SocketDescriptor): boolean {
    if (this.#sockfs !== undefined) return dev === this.#sockfs;
    const text = readLinkTextAt(directory, `${prefix}fd/${fd}`);
    if (typeof text === "number") return text !== -ENOENT && text !== -ESRCH;
    // The kernel's own text, which no path is like; of that inode, or another file has got the number meanwhile.
    if (text === `socket:[${ino}]`) this.#sockfs = dev;
    return this.#sockfs !== undefined;
  }

  #report(
    context: ScanContext,
    who: Thread["who"],
    home: number,
    fd: number,
    id: NamespaceId | undefined,
    findings: Findings,
  ): void {
    const handle = id === undefined ? undefined : context.namespaces.get(id);
    if (id === undefined || handle === undefined || id === context.memberships.id(home)) return;
    findings.see({
      id,
      type: "net",
      pin: { kind: "socket", namespace: id, ...who, fd },
      open: () => ({ state: "open", handle }),
    });
  }

  /** A pidfd of a thread came later (Linux 6.9): before, its sockets are said to be unread. */
  #openPidfd(context: ScanContext, { who, directory, prefix }: Thread, findings: Findings): number {
    const { pid, tid } = who;
    const pidfd = tid === undefined ? openPidfd(context, pid, directory) : openThreadPidfd(context, tid, directory);
    if (pidfd === -ENOSYS) context.interfaces.markAbsent("pidfd_getfd", "ENOSYS");
    else if (pidfd < 0 && !(pidfd === -ESRCH && isEnding(directory, prefix)))
      findings.fail({ code: "SOCKETS_UNREADABLE", ...who, errno: errnoName(-pidfd) });
    return pidfd;
  }

  #ask(
    context: ScanContext,
    who: Thread["who"],
    pidfd: number,
    fd: number,
    findings: Findings,
  ): NamespaceId | undefined | "stop" {
    const copy = copyDescriptor(context.budget, pidfd, fd);
    if (copy < 0) {
      if (copy === -EBADF || copy === -ESRCH) return undefined;
      if (copy === -ENOSYS) context.interfaces.markAbsent("pidfd_getfd", "ENOSYS");
      // The permission is one for the whole process.
      else if (copy === -EPERM) findings.fail({ code: "SOCKETS_UNREADABLE", ...who, errno: "EPERM" });
      else findings.fail(unreadable(who, fd, copy));
      return copy === -EPERM || copy === -ENOSYS ? "stop" : undefined;
    }
    const net = context.budget.open(() => ioctl(copy, SIOCGSKNS));
    closeFd(copy);
    if (net === -ENOTTY || net === -EINVAL) {
      context.interfaces.markAbsent("SIOCGSKNS", errnoName(-net));
      return "stop";
    }
    const namespace = net < 0 ? net : context.namespaces.adopt(net, "net");
    if (typeof namespace !== "number") return namespace.id;
    // Some kinds of sockets are of no network namespace. EBADF: opened with O_PATH, it holds nothing.
    if (namespace !== -EOPNOTSUPP && namespace !== -EBADF)
      findings.fail({
        ...unreadable(who, fd, namespace),
        ...(net === -EPERM ? { what: "CAP_NET_ADMIN" } : {}),
      });
    return undefined;
  }

  /** Whether a socket is listed in the network namespace that its thread is in. */
  #isAtHome(thread: Thread, net: number, ino: number, share: Share, tables: { areOfAnother: boolean }): boolean {
    if (net === 0) return false;
    let home = this.#homes.get(net);
    if (home === undefined) {
      home = { asked: 0, inodes: undefined };
      this.#homes.set(net, home);
    }
    home.asked++;
    if (home.inodes === undefined && home.asked > WORTH_A_TABLE && !tables.areOfAnother) {
      const inodes = readTables(thread, share);
      // It may have entered another one meanwhile, and then the tables are that one's, for its other sockets as well.
      tables.areOfAnother = netOf(thread) !== net;
      if (!tables.areOfAnother) home.inodes = inodes;
    }
    return home.inodes?.has(ino) ?? false;
  }
}

function unreadable(who: Thread["who"], fd: number, result: number): Problem {
  return { code: "SOCKET_UNREADABLE", ...who, fd, errno: errnoName(-result) };
}

/** Inode of the network namespace that a thread is in; 0 where that is not known. */
function homeOf(process: ScannedProcess, { who, directory, prefix }: Thread): number {
  if (who.tid === undefined) return process.inodes[NET] as number;
  return netOf({ directory, prefix });
}

/** Inode of the network namespace that a thread is in now; 0 where that can't be read. */
function netOf({ directory, prefix }: Pick<Thread, "directory" | "prefix">): number {
  const length = readLinkAt(directory, `${prefix}ns/net`);
  return length < 0 ? 0 : linkedInode(length);
}

function readTables({ directory, prefix }: Thread, share: Share): ReadonlySet<number> {
  const inodes = new Set<number>();
  for (const table of SOCKET_TABLES) {
    // A table that this kernel lacks, that can't be read, or that is too long, spares no question: the sockets are asked.
    const bytes = readFileAt(directory, `${prefix}net/${table.file}`, "records", share.bytes);
    if (typeof bytes !== "number") for (const ino of socketInodes(table, bytes.toString("latin1"))) inodes.add(ino);
  }
  return inodes;
}
