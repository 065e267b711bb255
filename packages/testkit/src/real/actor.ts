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
  return new ConversingActor(await keeper.converse(command));
}

class Performer implements ActorThread {
  readonly #pid: number;
  readonly tid: number;
  protected readonly ask: (call: string, args: readonly unknown[], thread?: number) => Promise<unknown>;

  constructor(
    pid: number,
    tid: number,
    ask: (call: string, args: readonly unknown[], thread?: number) => Promise<unknown>,
  ) {
    this.#pid = pid;
    this.tid = tid;
    this.ask = ask;
  }

  /** Has the thread make a call, whose value is what `actor.mjs` says. */
  async #do<Value>(call: string, ...args: unknown[]): Promise<Value> {
    return (await this.ask(call, args, this.tid === this.#pid ? undefined : this.tid)) as Value;
  }

  open(path: string): Promise<number> {
    return this.#do("open", path);
  }
  openPath(path: string): Promise<number> {
    return this.#do("openPath", path);
  }
  openContext(type: string): Promise<number> {
    return this.#do("openContext", type);
  }
  openTree(path: string): Promise<number> {
    return this.#do("openTree", path);
  }
  openTun(name: string): Promise<number> {
    return this.#do("openTun", name);
  }
  registerFile(fd: number): Promise<number> {
    return this.#do("registerFile", fd);
  }
  watch(path: string): Promise<number> {
    return this.#do("watch", path);
  }
  watchAll(path: string, isEvictable = false): Promise<number> {
    return this.#do("watchAll", path, isEvictable);
  }
  close(fd: number): Promise<void> {
    return this.#do("close", fd);
  }
  makeFolder(path: string): Promise<void> {
    return this.#do("makeFolder", path);
  }
  touch(path: string): Promise<void> {
    return this.#do("touch", path);
  }
  makeSocketFile(path: string): Promise<void> {
    return this.#do("makeSocketFile", path);
  }
  async namespaceAt(fd: number, type: NamespaceType): Promise<RealNamespace> {
    const { dev, ino } = await this.#do<{ dev: number; ino: number }>("stat", fd);
    return { id: `${dev}:${ino}`, type, dev, ino };
  }
  namespace(link: NamespaceLink): RealNamespace {
    return namespaceOf(this.#pid, link, this.tid);
  }
  unshare(...types: NamespaceType[]): Promise<void> {
    return this.#do(
      "unshare",
      types.reduce((flags, type) => flags | CLONE_FLAGS[type], 0),
    );
  }
  unshareFiles(): Promise<void> {
    return this.#do("unshare", CLONE_FILES);
  }
  setns(fd: number): Promise<void> {
    return this.#do("setns", fd);
  }
  socketPair(): Promise<readonly [number, number]> {
    return this.#do("socketPair");
  }
  socket(domain: number, type: number): Promise<number> {
    return this.#do("socket", domain, type);
  }
  sendDescriptor(fd: number): Promise<readonly [number, number]> {
    return this.#do("sendDescriptor", fd);
  }
  takeDescriptor(pid: number, fd: number): Promise<number> {
    return this.#do("takeDescriptor", pid, fd);
  }
  bindMount(source: string, target: string): Promise<void> {
    return this.#do("mount", source, target, null, MS_BIND, null);
  }
  mount(type: string, target: string, data = ""): Promise<void> {
    return this.#do("mount", type, target, type, 0, data);
  }
  unmount(target: string): Promise<void> {
    return this.#do("unmount", target);
  }
  chroot(path: string): Promise<void> {
    return this.#do("chroot", path);
  }
  name(comm: string): Promise<void> {
    return this.#do("name", encodeText(comm).toString("hex"));
  }
  pidForChildren(): Promise<number> {
    return this.#do("pidForChildren");
  }
}

class ConversingActor extends Performer implements Actor {
  readonly #process: Conversation;

  constructor(process: Conversation) {
    let count = 0;
    super(process.pid, process.pid, (call, args, thread) => {
      const id = ++count;
      process.send(JSON.stringify({ id, call, args, thread }));
      return awaitAnswer(process, id, call);
    });
    this.#process = process;
  }

  get pid() {
    return this.#process.pid;
  }
  get chain() {
    return this.#process.chain;
  }
  get lines() {
    return this.#process.lines;
  }

  async startThread(): Promise<ActorThread> {
    return new Performer(this.pid, (await this.ask("startThread", [])) as number, this.ask);
  }
  async exitLeader(survivor: ActorThread): Promise<void> {
    await this.ask("exitLeader", [survivor.tid]);
    const start = Date.now();
    while (readProcessEntry(this.pid)?.state !== "Z") {
      if (Date.now() > start + ANSWER_LIMIT) throw new Error(`the main thread of ${this.pid} has not exited`);
      await sleep(pollInterval(start));
    }
  }
  stop(): Promise<void> {
    return this.#process.stop();
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
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
