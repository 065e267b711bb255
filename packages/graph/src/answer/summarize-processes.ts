import { groupBy } from "../model/group-by.js";
import { isZombie, type Process } from "../model/process.js";

/** Processes that go by the same name. */
export interface ProcessSummary {
  /** The name they share; undefined where it is not known, and of many kernel threads. Hostile text: see `printable`. */
  readonly comm: string | undefined;
  /** Kernel threads are summed up whatever their names are; zombies stand apart from the living. */
  readonly kind: "process" | "zombie" | "kernel-thread";
  /** By pid; never empty. */
  readonly processes: readonly Process[];
}

function summaryKind(process: Process): ProcessSummary["kind"] {
  if (process.kernelThread) return "kernel-thread";
  return isZombie(process) ? "zombie" : "process";
}

const KIND_RANK: Readonly<Record<ProcessSummary["kind"], number>> = { process: 0, zombie: 1, "kernel-thread": 2 };

/**
 * Sums processes up by name: what people write as `nginx ×4, sh`. The living come first, each name where its first
 * process stands; then zombies; then all kernel threads as one.
 */
export function summarizeProcesses(processes: readonly Process[]): readonly ProcessSummary[] {
  const groups = groupBy(processes, (process) => {
    const kind = summaryKind(process);
    return kind === "kernel-thread" || process.comm === undefined ? kind : `${kind} ${process.comm}`;
  });
  const summaries = Array.from(groups.values(), (alike): ProcessSummary => {
    const [first, second] = alike as [Process, ...Process[]];
    const kind = summaryKind(first);
    return { comm: kind === "kernel-thread" && second !== undefined ? undefined : first.comm, kind, processes: alike };
  });
  return summaries.sort((a, b) => KIND_RANK[a.kind] - KIND_RANK[b.kind]);
}

/** The names of processes with their kinds, in order: what alike processes have in common. Zombies count where all are such. */
export function namesOf(processes: readonly Process[]): readonly string[] {
  const summaries = summarizeProcesses(processes);
  const living = summaries.filter(({ kind }) => kind !== "zombie");
  return (living.length === 0 ? summaries : living).map(({ kind, comm }) => `${kind} ${comm ?? ""}`).sort();
}
