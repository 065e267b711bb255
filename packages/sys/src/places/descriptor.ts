import { constants } from "node:os";
import { type NamespaceId, namespaceId, type Sighting } from "@ns-graph/graph";
import { EACCES, ENOENT, EPERM, ESRCH, ESTALE, errnoName } from "../errno.js";
import { FileTables } from "../file-tables.js";
import {
  closeFd,
  linkBytes,
  listNumbers,
  O_DIRECTORY,
  openAt,
  readLinkAt,
  S_IFSOCK,
  type Status,
  statusAt,
} from "../libc.js";
import { isEnding } from "../proc-directory.js";
import { type Findings, openNow, type ScanContext, type ScannedProcess } from "../scan-context.js";
import { mainThread, type OtherThread, type Thread } from "../thread-list.js";

const SLASH = 47;

/** A socket, or a descriptor of a file system's name for one, among the descriptors of a process. */
export interface SocketDescriptor {
  readonly fd: number;
  readonly dev: number;
  readonly ino: number;
}

/** The sockets in a file table, and a thread that has it. */
export interface SocketsOfThread {
  readonly thread: Thread;
  readonly sockets: readonly SocketDescriptor[];
}

/** What a table is read for, and what was met in others of the process that may be the same one. */
interface Reading {
  readonly context: ScanContext;
  readonly process: ScannedProcess;
  readonly findings: Findings;
  readonly wanted: boolean;
  readonly met: Set<string> | undefined;
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
 * that it does not wait for a server or daemon. The sockets met on the way are returned.
 *
 * The table read is the main thread's, and that of each other thread which has its own. A main thread that has exited
 * has none: then the first of those that live tells.
 */
export function findDescriptors(
  context: ScanContext,
  process: ScannedProcess,
  others: readonly OtherThread[],
  findings: Findings,
  wanted: boolean,
): SocketsOfThread[] {
  if (process.isZombie && others.length === 0) return [];
  const met = others.length === 0 ? undefined : new Set<string>();
  const reading: Reading = { context, process, findings, wanted, met };
  const main = mainThread(process);
  const sockets: SocketDescriptor[] = [];
  const result = readTable(reading, main, sockets, false);
  const found: SocketsOfThread[] = [{ thread: main, sockets }];
  // What is refused is refused of all threads, and was said.
  if (others.length === 0 || isRefused(result)) return found;
  const tables = new FileTables();
  if (!isGone(result)) tables.note(process.pid);
  for (const thread of others) {
    const table = context.isProcForeign ? "untold" : tables.note(thread.who.tid);
    if (table === "known") continue;
    const ofThread: SocketDescriptor[] = [];
    readTable(reading, thread, ofThread, table === "untold");
    found.push({ thread, sockets: ofThread });
  }
  return found;
}

/**
 * Reads one table: 0, or -errno where it could not be listed. Of one that may be the same as another, only that is
 * reported which was not met there.
 */
function readTable(reading: Reading, thread: Thread, sockets: SocketDescriptor[], mayBeKnown: boolean): number {
  const { context, process, findings, wanted, met } = reading;
  const { who } = thread;
  const directory = context.budget.open(() => openAt(thread.directory, `${thread.prefix}fd`, O_DIRECTORY));
  const fds: number[] = [];
  const failed = directory < 0 ? directory : listNumbers(directory, fds);
  if (failed < 0) noteUnlisted(failed, reading, thread);
  const own = process.isSelf ? context.budget.kept() : undefined;
  for (const fd of fds) {
    if (own?.has(fd)) continue;
    const status = look(reading, directory, who, fd);
    if (status === undefined) continue;
    const { dev, ino } = status;
    const isSocket = status.format === S_IFSOCK;
    if (!isSocket && !(wanted && dev === context.nsfsDev)) continue;
    if (met !== undefined && isMetAgain(met, `${fd} ${dev} ${ino}`) && mayBeKnown) continue;
    if (isSocket) sockets.push({ fd, dev, ino });
    else findings.sightings.push(sighting(context, directory, who, fd, namespaceId(dev, ino)));
  }
  if (directory >= 0) closeFd(directory);
  return failed;
}

function isMetAgain(met: Set<string>, key: string): boolean {
  const isKnown = met.has(key);
  met.add(key);
  return isKnown;
}

/** Says that descriptors could not be listed, unless they are gone or what may not be inspected was said to be so already. */
function noteUnlisted(failed: number, { process, findings }: Reading, { who, directory, prefix }: Thread): void {
  if (process.isUnreadable && isRefused(failed)) return;
  if (isGone(failed) && isEnding(directory, prefix)) return;
  findings.problems.push({ code: "DESCRIPTORS_UNREADABLE", ...who, errno: errnoName(-failed) });
}

/** What a descriptor leads to; undefined where it has gone, leads into a file system of somebody else's, or can't be told. */
function look(reading: Reading, directory: number, who: Thread["who"], fd: number): Status | undefined {
  const { process, findings } = reading;
  const name = String(fd);
  let status = statusAt(directory, name);
  // The descriptors of what may not be inspected may be listed all the same.
  if (status === -EACCES && process.isUnreadable) return undefined;
  // What refuses it for good refuses it again.
  if (status === -EACCES) status = statusAt(directory, name);
  if (typeof status !== "number") return status;
  if (!isGone(status) && !isOfOtherFileSystem(status, directory, name))
    findings.problems.push({ code: "DESCRIPTOR_UNREADABLE", ...who, fd, errno: errnoName(-status) });
  return undefined;
}

/**
 * Whether a failure is that of a file system of somebody else's, in which is no namespace. One that is closed to the
 * viewer (fuse(4), nfs(5)) refuses what has a path; where the process itself is, the link's text is refused too.
 */
function isOfOtherFileSystem(result: number, directory: number, name: string): boolean {
  if (result !== -EACCES) return OF_BROKEN_FILE_SYSTEMS.has(-result);
  return readLinkAt(directory, name) > 0 && linkBytes[0] === SLASH;
}

function isRefused(result: number): boolean {
  return result === -EACCES || result === -EPERM;
}

function isGone(result: number): boolean {
  return result === -ENOENT || result === -ESRCH;
}

function sighting(context: ScanContext, directory: number, who: Thread["who"], fd: number, id: NamespaceId): Sighting {
  const open = openNow(context, id, () => {
    const opened = context.budget.open(() => openAt(directory, String(fd), 0));
    return context.namespaces.expect(opened, id, undefined, {
      code: "NAMESPACE_UNREADABLE",
      namespace: id,
      ...who,
      fd,
    });
  });
  return { id, pin: { kind: "fd", namespace: id, ...who, fd }, open };
}
