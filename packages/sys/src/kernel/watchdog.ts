import { readSync, writeSync } from "node:fs";
import { constants } from "node:os";
import { now } from "./clock.js";
import { AT_FDCWD, closeFd, keepOpenOnExec, O_CLOEXEC, openAt } from "./libc.js";
import { loadKoffi } from "./load-koffi.js";
import {
  loadNative,
  type Native,
  NEVER,
  POINTER_SIZE,
  type Queued,
  stringOf,
  timeOf,
  timerOf,
  type Vector,
  vectorOf,
} from "./watchdog-native.js";

/** Is told what a probe asks, before it does, and again and again that it goes on. */
export interface Watch {
  /** `pid` is 0 where nobody is asked; `mountNamespace` is the inode number of that whose mounts are looked for, or 0. */
  ask(pid: number, mountNamespace: number): void;
  /** Whatever was asked, there is progress. */
  goOn(): void;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What begins anew, and when. */
export interface WatchdogOptions {
  /** So many milliseconds without a call of `ask` or `goOn`, and the program begins anew. */
  readonly patience: number;
  /** execv(3): the program's path, and its arguments with its own name as the first. */
  readonly program: string;
  /** What it is called with; see `program`. */
  readonly args: readonly string[];
  /** Descriptors that it inherits: Node has them all closed on execve(2) (uv_disable_stdio_inheritance). */
  readonly descriptors: readonly number[];
  /** The name of a variable of the environment, with `note` as its value, and the beginning of others': see `readNews`. */
  readonly variable: string;
  /** What the next run is told by this one. */
  readonly note: string;
}

/** What the run that was begun anew is told. */
export interface News {
  /** What the run before said of itself: the `note` of its options. */
  readonly note: string;
  /** The process, or thread, that was asked last; 0 where there was none. */
  readonly pid: number;
  /** The inode number of the mount namespace whose mounts were looked for, or 0. */
  readonly mountNamespace: number;
  /** Whether the main thread waited all the time; else it got no processor, or was stopped, or had much to do. */
  readonly waited: boolean;
}

const ASKED = "_ASKED";
const EARLIER = "_EARLIER";
const LATER = "_LATER";

/** The news among variables of the environment; undefined where there are none. */
export function readNews(env: Environment, variable: string): News | undefined {
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

/** Of a `stat` file (proc_pid_stat(5)) what changes when its thread gets a processor: state, faults, utime and stime. */
function restOf(stat: string): string {
  const [state = "", ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return [state, fields[6], fields[8], fields[10], fields[11]].join(" ");
}

/** How often in succession the wait for a sign of life has to end without one, so that a run that was stopped is not begun anew. */
const LOOKS = 3;

/** Of a round whose timer stands still. */
const PAUSED = Number.POSITIVE_INFINITY;

/** Digits of the number of a process or an inode: six bits each, so that they are written as fast as can be. */
const DIGITS = 6;
const ZERO = 48;

/** The longest `stat` file: names are short, and the rest is numbers. */
const STAT_SIZE = 1024;

/** What tells libuv how many threads its pool has, and how many it has else; no more than we would occupy. */
const POOL_SIZE = "UV_THREADPOOL_SIZE";
const USUAL_POOL = 4;
const LARGEST_POOL = 128;

/** koffi has room for so many calls that nobody has taken the result of: who only reads never does. */
const MOST_CALLS = 4096;

/** One wait for a sign of life, after which the program begins anew unless there was one. */
interface Round {
  /** A timerfd(2) that the wait begins with: every sign of life winds it up again. */
  readonly timer: number;
  /** An eventfd(2) that ends what follows. */
  readonly sign: number;
  /** How often execv(3) is called at its end: once, or never after a sign of life (size_t). */
  readonly times: BigUint64Array;
  /** When the timer was wound up; `PAUSED` where it stands still. */
  wound: number;
}

/**
 * Begins this program anew while its main thread waits for what nothing but a fatal signal ends. Only another thread can do
 * that: execve(2) from there ends all others, and PID, descriptors and terminal stay the same.
 *
 * No JavaScript runs in that thread, because a worker of Node takes longer to start than a small machine takes to be read.
 * Calls of libc are queued for libuv's thread pool, which has one thread or all but one occupied, so that one is made after the other:
 * ppoll(2) for a timer that signs of life keep from running out, some more of it, then lfind(3), which hands a path and arguments
 * to execv(3) as its comparison, unless the number of elements has become 0 because there was a sign of life. What the main
 * thread did in between, two copies of its `stat` file tell the next run, in its environment. Whenever ppoll(2) begins, the kernel
 * looks whether there is a signal that it left to the main thread, which wakes up for none (recalc_sigpending, kernel/signal.c).
 */
export class Watchdog implements Watch {
  readonly #options: WatchdogOptions;
  readonly #native: Native;
  readonly #note: Buffer;
  readonly #asked: Buffer;
  readonly #earlier: Buffer;
  readonly #later: Buffer;
  /** Where the values of the variables begin. */
  readonly #offsets: { readonly asked: number; readonly earlier: number; readonly later: number };
  readonly #stat: number;
  /** Ends what occupies the other threads of the pool. */
  readonly #end: number;
  readonly #path: Uint8Array;
  readonly #args: Vector;
  /** How many threads libuv's pool is supposed to have where somebody else began it; 0 once all but one are occupied. */
  #unoccupied: number;
  #round: Round | undefined;
  #mountNamespace = 0;
  #isEnded = false;
  /** How many calls nobody has taken the result of; what they read and write is kept so long. */
  #calls = 0;
  /** When a sign of life came so late that the program may just have begun anew. */
  #late = Number.NEGATIVE_INFINITY;

  /** Undefined where something that it needs is missing or forbidden, and on processors of 32 bits. */
  static start(options: WatchdogOptions, env: Environment = process.env): Watchdog | undefined {
    const threads = Number(env[POOL_SIZE] ?? USUAL_POOL);
    if (!Number.isInteger(threads) || threads < 1 || threads > LARGEST_POOL) return undefined;
    const koffi = loadKoffi();
    if (koffi.sizeof("void *") !== POINTER_SIZE) return undefined;
    koffi.config({ max_async_calls: MOST_CALLS });
    const native = loadNative();
    const stat = openAt(AT_FDCWD, "/proc/thread-self/stat", 0);
    const end = native.eventfd(0, O_CLOEXEC);
    if (stat >= 0 && end >= 0) return new Watchdog(options, native, stat, end, threads);
    for (const fd of [stat, end]) if (fd >= 0) closeFd(fd);
    return undefined;
  }

  private constructor(options: WatchdogOptions, native: Native, stat: number, end: number, threads: number) {
    const { variable, note, descriptors } = options;
    this.#options = options;
    this.#native = native;
    this.#path = stringOf(options.program);
    this.#args = vectorOf(options.args);
    this.#stat = stat;
    this.#end = end;
    this.#note = this.#putVariable("", note);
    this.#asked = this.#putVariable(ASKED, "0".repeat(2 * DIGITS));
    this.#earlier = this.#putVariable(EARLIER, " ".repeat(STAT_SIZE));
    this.#later = this.#putVariable(LATER, " ".repeat(STAT_SIZE));
    const begin = (name: string): number => Buffer.byteLength(`${variable}${name}=`);
    this.#offsets = { asked: begin(ASKED), earlier: begin(EARLIER), later: begin(LATER) };
    for (const fd of descriptors) keepOpenOnExec(fd, true);
    this.#unoccupied = threads;
    this.#begin();
  }

  ask(pid: number, mountNamespace: number): void {
    if (pid === 0) {
      if (this.#round !== undefined && this.#round.wound !== PAUSED) this.#windInTime(this.#round, 0);
      return;
    }
    const { asked: at } = this.#offsets;
    const lowest = at + DIGITS - 1;
    // The largest PID is 2^22 (PID_MAX_LIMIT), and each process is asked: so no loop, and only what may have changed.
    const asked = this.#asked;
    asked[lowest - 3] = digitOf(pid, 18);
    asked[lowest - 2] = digitOf(pid, 12);
    asked[lowest - 1] = digitOf(pid, 6);
    asked[lowest] = digitOf(pid, 0);
    if (mountNamespace !== this.#mountNamespace) {
      this.#mountNamespace = mountNamespace;
      for (let i = 1; i <= DIGITS; i++) asked[lowest + i] = digitOf(mountNamespace, (DIGITS - i) * 6);
    }
    const round = this.#round;
    if (round === undefined) this.#begin();
    else if (round.wound === PAUSED) this.#wind(round, this.#slice);
    else this.goOn();
  }

  goOn(): void {
    const round = this.#round;
    if (round === undefined || round.wound === PAUSED || now() - round.wound < this.#slice / 4) return;
    if (!this.#windInTime(round, this.#slice)) this.#begin();
  }

  /** Ends the watch. */
  end(): void {
    const { variable, descriptors } = this.#options;
    this.#giveUp();
    signal(this.#end);
    // Then this thread is about to end, and may write nothing any more.
    if (now() - this.#late < SOON) Atomics.wait(PAUSE, 0, 0, SOON);
    for (const name of ["", ASKED, EARLIER, LATER]) this.#native.unsetenv(variable + name);
    for (const fd of descriptors) keepOpenOnExec(fd, false);
    this.#isEnded = true;
    this.#closeUnused();
  }

  /** So many milliseconds one wait takes. */
  get #slice(): number {
    return this.#options.patience / LOOKS;
  }

  /** Puts a variable into the environment (putenv(3)) whose value can be written to while it is there. */
  #putVariable(name: string, value: string): Buffer {
    const entry = stringOf(`${this.#options.variable}${name}=${value}`);
    this.#native.putenv(entry);
    return entry;
  }

  /**
   * Queues a wait for the timer. The first call of all begins libuv's pool: with one thread, as more would only have to be
   * occupied, like those of a pool that somebody else began.
   */
  #waitForTimer(timer: number): void {
    const usual = this.#unoccupied;
    if (usual === 0) {
      this.#wait(timer, NO_LIMIT, ALL_BUT_ENDING);
      return;
    }
    const wanted = process.env[POOL_SIZE];
    const before = countThreads(this.#stat);
    process.env[POOL_SIZE] = "1";
    this.#wait(timer, NO_LIMIT, ALL_BUT_ENDING);
    if (wanted === undefined) delete process.env[POOL_SIZE];
    else process.env[POOL_SIZE] = wanted;
    const begun = countThreads(this.#stat) - before;
    for (let occupied = 1; occupied < (begun || usual); occupied++) this.#wait(this.#end, NO_LIMIT, ALL_SIGNALS);
    this.#unoccupied = 0;
  }

  #begin(): void {
    if (this.#calls > MOST_CALLS - LARGEST_POOL) return;
    const timer = this.#native.timerfdCreate(CLOCK_MONOTONIC, O_CLOEXEC);
    const sign = this.#native.eventfd(0, O_CLOEXEC);
    if (timer < 0 || sign < 0) {
      for (const fd of [timer, sign]) if (fd >= 0) closeFd(fd);
      return;
    }
    const round: Round = { timer, sign, times: BigUint64Array.of(1n), wound: 0 };
    this.#wind(round, this.#slice);
    const { earlier, later } = this.#offsets;
    this.#waitForTimer(timer);
    this.#copyStat(this.#earlier, earlier);
    const slice = timeOf(this.#slice);
    for (let look = 1; look < LOOKS; look++) this.#wait(sign, slice, ALL_BUT_ENDING);
    this.#copyStat(this.#later, later);
    const { address } = this.#args;
    this.#queue(this.#native.lfind, [this.#path, address, round.times, POINTER_SIZE, this.#native.execv], () => {
      closeFd(timer);
      closeFd(sign);
    });
    this.#round = round;
  }

  /** Has the timer run out after so many milliseconds from now on, or never, for 0: nobody is asked. */
  #wind(round: Round, milliseconds: number): void {
    round.wound = milliseconds === 0 ? PAUSED : now();
    this.#native.timerfdSettime(round.timer, 0, milliseconds === 0 ? NEVER : timerOf(milliseconds), null);
  }

  /** The same before it has run out; where that is not certain the round is ended, and false. */
  #windInTime(round: Round, milliseconds: number): boolean {
    const { wound } = round;
    this.#wind(round, milliseconds);
    if (now() - wound < this.#slice) return true;
    round.wound = wound;
    this.#giveUp();
    return false;
  }

  /** Ends the round: there was a sign of life. */
  #giveUp(): void {
    const round = this.#round;
    if (round === undefined) return;
    this.#round = undefined;
    const time = now();
    if (time - round.wound > this.#slice * (LOOKS - 1)) this.#late = time;
    round.times[0] = 0n;
    signal(round.sign);
    this.#native.timerfdSettime(round.timer, 0, timerOf(0), null);
  }

  /** Queues ppoll(2) for what `signal` does or a timer. */
  #wait(fd: number, limit: Uint8Array | null, blocked: Uint8Array): void {
    const request = Buffer.alloc(POLLFD_SIZE);
    new Int32Array(request.buffer, request.byteOffset, 1)[0] = fd;
    new Int16Array(request.buffer, request.byteOffset + 4, 1)[0] = POLLIN;
    this.#queue(this.#native.ppoll, [request, 1, limit, blocked]);
  }

  #copyStat(variable: Buffer, offset: number): void {
    this.#queue(this.#native.pread, [this.#stat, variable.subarray(offset), STAT_SIZE - 1, 0]);
  }

  #queue(call: Queued, args: readonly unknown[], done = (): void => undefined): void {
    this.#calls++;
    const kept = [this.#note, ...args];
    call.async(...args, () => {
      kept.length = 0;
      this.#calls--;
      done();
      this.#closeUnused();
    });
  }

  /** A descriptor that was closed while a call is queued for it could be another one when that is made. */
  #closeUnused(): void {
    if (this.#isEnded && this.#calls === 0) for (const fd of [this.#end, this.#stat]) closeFd(fd);
  }
}

/** How many threads this process has, by a `stat` file of one (proc_pid_stat(5)); libuv goes on when those that it begins are there. */
function countThreads(stat: number): number {
  const bytes = Buffer.alloc(STAT_SIZE);
  const text = bytes.toString("latin1", 0, readSync(stat, bytes, 0, STAT_SIZE, 0));
  return Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[17]);
}

/** So many milliseconds after its call execve(2) has certainly ended the other threads. */
const SOON = 1000;
const PAUSE = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
const ONE = new Uint8Array(new BigUint64Array([1n]).buffer);

const CLOCK_MONOTONIC = 1;
const POLLFD_SIZE = 8;
const POLLIN = 1;
const NO_LIMIT: Uint8Array | null = null;

/** Sets of signals (sigset_t). Only those that end a run may interrupt the wait that a sign of life ends. */
const ALL_SIGNALS = new Uint8Array(128).fill(0xff);
const ALL_BUT_ENDING = ALL_SIGNALS.slice();
for (const signal of [constants.signals.SIGINT, constants.signals.SIGTERM, constants.signals.SIGHUP])
  (ALL_BUT_ENDING[(signal - 1) >> 3] as number) &= ~(1 << ((signal - 1) & 7));

function signal(eventfd: number): void {
  writeSync(eventfd, ONE);
}

function digitOf(number: number, bits: number): number {
  return ((number >>> bits) & 63) + ZERO;
}

function numberIn(digits: string): number {
  let number = 0;
  for (let i = 0; i < DIGITS; i++) number = number * 64 + ((digits.charCodeAt(i) - ZERO) & 63);
  return number;
}
