import { loadKoffi } from "./load-koffi.js";

/*
 * What a watchdog hands to libc: functions, some of them to be called by another thread, and memory that stays where it is.
 */

export interface Native {
  eventfd(initial: number, flags: number): number;
  timerfdCreate(clock: number, flags: number): number;
  timerfdSettime(fd: number, flags: number, value: Uint8Array, old: null): number;
  putenv(entry: Uint8Array): number;
  unsetenv(name: string): number;
  ppoll: Queued;
  pread: Queued;
  lfind: Queued;
  /** The address of execv(3). */
  readonly execv: bigint;
}

/** Queues a call for libuv's thread pool. */
export type Queued = { async(...args: unknown[]): void };

/** A string of C. */
export function stringOf(text: string): Buffer {
  // Memory of its own, which stays where it is.
  const bytes = Buffer.alloc(Buffer.byteLength(text) + 1);
  bytes.write(text);
  return bytes;
}

/** Bytes of a pointer: there is no watchdog on processors of 32 bits. */
export const POINTER_SIZE = 8;

/** An array of strings of C, as execv(3) wants it. */
export interface Vector {
  readonly address: bigint;
  /** The memory that it is in. */
  readonly parts: readonly Uint8Array[];
}

export function vectorOf(texts: readonly string[]): Vector {
  const koffi = loadKoffi();
  const strings = texts.map(stringOf);
  const array = BigUint64Array.from([...strings.map((string) => koffi.address(string)), 0n]);
  return { address: koffi.address(array), parts: [...strings, new Uint8Array(array.buffer)] };
}

/** A number of milliseconds as struct timespec. */
export function timeOf(milliseconds: number): Uint8Array {
  const nanoseconds = BigInt(Math.max(1, Math.round(milliseconds * 1e6)));
  return new Uint8Array(BigInt64Array.of(nanoseconds / 1_000_000_000n, nanoseconds % 1_000_000_000n).buffer);
}

const TIMER_SIZE = 32;
/** A struct itimerspec that stops a timer. */
export const NEVER = new Uint8Array(TIMER_SIZE);

/** The same, once, as struct itimerspec (timerfd_settime(2)). */
export function timerOf(milliseconds: number): Uint8Array {
  const timer = new Uint8Array(TIMER_SIZE);
  timer.set(timeOf(milliseconds), 16);
  return timer;
}

export function loadNative(): Native {
  const libc = loadKoffi().load(null);
  return {
    eventfd: libc.func("eventfd", "int", ["uint", "int"]),
    timerfdCreate: libc.func("timerfd_create", "int", ["int", "int"]),
    timerfdSettime: libc.func("timerfd_settime", "int", ["int", "int", "void *", "void *"]),
    putenv: libc.func("putenv", "int", ["void *"]),
    unsetenv: libc.func("unsetenv", "int", ["str"]),
    ppoll: libc.func("ppoll", "int", ["void *", "ulong", "void *", "void *"]),
    pread: libc.func("pread", "long", ["int", "void *", "ulong", "long"]),
    lfind: libc.func("lfind", "void *", ["void *", "void *", "void *", "ulong", "void *"]),
    execv: libc.func("dlsym", "void *", ["void *", "str"])(null, "execv"),
  } as unknown as Native;
}
