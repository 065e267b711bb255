import { readdirSync, readFileSync } from "node:fs";

/** One line of /proc/PID/stat, as far as the testkit needs it. */
export interface ProcessEntry {
  readonly pid: number;
  readonly ppid: number;
  /** State letter of proc_pid_stat(5); `Z` is a zombie. */
  readonly state: string;
  /** In clock ticks since boot: with the PID it names one process for ever. */
  readonly startTime: string;
  /** Bit 0x200000 (PF_KTHREAD) marks a kernel thread. */
  readonly flags: number;
}

/** Reads one process; undefined where there is none. */
export function readProcessEntry(pid: number): ProcessEntry | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "latin1");
  } catch {
    return undefined;
  }
  // The command stands in parentheses and may itself hold parentheses and blanks.
  const [state = "", ppid, , , , , flags, ...rest] = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return { pid, ppid: Number(ppid), state, startTime: rest[12] ?? "", flags: Number(flags) };
}

/** All processes that /proc lists. */
export function readProcessEntries(): ProcessEntry[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readProcessEntry(Number(name)))
    .filter((entry) => entry !== undefined);
}

/** A process and everything below it, parents first. */
export function readDescendants(pid: number): ProcessEntry[] {
  const entries = readProcessEntries();
  const found = entries.filter((entry) => entry.pid === pid);
  for (const parent of found) found.push(...entries.filter((entry) => entry.ppid === parent.pid));
  return found;
}

/** Whether that very process still runs; a zombie does not. */
export function isRunning(entry: ProcessEntry): boolean {
  const now = readProcessEntry(entry.pid);
  return now !== undefined && now.startTime === entry.startTime && now.state !== "Z" && now.state !== "X";
}

/** A kernel thread that this /proc shows, the one with the lowest PID. */
export function findKernelThread(): ProcessEntry | undefined {
  return readProcessEntries()
    .sort((a, b) => a.pid - b.pid)
    .find((entry) => (entry.flags & 0x200000) !== 0);
}
