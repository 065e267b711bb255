import type { ProcessSummary } from "../answer/summarize-processes.js";
import { isZombie, type Process } from "../model/process.js";
import { count } from "./nouns.js";

const MARKS: Readonly<Record<ProcessSummary["kind"], string>> = {
  process: "",
  zombie: " (zombie)",
  "kernel-thread": " (kernel thread)",
};

/** What is said behind the name of a process that is not a living program; nothing of others. */
export function processMark(process: Process): string {
  return MARKS[process.kernelThread ? "kernel-thread" : isZombie(process) ? "zombie" : "process"];
}

/**
 * One process by PID and name: `4711 bash`, `12 kswapd0 (kernel thread)`.
 *
 * @param show makes the name, which is hostile text, fit to be shown; as it is by default.
 */
export function describeProcess(process: Process, show: (name: string) => string = (name) => name): string {
  const { pid, comm } = process;
  return `${pid}${comm === undefined ? "" : ` ${show(comm) || '""'}`}${processMark(process)}`;
}

/** A summary in words: `nginx ×4`, `sh ×2 (zombie)`, `kernel threads ×130`. The name stands as it is: see `printable`. */
export function describeProcessSummary({ comm, kind, processes }: ProcessSummary): string {
  const times = processes.length === 1 ? "" : ` ×${processes.length}`;
  if (kind === "kernel-thread" && comm === undefined)
    return times === "" ? "a kernel thread" : `kernel threads${times}`;
  const name = comm || (times === "" ? `process ${processes[0]?.pid}` : "processes");
  return `${name}${times}${MARKS[kind]}`;
}

/** How many of some processes are not living programs: `88 kernel threads, 1 zombie`; nothing where all are. */
export function countUnusual(processes: readonly Process[]): string {
  const threads = processes.filter(({ kernelThread }) => kernelThread).length;
  const zombies = processes.filter((process) => !process.kernelThread && isZombie(process)).length;
  return [
    ...(threads > 0 ? [count(threads, "kernel-thread")] : []),
    ...(zombies > 0 ? [count(zombies, "zombie")] : []),
  ].join(", ");
}

/** Zombies that were counted before: `the zombie`, `the 3 zombies`. */
export function theZombies(number: number): string {
  return number === 1 ? "the zombie" : `the ${number} zombies`;
}

/** Processes that are those of something listed before: `the same 12 processes`, `the 12 processes of pid:[4026531836]`. */
export function theProcesses(number: number, of?: string): string {
  return of === undefined ? `the same ${number} processes` : `the ${number} processes of ${of}`;
}

/** What is said before processes of which there is nothing to say but that they are there. */
export function moreProcesses(processes: readonly Process[], areUnreadable: boolean): string {
  const areThreads = processes.every(({ kernelThread }) => kernelThread);
  return `${processes.length} more${areThreads ? " kernel threads" : ""} ${areUnreadable ? "that could not be read" : "in the same namespaces"}:`;
}
