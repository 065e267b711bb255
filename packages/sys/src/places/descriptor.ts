import { constants } from "node:os";
import { type NamespaceId, namespaceId } from "@ns-graph/graph";
import { deviceNumber } from "../kernel/device-number.js";
import { EACCES, EPERM, ESTALE, errnoName, isGone } from "../kernel/errno.js";
import { FileTables } from "../kernel/file-tables.js";
import {
  closeFd,
  O_DIRECTORY,
  O_PATH,
  openAt,
  readLinkAt,
  S_IFDIR,
  S_IFSOCK,
  type Status,
  statusAt,
  statusOf,
} from "../kernel/libc.js";
import { isEnding, listWithin, mayMeanGone } from "../processes/proc-directory.js";
import {
  type DescriptorsOfThread,
  mainThread,
  type ScannedProcess,
  type SocketDescriptor,
  type Thread,
} from "../processes/scanned-process.js";
import { asOpened, type OpenNamespace } from "../scan/open-namespaces.js";
import { noteTree } from "./mount-tree.js";
import { isProcEntry, noteProcEntry } from "./proc-entry.js";

/** The character device of tun and tap (Documentation/admin-guide/devices.txt), wherever its file is. */
const TUN = deviceNumber(10, 200);

/** The S_IFMT part of the mode of what no file system has. */
const ANONYMOUS = 0;

/** What a file system of somebody else's answers when it is broken. nsfs never does. */
const OF_BROKEN_FILE_SYSTEMS: ReadonlySet<number> = new Set([
  constants.errno.ENOTCONN,
  constants.errno.ETIMEDOUT,
  ESTALE,
]);

/**
 * Descriptors of namespaces: those on the device of nsfs, however they were opened (the link's text is a path where
 * that was a bind mount). One statx(2) each, which asks for nothing and tells the file system not to synchronise, so
 * that it does not wait for a server or daemon. Answers those among them that have to be asked further, so that
 * they are read once for all.
 *
 * The table read is the main thread's, and that of each other thread which has its own. A main thread that has exited
 * has none: then the first of those that live is asked.
 */
export function findDescriptors(process: ScannedProcess): readonly DescriptorsOfThread[] {
  process.descriptors ??= readTables(process);
  return process.descriptors;
}

function readTables(process: ScannedProcess): readonly DescriptorsOfThread[] {
  if (process.isZombie && process.others.length === 0) return [];
  const reader = new TableReader(process);
  const result = reader.read(mainThread(process), false);
  // What is refused is refused of all threads, and was said.
  if (!isRefused(result)) readOthers(process, reader, isGone(result));
  reader.finish();
  return reader.found;
}

function readOthers({ context, pid, others }: ScannedProcess, reader: TableReader, isMainGone: boolean): void {
  if (others.length === 0) return;
  const tables = new FileTables();
  if (!isMainGone) tables.note(pid);
  for (const thread of others) {
    const table = context.isProcForeign ? "unknown" : tables.note(thread.who.tid);
    if (table !== "known") reader.read(thread, table === "unknown");
  }
}

/** One table while it is read. */
interface Table extends DescriptorsOfThread {
  readonly sockets: SocketDescriptor[];
  readonly anonymous: number[];
  readonly anonymousAgain: number[];
}

class TableReader {
  readonly found: DescriptorsOfThread[] = [];
  readonly #process: ScannedProcess;
  /** What was met in one table and may be met in another that is the same. */
  readonly #met: Set<string> | undefined;
  /** How many descriptors a limit kept from being looked at; undefined where their number is not known. */
  #leftOut: number | undefined = 0;

  constructor(process: ScannedProcess) {
    this.#process = process;
    this.#met = process.others.length === 0 ? undefined : new Set();
  }

