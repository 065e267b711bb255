import {
  type FileOf,
  type Finding,
  groupBy,
  type NamespaceId,
  type NamespaceType,
  namespaceId,
  type Opened,
  type Pin,
} from "@ns-graph/graph";
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
import { Findings, joinFindings } from "./findings.js";
import type { RingSocket } from "./ring-socket.js";
import { knownNetworks, type OwnNetwork, ownNetworkOf } from "./socket.js";

/** What will be mounted keeps what whoever began it was in (fsopen(2), Linux 5.2), and nothing names that. */
const CONTEXT = "fscontext";

/** The descriptors that may keep a namespace, by the text of their links: the kernel's own, which no path is like. */
const KINDS: ReadonlyMap<string, FileOf | typeof CONTEXT> = new Map([
  ["anon_inode:[fscontext]", CONTEXT],
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
 * So many bytes about those are read that may be others by the same number: where it is not known whether threads share their
 * descriptors, each of hundreds of threads has them.
 */
const MOST_BYTES_AGAIN = 1 << 20;
/** What fails, or says little, counts as so many. */
const LEAST_BYTES = 4096;

/**
 * Namespaces that a watch keeps, and those that are registered in a ring: one readlink(2) for each descriptor that no file
 * system has, and /proc/PID/fdinfo of those few that are watches and rings.
 */
export function findBehindAnonymous(process: ScannedProcess): void {
  const search = new Search(process);
  // Those that are certain come first.
  for (const { thread, anonymous } of findDescriptors(process)) search.look(thread, anonymous, false);
  for (const { thread, anonymousAgain } of findDescriptors(process)) search.look(thread, anonymousAgain, true);
  search.finish();
}

interface Keeper {
  readonly process: ScannedProcess;
  readonly thread: Thread;
  readonly fd: number;
  readonly of: FileOf | typeof CONTEXT;
  /** Whether something is said for the first time of the descriptor of that number, which each of several threads may have. */
  isNew(what: string): boolean;
}

/** The watches and rings of one process while they are looked into. */
class Search {
  readonly #process: ScannedProcess;
  readonly #said: Set<string> | undefined;
  #left = MOST_FILES;
  #bytesLeft = MOST_BYTES_AGAIN;
  #leftOut = 0;

  constructor(process: ScannedProcess) {
    this.#process = process;
    this.#said = process.others.length === 0 ? undefined : new Set();
  }

  look(thread: Thread, fds: readonly number[], isAgain: boolean): void {
    const { work } = this.#process.context;
    for (const fd of fds) {
      if (work.isOver) {
        work.skip("descriptors");
        return;
      }
      const text = readLinkTextAt(thread.directory, `${thread.prefix}fd/${fd}`);
      const of = typeof text === "number" ? undefined : KINDS.get(text);
      if (of === undefined) continue;
      if (isAgain ? this.#bytesLeft <= 0 : this.#left-- <= 0) this.#leftOut++;
      else this.#lookInto(thread, fd, of, isAgain);
    }
  }

  #lookInto(thread: Thread, fd: number, of: Keeper["of"], isAgain: boolean): void {
    const isNew = (what: string): boolean => {
      const key = `${fd} ${of} ${what}`;
      if (isAgain && this.#said?.has(key)) return false;
      this.#said?.add(key);
      return true;
    };
    const read = lookInto({ process: this.#process, thread, fd, of, isNew });
    if (isAgain) this.#bytesLeft -= Math.max(read, LEAST_BYTES);
  }

  finish(): void {
    const { pid, share, findings } = this.#process;
    if (this.#leftOut > 0) findings.fail(share.leftOut("descriptors", { pid }, this.#leftOut));
  }
}

/** Answers how many bytes were read. */
function lookInto(keeper: Keeper): number {
  const { process, of } = keeper;
  if (of === CONTEXT) {
    fail(keeper);
    return 0;
  }
  const info = readInfo(keeper);
  if (typeof info === "number") {
    if (!isGone(info)) fail(keeper, errnoName(-info));
    return 0;
  }
  if (of === "io_uring") lookIntoRing(keeper, info);
  else for (const file of watchedFiles(info, process.context.nsfsDev)) reportWatched(keeper, file);
  return info.length;
}

function fail({ process, thread, fd, of, isNew }: Keeper, errno?: string): void {
  if (!isNew("is not known")) return;
  const why = errno === undefined ? {} : { errno };
  process.findings.fail({ code: "DESCRIPTOR_UNREADABLE", ...thread.who, fd, what: of, ...why });
}

function readInfo({ process, thread, fd }: Keeper): string | number {
  const bytes = readFileAt(thread.directory, `${thread.prefix}fdinfo/${fd}`, "single", process.share.bytes);
  return typeof bytes === "number" ? bytes : bytes.toString("latin1");
}

function see(
  { process, thread, fd, of, isNew }: Keeper,
  id: NamespaceId,
  type: NamespaceType | undefined,
  open: () => Opened,
): void {
  if (!isNew(id)) return;
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
  const { process, thread } = keeper;
  const { context } = process;
  let names = registeredFiles(info);
  if (names === undefined) {
    // It was in use at that moment.
    const again = readInfo(keeper);
    if (typeof again === "number") return;
    names = registeredFiles(again);
  }
  let isUntold = names === undefined;
  let own: OwnNetwork | undefined;
  // One file may be in every slot.
  for (const name of new Set(names)) {
    if (context.work.isOver) {
      context.work.skip("descriptors");
      return;
    }
    const namespace = SHOWS_NAMESPACES ? parseNsfsName(name) : undefined;
    if (namespace !== undefined) {
      const { type, ino } = namespace;
      const id = namespaceId(context.nsfsDev, ino);
      // Nothing leads to it: a registered file can't be taken out of a ring by anybody else.
      see(keeper, id, type, () => {
        const known = context.namespaces.getOpen(id);
        return known === undefined ? unopened(id, { type, ...thread.who }) : { state: "open", handle: known };
      });
    } else if (!SHOWS_NAMESPACES || !HARMLESS.test(name)) {
      own ??= ownNetworkOf(process, thread);
      isUntold = !noteSocket(keeper, name, own) || isUntold;
    }
  }
  if (isUntold) fail(keeper);
}

/** Notes a registered socket, to be looked for among those of all processes; whether it is one, and not surely of something else. */
function noteSocket({ process, thread, fd, isNew }: Keeper, name: string, own: OwnNetwork): boolean {
  const text = SHOWS_NAMESPACES ? SOCKET.exec(name)?.[1] : undefined;
  if (text === undefined) return false;
  const ino = Number(text);
  if (isNew(name) && !own.lists(ino)) process.context.ringSockets.push({ who: thread.who, fd, ino, own: own.id });
  return true;
}

/**
 * The sockets that are registered in rings, once all processes were read: nobody can take one out of a ring to ask it, but where
 * somebody has it open as well its namespace is known.
 */
export function findRingSockets(context: ScanContext): Finding {
  const all = context.ringSockets.splice(0);
  if (all.length === 0) return joinFindings([]);
  const networks = knownNetworks(context, new Set(all.map(({ ino }) => ino)));
  const byProcess = groupBy(all, ({ who }) => who.pid);
  return joinFindings(
    Array.from(byProcess, ([pid, sockets]) => {
      const findings = new Findings();
      reportRingSockets(context, sockets, networks, findings);
      findings.finish({ pid });
      return findings;
    }),
  );
}

/** Reports what the registered sockets of one process hold, of each ring once. */
function reportRingSockets(
  { namespaces }: ScanContext,
  sockets: readonly RingSocket[],
  networks: ReadonlyMap<number, NamespaceId>,
  findings: Findings,
): void {
  const said = new Set<string>();
  for (const { who, fd, ino, own } of sockets) {
    const id = networks.get(ino);
    const handle = namespaces.get(id ?? "");
    // What is of the network namespace of its process holds nothing that the process does not hold.
    if (handle !== undefined && id === own) continue;
    const key = `${who.tid} ${fd} ${handle?.id}`;
    if (said.has(key)) continue;
    said.add(key);
    if (id === undefined || handle === undefined)
      findings.fail({ code: "DESCRIPTOR_UNREADABLE", ...who, fd, what: "io_uring" });
    else {
      const pin: Pin = { kind: "file", namespace: id, ...who, fd, of: "io_uring" };
      findings.see({ id, type: "net", pin, open: () => ({ state: "open", handle }) });
    }
  }
}
