import { setTimeout as sleep } from "node:timers/promises";
import type { NamespaceType } from "@ns-graph/graph";
import { encodeText } from "./byte-text.js";
import { type Conversation, type Held, type Keeper, pollInterval } from "./keeper.js";
import { PATIENCE } from "./patience.js";
import { readProcessEntry } from "./process-table.js";
import { programPath } from "./program-path.js";
import { type NamespaceLink, namespaceOf, type RealNamespace } from "./real-namespace.js";

/** The flags of clone(2), unshare(2) and setns(2). */
export const CLONE_FLAGS: Readonly<Record<NamespaceType, number>> = {
  cgroup: 0x02000000,
  ipc: 0x08000000,
  mnt: 0x00020000,
  net: 0x40000000,
  pid: 0x20000000,
  time: 0x00000080,
  user: 0x10000000,
  uts: 0x04000000,
};

/** How long an answer may take, in milliseconds. */
const ANSWER_LIMIT = 20_000 * PATIENCE;

const MS_BIND = 4096;
const CLONE_FILES = 0x400;

/**
 * A thread that makes system calls when it is told. What fails rejects with an `ActorError` that has the errno.
 * The process is multi-threaded: unshare(2) of `user` answers EINVAL, and all other types change this thread alone.
 */
export interface ActorThread {
  readonly tid: number;
  open(path: string): Promise<number>;
  /** open(2) with O_PATH. */
  openPath(path: string): Promise<number>;
  /** What a file system is configured by before it is mounted (fsopen(2), Linux 5.2). */
  openContext(type: string): Promise<number>;
  /** A copy of the mounts from a folder on, attached nowhere (open_tree(2), Linux 5.2). */
  openTree(path: string): Promise<number>;
  /** Opens /dev/net/tun, and makes a tap device of a name unless that is empty. */
  openTun(name: string): Promise<number>;
  /** A ring in which a descriptor's file is registered (io_uring_register(2), Linux 5.1). */
  registerFile(fd: number): Promise<number>;
  /** inotify(7): watches a file. */
  watch(path: string): Promise<number>;
  /** fanotify(7): watches a file; whether the watch ends with the file instead of keeping it (FAN_MARK_EVICTABLE, Linux 5.19). */
  watchAll(path: string, isEvictable?: boolean): Promise<number>;
  close(fd: number): Promise<void>;
  makeFolder(path: string): Promise<void>;
  /** Makes an empty file. */
  touch(path: string): Promise<void>;
  /** Makes a file that is a socket nobody listens at. */
  makeSocketFile(path: string): Promise<void>;
  /** Which namespace an open nsfs descriptor is. */
  namespaceAt(fd: number, type: NamespaceType): Promise<RealNamespace>;
  /** The namespace this thread is in, or that its next child will be in. */
  namespace(link: NamespaceLink): RealNamespace;
  unshare(...types: NamespaceType[]): Promise<void>;
  /** unshare(2) of CLONE_FILES: this thread has a copy of the descriptors from now on. */
  unshareFiles(): Promise<void>;
  setns(fd: number): Promise<void>;
  socketPair(): Promise<readonly [number, number]>;
  /** socket(2): 1 is AF_UNIX, 2 AF_INET, 16 AF_NETLINK; 1 is SOCK_STREAM, 2 SOCK_DGRAM, 3 SOCK_RAW. */
  socket(domain: number, type: number): Promise<number>;
  /** Puts a copy of a descriptor into flight (SCM_RIGHTS) between two sockets that stay open, and answers these. */
  sendDescriptor(fd: number): Promise<readonly [number, number]>;
  /** A copy of another process's descriptor (pidfd_getfd(2), Linux 5.6). */
  takeDescriptor(pid: number, fd: number): Promise<number>;
  /** Binds a file on another one, or a folder on another one. */
  bindMount(source: string, target: string): Promise<void>;
  mount(type: string, target: string, data?: string): Promise<void>;
  unmount(target: string): Promise<void>;
  chroot(path: string): Promise<void>;
  /** prctl(PR_SET_NAME): at most 15 bytes; U+DC80 … U+DCFF stand for bytes that are not UTF-8. */
  name(comm: string): Promise<void>;
  /** A descriptor of the namespace its next child will be in (PIDFD_GET_PID_FOR_CHILDREN, Linux 6.11). */
  pidForChildren(): Promise<number>;
}

