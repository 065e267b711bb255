import { constants } from "node:os";
import { type NamespaceId, namespaceId, type Opened } from "@ns-graph/graph";
import { EACCES, ENOENT, EPERM, ESRCH, ESTALE, errnoName } from "../kernel/errno.js";
import { FileTables } from "../kernel/file-tables.js";
import {
  closeFd,
  listNumbers,
  O_DIRECTORY,
  O_PATH,
  openAt,
  readLinkAt,
  S_IFSOCK,
  type Status,
  statusAt,
  statusOf,
} from "../kernel/libc.js";
import { isEnding, mayMeanGone } from "../processes/proc-directory.js";
import {
  mainThread,
  type ScannedProcess,
  type SocketDescriptor,
  type SocketsOfThread,
  type Thread,
} from "../processes/scanned-process.js";

/** What was met in the tables of a process that may be the same one. */
interface Reading {
  readonly process: ScannedProcess;
  readonly met: Set<string> | undefined;
  /** How many descriptors a limit kept from being looked at; undefined where their number is not known. */
  leftOut: number | undefined;
}

/** What a file system of somebody else's answers when it is broken. nsfs never does. */
const OF_BROKEN_FILE_SYSTEMS: ReadonlySet<number> = new Set([
  constants.errno.ENOTCONN,
  constants.errno.ETIMEDOUT,
  ESTALE,
]);

/**
 * Descriptors of namespaces: those on the device of nsfs, however they were opened (the link's text is a path where
 * that was a bind mount). One statx(2) each, which asks for nothing and tells the file system not to synchronise, so
 * that it does not wait for a server or daemon.
 */
export function findDescriptors(process: ScannedProcess): void {
  readSockets(process);
}

/**
 * The sockets among the descriptors of a process, which are read once for both: those of namespaces are reported on the way,
 * where they are searched for.
 *
 * The table read is the main thread's, and that of each other thread which has its own. A main thread that has exited
 * has none: then the first of those that live is asked.
 */
export function readSockets(process: ScannedProcess): readonly SocketsOfThread[] {
  process.sockets ??= readTables(process);
  return process.sockets;
}

function readTables(process: ScannedProcess): readonly SocketsOfThread[] {
  const { others, pid } = process;
  if (process.isZombie && others.length === 0) return [];
  const reading: Reading = { process, met: others.length === 0 ? undefined : new Set(), leftOut: 0 };
  const main = mainThread(process);
  const sockets: SocketDescriptor[] = [];
  const result = readTable({ reading, thread: main, mayBeKnown: false, sockets });
  const found: SocketsOfThread[] = [{ thread: main, sockets }];
  // What is refused is refused of all threads, and was said.
  if (others.length > 0 && !isRefused(result)) readOthers(reading, isGone(result), found);
  const { leftOut } = reading;
  if (leftOut !== 0) process.findings.fail(process.share.leftOut("descriptors", { pid }, leftOut));
  return found;
}

/** Reads the tables that other threads have of their own. */
function readOthers(reading: Reading, isMainGone: boolean, found: SocketsOfThread[]): void {
  const { context, pid, others } = reading.process;
  const tables = new FileTables();
  if (!isMainGone) tables.note(pid);
  for (const thread of others) {
    const table = context.isProcForeign ? "unknown" : tables.note(thread.who.tid);
    if (table === "known") continue;
    const sockets: SocketDescriptor[] = [];
    readTable({ reading, thread, mayBeKnown: table === "unknown", sockets });
    if (sockets.length > 0) found.push({ thread, sockets });
  }
}

/** A table while it is read. */
interface Table {
  readonly reading: Reading;
  readonly thread: Thread;
  /** Whether it may be the same as another, so that only that is reported which was not met there. */
  readonly mayBeKnown: boolean;
  /** The sockets in it. */
  readonly sockets: SocketDescriptor[];
}

/** Reads one table: 0, or -errno where it could not be listed or may not be looked into. */
function readTable(table: Table): number {
  const { reading, thread } = table;
  const { process } = reading;
  const { context } = process;
  const directory = context.budget.open(() => openAt(thread.directory, `${thread.prefix}fd`, O_DIRECTORY));
  const fds: number[] = [];
  let isCut = false;
  const grant = (count: number): number => {
    const granted = process.share.take("descriptors", count);
    isCut = granted < count;
    return granted;
  };
  let failed = directory < 0 ? directory : listNumbers(directory, fds, grant);
  if (isCut) noteLeftOut(reading, directory, fds.length);
  const own = process.isSelf ? context.budget.kept() : undefined;
  for (const fd of fds) {
    if (own?.has(fd)) continue;
    const status = look(process, directory, thread.who, fd);
    if (status === "refused") {
      failed = -EACCES;
      break;
    }
    if (status !== undefined) take(table, directory, fd, status);
  }
  if (failed < 0) noteFailure(failed, process, thread);
  if (directory >= 0) closeFd(directory);
  return failed;
}

