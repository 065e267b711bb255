import { spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { ENVIRONMENT } from "./cost.js";

/** How often a command made each system call. */
export type CallCounts = Readonly<Record<string, number>>;

/**
 * What Node does for itself, for its memory and threads and the output, and what a watchdog does each second: no question to the
 * kernel about a process or namespace, and not the same from run to run.
 */
const OF_THE_RUNTIME: ReadonlySet<string> = new Set([
  "brk",
  "clock_gettime",
  "clock_nanosleep",
  "clone",
  "clone3",
  "epoll_pwait",
  "epoll_wait",
  "eventfd2",
  "exit",
  "futex",
  "getpid",
  "getrusage",
  "gettid",
  "madvise",
  "mmap",
  "mprotect",
  "mremap",
  "munmap",
  "nanosleep",
  "poll",
  "pread64",
  "restart_syscall",
  "rseq",
  "rt_sigaction",
  "rt_sigprocmask",
  "sched_getaffinity",
  "sched_yield",
  "set_robust_list",
  "write",
  "writev",
]);

/** How many of the calls were questions to the kernel. */
export function countQuestions(counts: CallCounts): number {
  return Object.entries(counts).reduce((sum, [name, count]) => sum + (OF_THE_RUNTIME.has(name) ? 0 : count), 0);
}

/**
 * Counts a command's calls with strace(1), those of its threads too.
 *
 * @throws Error where the command fails.
 */
export async function countCalls(command: readonly string[]): Promise<CallCounts> {
  // A file would be left behind where this is ended; the socket that Node makes cannot be opened by its name.
  // V8 reads the map of its memory until it finds room for code: where addresses are random, some calls more or less.
  const fixed = ["setarch", "--addr-no-randomize", ...command];
  const child = spawn("strace", ["-c", "-f", "-q", "-o", "|cat >&3", ...fixed], {
    env: ENVIRONMENT,
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  let table = "";
  (child.stdio[3] as Readable).on("data", (chunk: Buffer) => {
    table += chunk.toString();
  });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (status !== 0) throw new Error(`${command.join(" ")} under strace ended with status ${status}`);
  return parseCounts(table);
}

/** Reads the table that `strace -c` prints: share, seconds, microseconds a call, calls, errors where there were any, name. */
export function parseCounts(table: string): CallCounts {
  const counts: Record<string, number> = {};
  for (const line of table.split("\n")) {
    const match = /^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)(?:\s+\d+)?\s+([a-z]\w*)$/.exec(line);
    if (match !== null && match[2] !== "total") counts[match[2] as string] = Number(match[1]);
  }
  return counts;
}
