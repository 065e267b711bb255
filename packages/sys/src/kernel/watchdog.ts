import { writeSync } from "node:fs";
import { constants } from "node:os";
import { AT_FDCWD, closeFd, keepOpenOnExec, O_CLOEXEC, openAt } from "./libc.js";
import { loadKoffi } from "./load-koffi.js";

/** Is told what a probe asks, before it does, and again and again that it goes on. */
export interface Watch {
  /** `pid` is 0 where nobody is asked; `mountNamespace` is the inode number of that whose mounts are looked for, or 0. */
  ask(pid: number, mountNamespace: number): void;
  /** Whatever was asked, there is progress. */
  goOn(): void;
}

/** What begins anew, and when. */
export interface WatchdogOptions {
  /** So many milliseconds without a call of `ask` or `goOn`, and the program begins anew. */
  readonly patience: number;
  /** execv(3): the program's path, and its arguments with its own name as the first. */
  readonly program: string;
  readonly args: readonly string[];
  /** Descriptors that it inherits: Node has them all closed on execve(2) (uv_disable_stdio_inheritance). */
  readonly descriptors: readonly number[];
  /** The name of a variable of the environment, with `note` as its value, and the beginning of others': see `readNews`. */
  readonly variable: string;
  readonly note: string;
}

/** What the run that was begun anew is told. */
export interface News {
  readonly note: string;
  /** What was asked last. */
  readonly pid: number;
  readonly mountNamespace: number;
  /** Whether the main thread waited all the time; else it got no processor, or was stopped, or had much to do. */
  readonly waited: boolean;
}

const ASKED = "_ASKED";
const EARLIER = "_EARLIER";
const LATER = "_LATER";

/** The news among variables of the environment; undefined where there are none. */
export function readNews(env: NodeJS.ProcessEnv, variable: string): News | undefined {
  const [note, asked, earlier, later] = ["", ASKED, EARLIER, LATER].map((name) => env[variable + name]);
  if (note === undefined || asked?.length !== 2 * DIGITS) return undefined;
  const isWaiting = earlier !== undefined && /^[DS] /.test(restOf(earlier));
  return {
    note,
    pid: numberIn(asked.slice(0, DIGITS)),
    mountNamespace: numberIn(asked.slice(DIGITS)),
    waited: isWaiting && later !== undefined && restOf(earlier) === restOf(later),
  };
}

