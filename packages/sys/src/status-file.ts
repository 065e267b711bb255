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

function field(text: string, name: string): string | undefined {
  const start = text.indexOf(`\n${name}:`);
  if (start < 0) return undefined;
  const end = text.indexOf("\n", start + 1);
  return text.slice(start + name.length + 2, end < 0 ? undefined : end).trim();
}

/** The kernel writes a newline of the name as `\n` and a backslash as `\\` (proc_task_name, fs/proc/array.c). */
function unescapeName(name: string): string {
  return name.replace(/\\([n\\])/g, (_, letter: string) => (letter === "n" ? "\n" : "\\"));
}

/** Reads /proc/PID/status; undefined where it is not such a file. */
export function parseStatusFile(bytes: Buffer): StatusFile | undefined {
  const text = bytes.toString("latin1");
  if (!text.startsWith("Name:\t")) return undefined;
  const nameEnd = text.indexOf("\n");
  const comm = unescapeName(decodeBytes(bytes.subarray(6, nameEnd)));
  const state = field(text, "State")?.charAt(0) ?? "";
  const ppid = Number(field(text, "PPid") ?? Number.NaN);
  const uid = Number(field(text, "Uid")?.split("\t")[1] ?? Number.NaN);
  const threads = Number(field(text, "Threads") ?? 1);
  if (Number.isNaN(ppid) || Number.isNaN(uid)) return undefined;
  const nstgid = field(text, "NStgid");
  // Kthread: Linux 6.10. Before it, what has no memory and is neither dead nor dying is a kernel thread.
  const kthread = field(text, "Kthread");
  const kernelThread =
    kthread === undefined ? text.indexOf("\nVmSize:") < 0 && state !== "Z" && state !== "X" : kthread === "1";
  return { comm, state, ppid, uid, pids: nstgid?.split("\t").map(Number), threads, kernelThread };
}
