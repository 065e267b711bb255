import { decodeBytes } from "./bytes.js";

/** What is read of /proc/PID/status (proc_pid_status(5)). */
export interface StatusFile {
  readonly comm: string;
  readonly state: string;
  readonly ppid: number;
  /** Effective uid. */
  readonly uid: number;
  /** PID in each PID namespace, from that of the /proc mount inwards (NStgid, Linux 4.1). */
  readonly pids: readonly number[] | undefined;
  readonly threads: number;
  readonly kernelThread: boolean;
}

const NEWLINE = 10;
const TAB = 9;
const SPACE = 32;
const DIGIT_0 = 48;

const NAME = Buffer.from("Name:\t");
const STATE = Buffer.from("State:\t");
const PPID = Buffer.from("PPid:\t");
const UID = Buffer.from("Uid:\t");
const NSTGID = Buffer.from("NStgid:\t");
const KTHREAD = Buffer.from("Kthread:\t");
const VM_SIZE = Buffer.from("VmSize:\t");
const THREADS = Buffer.from("Threads:\t");

function hasKey(bytes: Uint8Array, at: number, key: Uint8Array): boolean {
  for (let i = 0; i < key.length; i++) if (bytes[at + i] !== key[i]) return false;
  return true;
}

function lineEnd(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && bytes[at] !== NEWLINE) at++;
  return at;
}

/** The decimal numbers up to the end of the line; where something else stands among them, those before it. */
function readNumbers(bytes: Uint8Array, start: number): number[] {
  const numbers: number[] = [];
  let value = -1;
  for (let at = start; ; at++) {
    const byte = bytes[at] ?? NEWLINE;
    const digit = byte - DIGIT_0;
    if (digit >= 0 && digit <= 9) {
      value = Math.max(value, 0) * 10 + digit;
      continue;
    }
    if (value >= 0) numbers.push(value);
    value = -1;
    if (byte !== TAB && byte !== SPACE) return numbers;
  }
}

/** The kernel writes a newline of the name as `\n` and a backslash as `\\` (proc_task_name, fs/proc/array.c). */
function unescapeName(name: string): string {
  if (!name.includes("\\")) return name;
  return name.replace(/\\([n\\])/g, (_, letter: string) => (letter === "n" ? "\n" : "\\"));
}

interface Fields {
  state: string;
  ppid: number | undefined;
  uid: number | undefined;
  pids: readonly number[] | undefined;
  threads: number;
  kthread: boolean | undefined;
  hasMemory: boolean;
}

/** Takes what is wanted of one line; the first letters alone rule most lines out. */
function takeField(fields: Fields, bytes: Uint8Array, at: number): void {
  switch (bytes[at]) {
    case STATE[0]:
      if (hasKey(bytes, at, STATE)) fields.state = String.fromCharCode(bytes[at + STATE.length] ?? SPACE);
      break;
    case PPID[0]:
      if (hasKey(bytes, at, PPID)) fields.ppid = readNumbers(bytes, at + PPID.length)[0];
      break;
    case UID[0]:
      if (hasKey(bytes, at, UID)) fields.uid = readNumbers(bytes, at + UID.length)[1];
      break;
    case NSTGID[0]:
      if (hasKey(bytes, at, NSTGID)) fields.pids = readNumbers(bytes, at + NSTGID.length);
      break;
    case KTHREAD[0]:
      if (hasKey(bytes, at, KTHREAD)) fields.kthread = readNumbers(bytes, at + KTHREAD.length)[0] === 1;
      break;
    case VM_SIZE[0]:
      if (hasKey(bytes, at, VM_SIZE)) fields.hasMemory = true;
      break;
    case THREADS[0]:
      if (hasKey(bytes, at, THREADS)) fields.threads = readNumbers(bytes, at + THREADS.length)[0] ?? 1;
      break;
  }
}

/** Kthread: Linux 6.10. Before it, what has no memory and is neither dead nor dying is a kernel thread. */
function isKernelThread({ kthread, hasMemory, state }: Fields): boolean {
  return kthread ?? (!hasMemory && state !== "Z" && state !== "X");
}

/** Reads /proc/PID/status, in one pass and without making a text of what is not used; undefined where it is not such a file. */
export function parseStatusFile(bytes: Buffer): StatusFile | undefined {
  if (!hasKey(bytes, 0, NAME)) return undefined;
  const nameEnd = lineEnd(bytes, 0);
  const fields: Fields = {
    state: "",
    ppid: undefined,
    uid: undefined,
    pids: undefined,
    threads: 0,
    kthread: undefined,
    hasMemory: false,
  };
  // The number of threads is the last that is wanted, and stands in the middle of the file (proc_pid_status, fs/proc/array.c).
  for (let at = nameEnd + 1; at < bytes.length && fields.threads === 0; at = lineEnd(bytes, at) + 1)
    takeField(fields, bytes, at);
  const { state, ppid, uid, pids } = fields;
  const threads = Math.max(1, fields.threads);
  if (ppid === undefined || uid === undefined) return undefined;
  const comm = unescapeName(decodeBytes(bytes.subarray(NAME.length, nameEnd)));
  return { comm, state, ppid, uid, pids, threads, kernelThread: isKernelThread(fields) };
}