/** Of a `stat` file (proc_pid_stat(5)) what changes when its thread gets a processor: state, utime and stime. */
function restOf(stat: string): string {
  const [state = "", ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return `${state} ${fields[10]} ${fields[11]}`;
}

/** How often in succession the wait for a sign of life has to end without one, so that a run that was stopped is not begun anew. */
const LOOKS = 5;

/** Digits of the number of a process or an inode: six bits each, so that they are written as fast as can be. */
const DIGITS = 6;
const ZERO = 48;

/** The longest `stat` file: names are short, and the rest is numbers. */
const STAT_SIZE = 1024;

/** libuv's pool has so many threads where UV_THREADPOOL_SIZE does not say otherwise, and no more than we would occupy. */
const USUAL_POOL = 4;
const LARGEST_POOL = 128;

interface Native {
  eventfd(initial: number, flags: number): number;
  setenv(name: string, value: string, overwrite: number): number;
  unsetenv(name: string): number;
  getenv(name: string): bigint;
  poll: Queued;
  pthreadSigmask: Queued;
  pread: Queued;
  lfind: Queued;
  /** The address of execv(3). */
  readonly execv: bigint;
}

/** Queues a call for libuv's thread pool. */
type Queued = { async(...args: unknown[]): void };

/** One wait for a sign of life, after which the program begins anew unless there was one. */
interface Round {
  /** An eventfd(2) that ends the wait. */
  readonly sign: number;
  /** How often execv(3) is called at its end: once, or never after a sign of life (size_t). */
  readonly times: BigUint64Array;
  readonly begin: number;
  isOver: boolean;
  /** Whether the sign of life came so late that the program may just have begun anew. */
  isLate: boolean;
}

/**
 * Begins this program anew while its main thread waits for what nothing but a fatal signal ends. Only another thread can do
 * that: execve(2) from there ends all others, and PID, descriptors and terminal stay the same.
 *
 * No JavaScript runs in that thread, because a worker of Node takes longer to start than a small machine takes to be read.
 * Calls of libc are queued for libuv's thread pool, of which all threads but one are occupied, so that one is made after the other:
 * poll(2), some times, then lfind(3), which hands a path and arguments to execv(3) as its comparison, unless the number of elements has
 * become 0 because there was a sign of life. What the main thread did in between, two copies of its `stat` file tell the next
 * run, in its environment.
 */
export class Watchdog implements Watch {
  readonly #options: WatchdogOptions;
  readonly #native: Native;
  readonly #asked: Uint8Array;
  readonly #stat: number;
  readonly #earlier: bigint;
  readonly #later: bigint;
  /** Ends what occupies the other threads of the pool. */
  readonly #end: number;
  #round: Round;
  readonly #path: Uint8Array;
  readonly #args: Vector;
  /** What queued calls read and write. */
  readonly #kept = new Set<object>();

  /** Undefined where something that it needs is missing or forbidden. */
  static start(options: WatchdogOptions, env: NodeJS.ProcessEnv = process.env): Watchdog | undefined {
    const threads = Number.parseInt(env.UV_THREADPOOL_SIZE ?? String(USUAL_POOL), 10) || 1;
    if (threads > LARGEST_POOL) return undefined;
    const native = loadNative();
    const stat = openAt(AT_FDCWD, "/proc/thread-self/stat", 0);
    const end = native.eventfd(0, O_CLOEXEC);
    if (stat < 0 || end < 0) return undefined;
    return new Watchdog(options, native, stat, end, threads);
  }

  private constructor(options: WatchdogOptions, native: Native, stat: number, end: number, threads: number) {
    const { variable, note, descriptors } = options;
    this.#options = options;
    this.#native = native;
    this.#path = stringOf(options.program);
    this.#args = vectorOf(options.args);
    this.#stat = stat;
    this.#end = end;
    native.setenv(variable, note, 1);
    this.#asked = viewOf(this.#reserve(ASKED, "0".repeat(2 * DIGITS)), 2 * DIGITS);
    this.#earlier = this.#reserve(EARLIER, " ".repeat(STAT_SIZE));
    this.#later = this.#reserve(LATER, " ".repeat(STAT_SIZE));
    for (const fd of descriptors) keepOpenOnExec(fd, true);
    for (let occupied = 1; occupied < threads; occupied++) this.#wait(end, -1);
    this.#round = this.#begin();
  }

  ask(pid: number, mountNamespace: number): void {
    if (pid === 0) {
      this.#giveSign();
      return;
    }
    const asked = this.#asked;
    for (let i = 0, bits = (DIGITS - 1) * 6; i < DIGITS; i++, bits -= 6) {
      asked[i] = digitOf(pid, bits);
      asked[i + DIGITS] = digitOf(mountNamespace, bits);
    }
    if (this.#round.isOver) this.#round = this.#begin();
    else this.goOn();
  }

  goOn(): void {
    if (this.#round.isOver || performance.now() - this.#round.begin < this.#options.patience / LOOKS) return;
    this.#giveSign();
    this.#round = this.#begin();
  }

  /** Ends the watch. */
  end(): void {
    const { variable, descriptors } = this.#options;
    this.#giveSign();
    signal(this.#end);
    // Then this thread is about to end, and may write nothing any more.
    if (this.#round.isLate) Atomics.wait(PAUSE, 0, 0, 1000);
    for (const name of ["", ASKED, EARLIER, LATER]) this.#native.unsetenv(variable + name);
    for (const fd of descriptors) keepOpenOnExec(fd, false);
  }

  /** Makes a variable whose value queued calls and this thread write to while it is in the environment. */
  #reserve(name: string, value: string): bigint {
    this.#native.setenv(this.#options.variable + name, value, 1);
    return this.#native.getenv(this.#options.variable + name);
  }

  #begin(): Round {
    const { patience } = this.#options;
    const round: Round = {
      sign: this.#native.eventfd(0, O_CLOEXEC),
      times: BigUint64Array.of(1n),
      begin: performance.now(),
      isOver: false,
      isLate: false,
    };
    const slice = Math.ceil(patience / LOOKS);
    for (let look = 0; look < LOOKS; look++) {
      this.#wait(round.sign, slice);
      this.#takeSignals(look % 2 === 0 ? SIG_BLOCK : SIG_UNBLOCK);
      if (look === 0) this.#copyStat(this.#earlier);
    }
    this.#copyStat(this.#later);
    this.#kept.add(round);
    const { address, size } = this.#args;
    this.#native.lfind.async(this.#path, address, round.times, size, this.#native.execv, () => {
      this.#kept.delete(round);
      closeFd(round.sign);
      if (this.#round === round) for (const fd of [this.#end, this.#stat]) closeFd(fd);
    });
    return round;
  }

  #giveSign(): void {
    const round = this.#round;
    if (round.isOver) return;
    round.isOver = true;
    round.isLate = performance.now() - round.begin > (this.#options.patience * (LOOKS - 1)) / LOOKS;
    round.times[0] = 0n;
    signal(round.sign);
  }

  /** Queues poll(2) for what `signal` does; -1 milliseconds are for ever. */
  #wait(eventfd: number, milliseconds: number): void {
    const request = Buffer.alloc(POLLFD_SIZE);
    new Int32Array(request.buffer, request.byteOffset, 1)[0] = eventfd;
    new Int16Array(request.buffer, request.byteOffset + 4, 1)[0] = POLLIN;
    this.#kept.add(request);
    this.#native.poll.async(request, 1, milliseconds, () => this.#kept.delete(request));
  }

  /**
   * Has the thread take a signal that the kernel left to the main thread, which wakes up for none: it looks for one whenever
   * a thread changes what it has blocked (recalc_sigpending, kernel/signal.c).
   */
  #takeSignals(how: number): void {
    this.#native.pthreadSigmask.async(how, UNIMPORTANT, null, () => undefined);
  }

  #copyStat(target: bigint): void {
    this.#native.pread.async(this.#stat, target, STAT_SIZE - 1, 0, () => undefined);
  }
}