/** A process that makes system calls when it is told; its methods work on the main thread. */
export interface Actor extends ActorThread, Held {
  /** Starts another thread. */
  startThread(): Promise<ActorThread>;
  /** Ends the main thread alone: the process becomes a zombie whose other threads live. It takes no more commands. */
  exitLeader(survivor: ActorThread): Promise<void>;
}

/** A system call of an actor that failed. */
export class ActorError extends Error {
  override readonly name = "ActorError";
  /** Name of the errno, such as `EPERM`. */
  readonly code: string;

  constructor(call: string, code: string) {
    super(`${call}: ${code}`);
    this.code = code;
  }
}

/** How an actor is started. */
export interface ActorOptions {
  /** What starts it, such as `["unshare", "--mount"]`: then all of its threads are where that leads. */
  readonly through?: readonly string[];
}

/** Starts an actor. */
export async function startActor(keeper: Keeper, options: ActorOptions = {}): Promise<Actor> {
  const command = [...(options.through ?? []), process.execPath, "--v8-pool-size=0", programPath("actor.mjs")];
  const held = await keeper.converse(command);
  const { pid } = held;
  let count = 0;
  const ask: Ask = (call, args, thread) => {
    const id = ++count;
    held.send(JSON.stringify({ id, call, args, thread }));
    return awaitAnswer(held, id, call);
  };
  return {
    ...threadOf(pid, pid, ask),
    pid,
    get chain() {
      return held.chain;
    },
    get lines() {
      return held.lines;
    },
    startThread: async () => threadOf(pid, (await ask("startThread", [])) as number, ask),
    async exitLeader(survivor) {
      await ask("exitLeader", [survivor.tid]);
      const start = Date.now();
      while (readProcessEntry(pid)?.state !== "Z") {
        if (Date.now() > start + ANSWER_LIMIT) throw new Error(`the main thread of ${pid} has not exited`);
        await sleep(pollInterval(start));
      }
    },
    stop: () => held.stop(),
    [Symbol.asyncDispose]: () => held.stop(),
  };
}

/** Has the main thread, or another one, make a call, whose value is what `actor.mjs` says. */
type Ask = (call: string, args: readonly unknown[], thread?: number) => Promise<unknown>;

/** What `actor.mjs` makes of the same arguments by the same name. */
const CALLS = [
  "open",
  "openPath",
  "openContext",
  "openTree",
  "openTun",
  "registerFile",
  "watch",
  "watchAll",
  "close",
  "makeFolder",
  "touch",
  "makeSocketFile",
  "setns",
  "socketPair",
  "socket",
  "sendDescriptor",
  "takeDescriptor",
  "unmount",
  "chroot",
  "pidForChildren",
] as const satisfies readonly (keyof ActorThread)[];

function threadOf(pid: number, tid: number, ask: Ask): ActorThread {
  const make = async <Value>(call: string, ...args: unknown[]): Promise<Value> =>
    (await ask(call, args, tid === pid ? undefined : tid)) as Value;
  const calls = CALLS.map((call) => [call, (...args: unknown[]) => make(call, ...args)]);
  return {
    ...(Object.fromEntries(calls) as Pick<ActorThread, (typeof CALLS)[number]>),
    tid,
    async namespaceAt(fd, type) {
      const { dev, ino } = await make<{ dev: number; ino: number }>("stat", fd);
      return { id: `${dev}:${ino}`, type, dev, ino };
    },
    namespace: (link) => namespaceOf(pid, link, tid),
    unshare: (...types) =>
      make(
        "unshare",
        types.reduce((flags, type) => flags | CLONE_FLAGS[type], 0),
      ),
    unshareFiles: () => make("unshare", CLONE_FILES),
    bindMount: (source, target) => make("mount", source, target, null, MS_BIND, null),
    mount: (type, target, data = "") => make("mount", type, target, type, 0, data),
    name: (comm) => make("name", encodeText(comm).toString("hex")),
  };
}

async function awaitAnswer(process: Conversation, id: number, call: string): Promise<unknown> {
  const start = Date.now();
  const limit = start + ANSWER_LIMIT;
  for (;;) {
    const ended = process.ended();
    const line = process
      .output()
      .split("\n")
      .find((text) => text.startsWith(`{"id":${id},`) && text.endsWith("}"));
    if (line !== undefined) {
      const { value, error } = JSON.parse(line) as { value?: unknown; error?: string };
      if (error !== undefined) throw new ActorError(call, error);
      return value;
    }
    if (ended || Date.now() > limit) throw new Error(`no answer to ${call}:\n${process.output()}`);
    await sleep(pollInterval(start));
  }
}
