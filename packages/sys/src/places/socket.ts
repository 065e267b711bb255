import { NAMESPACE_TYPES, type NamespaceId, obtain, type Pin } from "@ns-graph/graph";
import { EBADF, EINVAL, ENOSYS, ENOTTY, EOPNOTSUPP, EPERM, ESRCH, errnoName, isGone } from "../kernel/errno.js";
import { closeFd, ioctl, readFileAt, readLinkTextAt, syscall } from "../kernel/libc.js";
import { SIOCGSKNS } from "../kernel/nsfs.js";
import { PIDFD_GETFD } from "../kernel/syscall-numbers.js";
import { inodeAt } from "../processes/linked-inode.js";
import { openPidfd } from "../processes/pidfd.js";
import { isEnding } from "../processes/proc-directory.js";
import type { DescriptorsOfThread, ScannedProcess, SocketDescriptor, Thread } from "../processes/scanned-process.js";
import type { ScanContext } from "../scan/scan-context.js";
import { findDescriptors } from "./descriptor.js";
import { SOCKET_TABLES, socketInodes } from "./socket-tables.js";

const NET = NAMESPACE_TYPES.indexOf("net");

/** Up to this number of sockets of one network namespace each is asked; for more its tables are read. */
const WORTH_A_TABLE = 4;

interface Owner {
  readonly process: ScannedProcess;
  readonly thread: Thread;
  /** Inode of the network namespace that it is in; 0 where that is not known. */
  readonly net: number;
  /** Whether it was seen to be in another one meanwhile. */
  hasMoved: boolean;
  /** What was reported of descriptors of tun, by their numbers, in all tables of the process. */
  readonly tuns: Set<string>;
}

/**
 * Network namespaces that sockets hold: each socket is copied (pidfd_getfd(2), Linux 5.6) and asked where it was made
 * (SIOCGSKNS, Linux 4.10). A socket of the namespace its process is in holds nothing that the process does not
 * hold itself: it is no pin, and where there are several, the tables in /proc/PID/net list them without asking.
 *
 * A descriptor of /dev/net/tun has a socket of its own, with an interface or without, and is asked likewise (Linux 4.18): what
 * it keeps is the namespace that it was opened in. TUNGETDEVNETNS tells where the interface has been moved to, which keeps
 * nothing.
 */
export function findSockets(process: ScannedProcess): void {
  let leftOut = 0;
  const tuns = new Set<string>();
  for (const found of findDescriptors(process)) leftOut += findInTable(process, found, tuns);
  if (leftOut > 0) process.findings.fail(process.share.leftOut("sockets", { pid: process.pid }, leftOut));
}

/** Reports what the sockets of one file table hold; answers how many of them a limit kept from being asked. */
function findInTable(process: ScannedProcess, { thread, sockets }: DescriptorsOfThread, tuns: Set<string>): number {
  const { interfaces, sockets: known } = process.context;
  if (sockets.length === 0 || !interfaces.has("pidfd_getfd") || !interfaces.has("SIOCGSKNS")) return 0;
  const owner: Owner = { process, thread, net: netOf(process, thread), hasMoved: false, tuns };
  const unasked: SocketDescriptor[] = [];
  for (const socket of sockets) {
    if (socket.isTun) {
      unasked.push(socket);
      continue;
    }
    if (!isSocket(owner, socket)) continue;
    const id = known.asked.get(socket.ino);
    if (id !== undefined) report(owner, socket, id);
    else if (!isOfOwnNet(owner, socket.ino)) unasked.push(socket);
  }
  const granted = process.share.take("sockets", unasked.length);
  askAll(owner, unasked.slice(0, granted));
  return unasked.length - granted;
}

/** Asks sockets one by one, through copies of them, and reports what they hold. */
function askAll(owner: Owner, sockets: readonly SocketDescriptor[]): void {
  if (sockets.length === 0) return;
  const { asked } = owner.process.context.sockets;
  const pidfd = openOwner(owner);
  if (pidfd < 0) return;
  for (const socket of sockets) {
    // The file of a device has one inode for all that is opened through it.
    const known = socket.isTun ? undefined : asked.get(socket.ino);
    const answer = known ?? ask(owner, pidfd, socket);
    if (answer === "stop") break;
    if (answer === undefined) continue;
    if (!socket.isTun) asked.set(socket.ino, answer);
    report(owner, socket, answer);
  }
  closeFd(pidfd);
}

/**
 * Whether it is a socket, and not the name of one in a file system that was opened with O_PATH: of those the inode
 * numbers mean something else, and they hold nothing. There is one sockfs for all sockets; no file system is asked.
 */
function isSocket({ process, thread }: Owner, { fd, dev, ino }: SocketDescriptor): boolean {
  const known = process.context.sockets;
  if (known.sockfs !== undefined) return dev === known.sockfs;
  const text = readLinkTextAt(thread.directory, `${thread.prefix}fd/${fd}`);
  if (typeof text === "number") return !isGone(text);
  // The kernel's own text, which no path is like; of that inode, or another file has got the number meanwhile.
  if (text === `socket:[${ino}]`) known.sockfs = dev;
  return known.sockfs !== undefined;
}

function report(
  { process, thread, net, tuns }: Owner,
  { fd, isTun, isAgain }: SocketDescriptor,
  id: NamespaceId,
): void {
  const { memberships, namespaces } = process.context;
  const handle = namespaces.get(id);
  if (handle === undefined || id === memberships.id(net)) return;
  if (isTun) {
    const key = `${fd} ${id}`;
    if (isAgain && tuns.has(key)) return;
    tuns.add(key);
  }
  const held = { namespace: id, ...thread.who, fd };
  const pin: Pin = isTun ? { kind: "file", ...held, of: "tun" } : { kind: "socket", ...held };
  process.findings.see({ id, type: "net", pin, open: () => ({ state: "open", handle }) });
}