/** Counts those of a table that were not listed: the size of its directory is their number (Linux 6.2). */
function noteLeftOut(reading: Reading, directory: number, listed: number): void {
  const status = statusOf(directory);
  const number = typeof status === "number" ? 0 : status.size;
  if (number <= listed) reading.leftOut = undefined;
  else if (reading.leftOut !== undefined) reading.leftOut += number - listed;
}

/** Takes a descriptor that is of a namespace or socket. */
function take(table: Table, directory: number, fd: number, { dev, ino, format }: Status): void {
  const { reading, thread, mayBeKnown, sockets } = table;
  const { process, met } = reading;
  const isSocket = format === S_IFSOCK;
  if (!isSocket && !(process.sources.has("fd") && dev === process.context.nsfsDev)) return;
  if (met !== undefined && isMetAgain(met, `${fd} ${dev} ${ino}`) && mayBeKnown) return;
  if (isSocket) sockets.push({ fd, dev, ino });
  else report(process, directory, thread.who, fd, namespaceId(dev, ino));
}

function isMetAgain(met: Set<string>, key: string): boolean {
  const isKnown = met.has(key);
  met.add(key);
  return isKnown;
}

/** Says that descriptors are not known, unless they are gone or what may not be inspected was said to be so already. */
function noteFailure(failed: number, { isUnreadable, findings }: ScannedProcess, thread: Thread): void {
  const { who, directory, prefix } = thread;
  if (isUnreadable && isRefused(failed)) return;
  if (mayMeanGone(failed) && isEnding(directory, prefix)) return;
  findings.fail({ code: "DESCRIPTORS_UNREADABLE", ...who, errno: errnoName(-failed) });
}

/**
 * What a descriptor leads to; undefined where it has gone, leads into a broken file system of somebody else's, or can't
 * be known. Those of a process that may not be inspected are `refused`, though they may be listed.
 */
function look(
  { findings }: ScannedProcess,
  directory: number,
  who: Thread["who"],
  fd: number,
): Status | "refused" | undefined {
  const name = String(fd);
  let status = statusAt(directory, name);
  if (status === -EACCES) {
    // What refuses it for good refuses it again, and a process that may not be inspected the link's text as well.
    status = statusAt(directory, name);
    if (status === -EACCES && readLinkAt(directory, name) === -EACCES) return "refused";
  }
  if (typeof status !== "number") return status;
  if (!isGone(status) && !OF_BROKEN_FILE_SYSTEMS.has(-status))
    findings.fail({ code: "DESCRIPTOR_UNREADABLE", ...who, fd, errno: errnoName(-status) });
  return undefined;
}

function isRefused(result: number): boolean {
  return result === -EACCES || result === -EPERM;
}

function isGone(result: number): boolean {
  return result === -ENOENT || result === -ESRCH;
}

function report(process: ScannedProcess, directory: number, who: Thread["who"], fd: number, id: NamespaceId): void {
  const opened = openDescriptor(process, directory, who, fd, id);
  process.findings.see({ id, pin: { kind: "fd", namespace: id, ...who, fd }, open: () => opened });
}

/** Opens the namespace at once, so that the way to it is not lost. */
function openDescriptor(
  { context }: ScannedProcess,
  directory: number,
  who: Thread["who"],
  fd: number,
  id: NamespaceId,
): Opened {
  const known = context.namespaces.getOpen(id);
  if (known !== undefined) return { state: "open", handle: known };
  // By now it may be another file, which may not be opened: a FIFO, a device, one on a file system that does not answer.
  const file = context.budget.open(() => openAt(directory, String(fd), O_PATH));
  const opened = file < 0 ? file : context.namespaces.reopen(file, id);
  if (file >= 0) closeFd(file);
  if (opened === "another") return { state: "changed" };
  if (typeof opened !== "number") return { state: "open", handle: opened };
  const errno = errnoName(-opened);
  return { state: "failed", problem: { code: "NAMESPACE_UNREADABLE", namespace: id, ...who, fd, errno } };
}
