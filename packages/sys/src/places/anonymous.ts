import { type FileOf, type NamespaceId, type NamespaceType, namespaceId, type Opened } from "@ns-graph/graph";
import { errnoName, isGone } from "../kernel/errno.js";
import { registeredFiles, type WatchedFile, watchedFiles } from "../kernel/fdinfo.js";
import { readFileAt, readLinkTextAt } from "../kernel/libc.js";
import { parseNsfsName, typeOfFlag } from "../kernel/nsfs.js";
import { isSince } from "../kernel/release.js";
import type { ScannedProcess, Thread } from "../processes/scanned-process.js";
import { NSFS_HANDLE_BYTES, openNsfsHandle } from "../scan/file-handle.js";
import { asOpened } from "../scan/open-namespaces.js";
import type { ScanContext } from "../scan/scan-context.js";
import { findDescriptors } from "./descriptor.js";
import { isKnownSocket } from "./socket.js";

/** The descriptors that may keep a namespace, by the text of their links: the kernel's own, which no path is like. */
const KINDS: ReadonlyMap<string, FileOf> = new Map([
  ["anon_inode:inotify", "inotify"],
  ["anon_inode:[fanotify]", "fanotify"],
  ["anon_inode:[io_uring]", "io_uring"],
]);

/** What keeps no namespace, by what the kernel calls it. Anything else may be one that was opened through a bind mount. */
const HARMLESS = /^(?:pipe:\[\d+\]|anon_inode:\[(?:eventfd|eventpoll|timerfd|signalfd)\])$/;

const SOCKET = /^socket:\[(\d+)\]$/;

/**
 * Before, a registered file is called by the last part of its path alone (io_uring_show_fdinfo, io_uring/fdinfo.c), which may
 * be like the name of a namespace, and that of a namespace is none.
 */
const SHOWS_NAMESPACES = isSince(6, 14);

/**
 * So many watches and rings of one process are looked into: the kernel makes all of the text about each, however long that is,
 * before the first byte of it can be read.
 */
const MOST_FILES = 64;

/**
 * Namespaces that a watch keeps, and those that are registered in a ring: one readlink(2) for each descriptor that no file
 * system has, and /proc/PID/fdinfo of those few that are watches and rings.
 */
export function findBehindAnonymous(process: ScannedProcess): void {
  const { context, share, findings, pid } = process;
  let left = MOST_FILES;
  let leftOut = 0;
  for (const { thread, anonymous } of findDescriptors(process)) {
    for (const fd of anonymous) {
      if (context.work.isOver) {
        context.work.skip("descriptors");
        return;
      }
      const text = readLinkTextAt(thread.directory, `${thread.prefix}fd/${fd}`);
      const of = typeof text === "number" ? undefined : KINDS.get(text);
      if (of === undefined) continue;
      if (left === 0) leftOut++;
      else {
        left--;
        look({ process, thread, fd, of });
      }
    }
  }
  if (leftOut > 0) findings.fail(share.leftOut("descriptors", { pid }, leftOut));
}

interface Keeper {
  readonly process: ScannedProcess;
  readonly thread: Thread;
  readonly fd: number;
  readonly of: FileOf;
}

function look(keeper: Keeper): void {
  const { process, thread, fd, of } = keeper;
  const { context, findings } = process;
  const info = readInfo(keeper);
  if (typeof info === "number") {
    if (!isGone(info))
      findings.fail({ code: "DESCRIPTOR_UNREADABLE", ...thread.who, fd, what: of, errno: errnoName(-info) });
  } else if (of === "io_uring") lookIntoRing(keeper, info);
  else for (const file of watchedFiles(info, context.nsfsDev)) reportWatched(keeper, file);
}

function readInfo({ process, thread, fd }: Keeper): string | number {
  const bytes = readFileAt(thread.directory, `${thread.prefix}fdinfo/${fd}`, "single", process.share.bytes);
  return typeof bytes === "number" ? bytes : bytes.toString("latin1");
}

function see(
  { process, thread, fd, of }: Keeper,
  id: NamespaceId,
  type: NamespaceType | undefined,
  open: () => Opened,
): void {
  const pin = { kind: "file", namespace: id, ...thread.who, fd, of } as const;
  process.findings.see({ id, ...(type === undefined ? {} : { type }), pin, open });
}

function reportWatched(keeper: Keeper, { dev, ino, handle }: WatchedFile): void {
  const { process, thread, fd } = keeper;
  const id = namespaceId(dev, ino);
  const bytes = handle?.bytes.length === NSFS_HANDLE_BYTES ? handle.bytes : undefined;
  const type = bytes && typeOfFlag(new Uint32Array(bytes.buffer)[2] as number);
  see(keeper, id, type, () => openWatched(process.context, id, bytes, { ...thread.who, fd }));
}

function openWatched(
  { budget, namespaces }: ScanContext,
  id: NamespaceId,
  handle: Uint8Array | undefined,
  where: { readonly pid: number; readonly tid?: number; readonly fd: number },
): Opened {
  const known = namespaces.getOpen(id);
  if (known !== undefined) return { state: "open", handle: known };
  // Without a handle nothing leads to it.
  if (handle === undefined) return unopened(id, where);
  const fd = budget.open(() => openNsfsHandle(handle));
  return asOpened(fd < 0 ? fd : namespaces.adopt(fd), id, where);
}

function unopened(namespace: NamespaceId, where: { readonly type?: NamespaceType; readonly pid: number }): Opened {
  return { state: "failed", problem: { code: "NAMESPACE_UNREADABLE", namespace, ...where } };
}

function lookIntoRing(keeper: Keeper, info: string): void {
  const { process, thread, fd, of } = keeper;
  const { context, findings } = process;
  let names = registeredFiles(info);
  if (names === undefined) {
    // It was in use at that moment.
    const again = readInfo(keeper);
    if (typeof again === "number") return;
    names = registeredFiles(again);
  }
  let isUntold = names === undefined;
  for (const name of names ?? []) {
    const namespace = SHOWS_NAMESPACES ? parseNsfsName(name) : undefined;
    if (namespace !== undefined) {
      const { type, ino } = namespace;
      const id = namespaceId(context.nsfsDev, ino);
      // Nothing leads to it: a registered file can't be taken out of a ring by anybody else.
      see(keeper, id, type, () => {
        const known = context.namespaces.getOpen(id);
        return known === undefined ? unopened(id, { type, ...thread.who }) : { state: "open", handle: known };
      });
    } else isUntold ||= !isHarmless(keeper, name);
  }
  if (isUntold) findings.fail({ code: "DESCRIPTOR_UNREADABLE", ...thread.who, fd, what: of });
}

/** Whether a registered file certainly keeps no namespace that is not known. */
function isHarmless({ process, thread }: Keeper, name: string): boolean {
  if (!SHOWS_NAMESPACES) return false;
  if (HARMLESS.test(name)) return true;
  const socket = SOCKET.exec(name)?.[1];
  return socket !== undefined && isKnownSocket(process, thread, Number(socket));
}
