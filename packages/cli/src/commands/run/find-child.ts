import { readdirSync, readFileSync } from "node:fs";

/** The first child of a process, as /proc shows it; undefined where it has none, or /proc does not show it. */
export function findChild(pid: number): number | undefined {
  try {
    const [first] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
    return first ? Number(first) : undefined;
  } catch {
    // Only kernels with CONFIG_PROC_CHILDREN have that file.
    return searchChild(pid);
  }
}

function searchChild(parent: number): number | undefined {
  for (const entry of readdirSync("/proc")) {
    if (/^\d+$/.test(entry) && parentOf(entry) === parent) return Number(entry);
  }
  return undefined;
}

function parentOf(pid: string): number | undefined {
  try {
    return Number(/^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1]);
  } catch {
    return undefined;
  }
}
