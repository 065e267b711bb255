import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { readStatusNumber } from "../lookup.js";

/** Whether /proc has processes by their numbers here: that of another PID namespace shows strangers by these. */
export function isProcOurs(): boolean {
  return ownPid() === process.pid;
}

/** The first child of a process, as /proc shows it; undefined where it has none, or /proc does not show it. */
export function findChild(pid: number): number | undefined {
  if (!isProcOurs()) return undefined;
  try {
    const [first] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
    return first ? Number(first) : undefined;
  } catch {
    // Only kernels with CONFIG_PROC_CHILDREN have that file.
    const child = readdirSync("/proc").find((name) => /^\d+$/.test(name) && readStatusNumber(name, "PPid") === pid);
    return child === undefined ? undefined : Number(child);
  }
}

/** The PID of this process in /proc. */
function ownPid(): number | undefined {
  try {
    return Number(readlinkSync("/proc/self"));
  } catch {
    return undefined;
  }
}