const SIG_BLOCK = 0;
const SIG_UNBLOCK = 1;
/** A set of signals (sigset_t) with one that does nothing where it is not handled. */
const UNIMPORTANT = new Uint8Array(
  new BigUint64Array(16).fill(1n << BigInt(constants.signals.SIGURG - 1), 0, 1).buffer,
);

const POLLFD_SIZE = 8;
const POLLIN = 1;
const ONE = new Uint8Array(new BigUint64Array([1n]).buffer);
const PAUSE = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

function signal(eventfd: number): void {
  if (eventfd >= 0) writeSync(eventfd, ONE);
}

function digitOf(number: number, bits: number): number {
  return ((number >>> bits) & 63) + ZERO;
}

function numberIn(digits: string): number {
  let number = 0;
  for (let i = 0; i < DIGITS; i++) number = number * 64 + ((digits.charCodeAt(i) - ZERO) & 63);
  return number;
}

function viewOf(address: bigint, size: number): Uint8Array {
  return new Uint8Array(loadKoffi().view(address, size));
}

/** A string of C. */
function stringOf(text: string): Uint8Array {
  return Buffer.from(`${text}\0`);
}

/** An array of strings of C, as execv(3) wants it. */
interface Vector {
  readonly address: bigint;
  /** Of one element. */
  readonly size: number;
  /** The memory that it is in. */
  readonly parts: readonly Uint8Array[];
}

function vectorOf(texts: readonly string[]): Vector {
  const koffi = loadKoffi();
  const strings = texts.map(stringOf);
  const addresses = [...strings.map((string) => koffi.address(string)), 0n];
  const size = koffi.sizeof("void *");
  const array = size === 8 ? BigUint64Array.from(addresses) : Uint32Array.from(addresses, Number);
  return { address: koffi.address(array), size, parts: [...strings, new Uint8Array(array.buffer)] };
}

function loadNative(): Native {
  const koffi = loadKoffi();
  const libc = koffi.load(null);
  return {
    eventfd: libc.func("eventfd", "int", ["uint", "int"]),
    setenv: libc.func("setenv", "int", ["str", "str", "int"]),
    unsetenv: libc.func("unsetenv", "int", ["str"]),
    getenv: libc.func("getenv", "void *", ["str"]),
    poll: libc.func("poll", "int", ["void *", "ulong", "int"]),
    pthreadSigmask: libc.func("pthread_sigmask", "int", ["int", "void *", "void *"]),
    pread: libc.func("pread", "long", ["int", "void *", "ulong", "long"]),
    lfind: libc.func("lfind", "void *", ["void *", "void *", "void *", "ulong", "void *"]),
    execv: libc.func("dlsym", "void *", ["void *", "str"])(null, "execv"),
  } as unknown as Native;
}