/** A pidfd of a thread came later (Linux 6.9): before, its sockets are said to be unread. */
function openOwner({ process, thread }: Owner): number {
  const { context, findings } = process;
  const { who, directory, prefix } = thread;
  const pidfd = openPidfd(context, thread);
  if (pidfd === -ENOSYS) context.interfaces.markAbsent("pidfd_getfd", "ENOSYS");
  else if (pidfd < 0 && !(pidfd === -ESRCH && isEnding(directory, prefix)))
    findings.fail({ code: "SOCKETS_UNREADABLE", ...who, errno: errnoName(-pidfd) });
  return pidfd;
}

/** The namespace of a socket; undefined where there is none or it is not known, `stop` where no other one can be asked either. */
function ask(
  { process, thread }: Owner,
  pidfd: number,
  { fd, isTun }: SocketDescriptor,
): NamespaceId | undefined | "stop" {
  const { context, findings } = process;
  const { who } = thread;
  const unreadable = { code: "SOCKET_UNREADABLE", ...who, fd } as const;
  const copy = context.budget.open(() => syscall(PIDFD_GETFD, pidfd, fd));
  if (copy < 0) {
    if (copy === -EBADF || copy === -ESRCH) return undefined;
    if (copy === -ENOSYS) context.interfaces.markAbsent("pidfd_getfd", "ENOSYS");
    // The permission is one for the whole process.
    else if (copy === -EPERM) findings.fail({ code: "SOCKETS_UNREADABLE", ...who, errno: "EPERM" });
    else findings.fail({ ...unreadable, errno: errnoName(-copy) });
    return copy === -EPERM || copy === -ENOSYS ? "stop" : undefined;
  }
  const net = context.budget.open(() => ioctl(copy, SIOCGSKNS));
  closeFd(copy);
  if (!isTun && (net === -ENOTTY || net === -EINVAL)) {
    context.interfaces.markAbsent("SIOCGSKNS", errnoName(-net));
    return "stop";
  }
  const namespace = net < 0 ? net : context.namespaces.adopt(net, "net");
  if (typeof namespace !== "number") return namespace.id;
  // Some kinds of sockets are of no network namespace. EBADF: opened with O_PATH, it holds nothing.
  if (namespace !== -EOPNOTSUPP && namespace !== -EBADF)
    findings.fail({
      ...unreadable,
      errno: errnoName(-namespace),
      ...(net === -EPERM ? { what: "CAP_NET_ADMIN" } : {}),
    });
  return undefined;
}

/** The network namespaces of sockets, by their inodes in sockfs, as far as those that have them open told so far. */
export function knownNetworks(
  { sockets: { asked, tables }, memberships }: ScanContext,
  inodes: ReadonlySet<number>,
): ReadonlyMap<number, NamespaceId> {
  const known = new Map<number, NamespaceId>();
  for (const [net, { inodes: listed }] of tables) {
    for (const ino of listed ?? []) if (inodes.has(ino)) known.set(ino, memberships.id(net));
  }
  for (const ino of inodes) {
    const id = asked.get(ino);
    if (id !== undefined) known.set(ino, id);
  }
  return known;
}

/** The network namespace that a thread is in, for several sockets that are looked for in it. */
export interface OwnNetwork {
  /** Undefined where it is not known. */
  readonly id: NamespaceId | undefined;
  /** Whether a socket, by its inode in sockfs, is listed in it. */
  lists(ino: number): boolean;
}

export function ownNetworkOf(process: ScannedProcess, thread: Thread): OwnNetwork {
  const owner = { process, thread, net: netOf(process, thread), hasMoved: false };
  return {
    id: owner.net === 0 ? undefined : process.context.memberships.id(owner.net),
    lists: (ino) => isOfOwnNet(owner, ino, 0),
  };
}

/** Inode of the network namespace that a thread is in; 0 where that is not known. */
function netOf(process: ScannedProcess, { who, directory, prefix }: Thread): number {
  return who.tid === undefined ? (process.inodes[NET] as number) : inodeAt(directory, `${prefix}ns/net`);
}

/** Whether a socket is listed in the network namespace that its thread is in. */
function isOfOwnNet(owner: Omit<Owner, "tuns">, ino: number, worth = WORTH_A_TABLE): boolean {
  const { process, thread, net } = owner;
  if (net === 0) return false;
  const { tables } = process.context.sockets;
  const table = obtain(tables, net, () => ({ wanted: 0, inodes: undefined }));
  table.wanted++;
  if (table.inodes === undefined && table.wanted > worth && !owner.hasMoved) {
    const inodes = readTables(owner);
    // In another one by now, the tables are that one's, for its other sockets as well.
    owner.hasMoved = inodeAt(thread.directory, `${thread.prefix}ns/net`) !== net;
    if (!owner.hasMoved) table.inodes = inodes;
  }
  return table.inodes?.has(ino) ?? false;
}

function readTables({ process, thread }: Pick<Owner, "process" | "thread">): ReadonlySet<number> {
  const inodes = new Set<number>();
  for (const [file, column] of SOCKET_TABLES) {
    // A table that this kernel lacks, that can't be read, or that is too long, spares no question: the sockets are asked.
    const bytes = readFileAt(thread.directory, `${thread.prefix}net/${file}`, "records", process.share.bytes);
    if (typeof bytes !== "number") for (const ino of socketInodes(column, bytes.toString("latin1"))) inodes.add(ino);
  }
  return inodes;
}