  /**
   * Reads one table: 0, or -errno where it could not be listed or may not be looked into. Of one that may be the same as
   * another, only that is reported which was not met there, and what its inode does not tell from others is asked again.
   */
  read(thread: Thread, mayBeKnown: boolean): number {
    const { context, share, isSelf } = this.#process;
    const directory = context.budget.open(() => openAt(thread.directory, `${thread.prefix}fd`, O_DIRECTORY));
    const { numbers: fds, failed: unlisted, isCut } = listWithin(share, "descriptors", directory);
    let failed = unlisted;
    if (isCut) this.#noteLeftOut(directory, fds.length);
    const own = isSelf ? context.budget.kept() : undefined;
    const table: Table = { thread, sockets: [], anonymous: [], anonymousAgain: [] };
    for (const fd of fds) {
      if (own?.has(fd)) continue;
      const status = this.#look(thread, directory, fd);
      if (status === "refused") {
        failed = -EACCES;
        break;
      }
      if (status === undefined || !this.#isOfPlace(status)) continue;
      const isAgain = this.#wasMet(fd, status) && mayBeKnown;
      if (isAgain && status.format === ANONYMOUS) table.anonymousAgain.push(fd);
      else if (!isAgain || isTun(status)) this.#sort(table, directory, fd, status, isAgain);
    }
    if (failed < 0) this.#noteFailure(thread, failed);
    if (directory >= 0) closeFd(directory);
    if (table.sockets.length + table.anonymous.length + table.anonymousAgain.length > 0) this.found.push(table);
    return failed;
  }

  #sort({ thread, sockets, anonymous }: Table, directory: number, fd: number, status: Status, isAgain: boolean): void {
    const { dev, ino, format } = status;
    if (isTree(status)) noteTree(this.#process, thread, fd, status);
    else if (format === ANONYMOUS) anonymous.push(fd);
    else if (isSocketLike(status)) sockets.push({ fd, dev, ino, isTun: isTun(status), isAgain });
    else if (dev === this.#process.context.nsfsDev) this.#report(thread, directory, fd, namespaceId(dev, ino));
    else noteProcEntry(this.#process, thread, fd, ino);
  }

  finish(): void {
    const { pid, share, findings } = this.#process;
    if (this.#leftOut !== 0) findings.fail(share.leftOut("descriptors", { pid }, this.#leftOut));
  }

  /** Counts those of a table that were not listed: the size of its directory is their number (Linux 6.2). */
  #noteLeftOut(directory: number, listed: number): void {
    const status = statusOf(directory);
    const number = typeof status === "number" ? 0 : status.size;
    if (number <= listed) this.#leftOut = undefined;
    else if (this.#leftOut !== undefined) this.#leftOut += number - listed;
  }

  /** Whether it is of a namespace, or of what is asked further. */
  #isOfPlace(status: Status): boolean {
    const { context, sources } = this.#process;
    if (isSocketLike(status)) return true;
    if (!sources.has("fd")) return false;
    return status.dev === context.nsfsDev || status.format === ANONYMOUS || isTree(status) || isProcEntry(status);
  }

  /** Whether another table has what may be the same; notes it. */
  #wasMet(fd: number, { dev, ino, mountRoot }: Status): boolean {
    if (this.#met === undefined) return false;
    const key = `${fd} ${dev} ${ino} ${mountRoot}`;
    const isKnown = this.#met.has(key);
    this.#met.add(key);
    return isKnown;
  }

  /** Says that descriptors are not known, unless they are gone or what may not be inspected was said to be so already. */
  #noteFailure({ who, directory, prefix }: Thread, failed: number): void {
    if (this.#process.isUnreadable && isRefused(failed)) return;
    if (mayMeanGone(failed) && isEnding(directory, prefix)) return;
    this.#process.findings.fail({ code: "DESCRIPTORS_UNREADABLE", ...who, errno: errnoName(-failed) });
  }

  /**
   * What a descriptor leads to; undefined where it has gone, leads into a broken file system of somebody else's, or can't
   * be known. Those of a process that may not be inspected are `refused`, though they may be listed.
   */
  #look({ who }: Thread, directory: number, fd: number): Status | "refused" | undefined {
    const name = String(fd);
    let status = statusAt(directory, name);
    if (status === -EACCES) {
      // What refuses it for good refuses it again, and a process that may not be inspected the link's text as well.
      status = statusAt(directory, name);
      if (status === -EACCES && readLinkAt(directory, name) === -EACCES) return "refused";
    }
    if (typeof status !== "number") return status;
    if (!isGone(status) && !OF_BROKEN_FILE_SYSTEMS.has(-status))
      this.#process.findings.fail({ code: "DESCRIPTOR_UNREADABLE", ...who, fd, errno: errnoName(-status) });
    return undefined;
  }

  #report({ who }: Thread, directory: number, fd: number, id: NamespaceId): void {
    const { context, findings } = this.#process;
    const { budget, namespaces } = context;
    // At once, so that the way to it is not lost.
    let namespace: OpenNamespace | number | undefined = namespaces.getOpen(id);
    if (namespace === undefined) {
      // By now it may be another file, which may not be opened: a FIFO, a device, one on a file system that does not answer.
      const file = budget.open(() => openAt(directory, String(fd), O_PATH));
      namespace = file < 0 ? file : namespaces.reopen(file, id);
      if (file >= 0) closeFd(file);
    }
    const opened = asOpened(namespace, id, { ...who, fd });
    findings.see({ id, pin: { kind: "fd", namespace: id, ...who, fd }, open: () => opened });
  }
}

/** Whether it may be the root of a tree of mounts. */
function isTree({ format, mountRoot }: Status): boolean {
  return format === S_IFDIR && mountRoot !== 0;
}

/** Whether what is open is asked for its network namespace as sockets are. */
function isSocketLike(status: Status): boolean {
  return status.format === S_IFSOCK || isTun(status);
}

function isTun({ device }: Status): boolean {
  return device === TUN;
}

function isRefused(result: number): boolean {
  return result === -EACCES || result === -EPERM;
}
