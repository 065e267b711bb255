import { decodeLatin1 } from "../kernel/bytes.js";

/** What is read of /proc/PID/status (proc_pid_status(5)). */
export interface StatusFile {
  readonly comm: string;
  readonly state: string;
  readonly ppid: number;
  /** Effective uid. */
  readonly uid: number;
  /** Whose process it is: the real uid, which no setuid program changes, unless that is root's and the effective one is not. */
  readonly user: number;
  /** PID in each PID namespace, from that of the /proc mount inwards (NStgid, Linux 4.1). */
  readonly pids: readonly number[] | undefined;
  readonly threads: number;
  readonly kernelThread: boolean;
  /** Its main thread has exited, and others run on. */
  readonly mainThreadExited: boolean;
  /** It has let go of its memory and is no zombie yet (do_exit, kernel/exit.c). False where the kernel shows no difference from a kernel thread. */
  readonly ending: boolean;
  /**
   * Whether it is in the middle of execve(2): it has memory, and none of it can be executed. A process can stay like that
   * for as long as it likes, with a file that is closed on execve(2) in a file system of its own (begin_new_exec, fs/exec.c).
   */
  readonly isExecuting: boolean;
}

/*
 * Text and its own searches, not a loop over the bytes: most processes are read before V8 has made a loop fast, and these
 * are fast from the first.
 */

const NAME = "Name:\t";

/** Digits of the longest number that is read. */
const DIGITS = 10;

/** Where the value of a line begins: keys begin with a newline, which no value holds. -1 where there is no such line. */
function valueAfter(text: string, key: string, from = 0): number {
  const at = text.indexOf(key, from);
  return at < 0 ? -1 : at + key.length;
}

/** The number at an offset; undefined where there is none. */
function numberAt(text: string, at: number): number | undefined {
  const value = at < 0 ? Number.NaN : Number.parseInt(text.slice(at, at + DIGITS), 10);
  return Number.isNaN(value) ? undefined : value;
}

/** The numbers between tabs, to the end of the line. */
function numbersAt(text: string, at: number): number[] | undefined {
  if (at < 0) return undefined;
  const end = text.indexOf("\n", at);
  return (end < 0 ? text.slice(at) : text.slice(at, end)).split("\t").map(Number);
}

/** The kernel writes a newline of the name as `\n` and a backslash as `\\` (proc_task_name, fs/proc/array.c). */
function unescapeName(name: string): string {
  if (!name.includes("\\")) return name;
  return name.replace(/\\([n\\])/g, (_, letter: string) => (letter === "n" ? "\n" : "\\"));
}

/** Reads /proc/PID/status; undefined where it is not such a file. */
export function parseStatusFile(bytes: Buffer): StatusFile | undefined {
  const text = bytes.toString("latin1");
  const ppid = numberAt(text, valueAfter(text, "\nPPid:\t"));
  const uids = valueAfter(text, "\nUid:\t");
  const uid = uids < 0 ? undefined : numberAt(text, text.indexOf("\t", uids) + 1);
  if (!text.startsWith(NAME) || ppid === undefined || uid === undefined) return undefined;
  const state = text[valueAfter(text, "\nState:\t")] ?? "";
  const kthread = numberAt(text, valueAfter(text, "\nKthread:\t", uids));
  const memory = text.indexOf("\nVmSize:\t", uids);
  // What has no memory and is not dead is a kernel thread, or about to end. Kthread tells which since Linux 6.10; before, it is taken for the former.
  const isBare = memory < 0 && kthread !== 1 && state !== "Z" && state !== "X";
  const after = Math.max(memory, uids);
  // Of one that is just being reaped the kernel says 0.
  const threads = numberAt(text, valueAfter(text, "\nThreads:\t", after)) || 1;
  return {
    comm: unescapeName(decodeLatin1(text.slice(NAME.length, text.indexOf("\n")))),
    state,
    ppid,
    uid,
    user: numberAt(text, uids) || uid,
    pids: numbersAt(text, valueAfter(text, "\nNStgid:\t")),
    threads,
    kernelThread: kthread === undefined ? isBare : kthread === 1,
    mainThreadExited: state === "Z" && threads > 1,
    ending: kthread !== undefined && isBare,
    isExecuting:
      memory >= 0 &&
      numberAt(text, valueAfter(text, "\nVmExe:\t", memory)) === 0 &&
      numberAt(text, valueAfter(text, "\nVmLib:\t", memory)) === 0,
  };
}
