import { isZombie, type Process } from "../model/process.js";

/**
 * The process that stands for others: the topmost of their tree, so the one that was there first and started the rest.
 * Where there is more than one tree, the one that is 1 in its PID namespace leads, then what is alive, then what has
 * the lowest PID. Undefined for no processes.
 */
export function leadingProcess(processes: readonly Process[]): Process | undefined {
  if (processes.length < 2) return processes[0];
  const pids = new Set<number>();
  for (const { pid } of processes) pids.add(pid);
  let leader: Process | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const process of processes) {
    const rank = rankOf(process, pids);
    if (rank > least || (rank === least && leader !== undefined && leader.pid <= process.pid)) continue;
    leader = process;
    least = rank;
  }
  return leader;
}

function rankOf(process: Process, pids: ReadonlySet<number>): number {
  const isInit = process.pids !== undefined && process.pids.length > 1 && process.pids.at(-1) === 1;
  const isBelow = process.ppid !== undefined && pids.has(process.ppid) && process.ppid !== process.pid;
  return (isZombie(process) ? 8 : 0) + (process.kernelThread ? 4 : 0) + (isBelow ? 2 : 0) + (isInit ? 0 : 1);
}
