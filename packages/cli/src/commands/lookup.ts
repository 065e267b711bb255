import { type BigIntStats, lstatSync, readFileSync, statSync } from "node:fs";
import { type NamespaceId, namespaceId, printable } from "@ns-graph/graph";
import { findMountAt } from "@ns-graph/sys";

/** What this machine has by names that a graph knows nothing of. */
export interface Lookup {
  /** The id of the namespace that a path leads to; undefined where it leads to none. */
  identifyNamespace(path: string): NamespaceId | undefined;
  /** What there is at a path. */
  describePath(path: string): PathFinding;
  /** The process that a thread is of; undefined where the number is not that of a thread besides the main one. */
  processOfThread(tid: number): number | undefined;
}

/**
 * What there is at a path of this machine, for people who took it for that of a namespace.
 *
 * - `known`: as a clause, `it is a regular file on ext4` or `overlay is mounted there`
 * - `nothing`: nothing has that name
 * - `denied`: it can't be looked at, by the errno
 */
export type PathFinding =
  | { readonly state: "known"; readonly words: string }
  | { readonly state: "nothing" }
  | { readonly state: "denied"; readonly errno: string };

const ABSENT: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR"]);

/** Looks at a path, and opens nothing there: stat(2) and /proc/self/mountinfo (proc_pid_mountinfo(5)) say enough. */
function describePath(path: string): PathFinding {
  const own = look(() => lstatSync(path, { bigint: true }));
  if (typeof own === "string") return ABSENT.has(own) ? { state: "nothing" } : { state: "denied", errno: own };
  if (!own.isSymbolicLink()) return describeFile(path, own, "");
  const target = look(() => statSync(path, { bigint: true }));
  if (typeof target !== "string") return describeFile(path, target, "a symbolic link to ");
  if (ABSENT.has(target)) return { state: "known", words: "it is a symbolic link that leads nowhere" };
  if (target === "ELOOP") return { state: "known", words: "it is a symbolic link that leads in a circle" };
  return { state: "denied", errno: target };
}

/** The stats, or the name of the errno. */
function look(ask: () => BigIntStats): BigIntStats | string {
  try {
    return ask();
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "EIO";
  }
}

function describeFile(path: string, stats: BigIntStats, link: string): PathFinding {
  const mount = findMountAt(path, stats.dev);
  if (mount?.isPoint) {
    const where = stats.isDirectory() && link === "" ? "" : `it is ${link}${kindOf(stats)}, and `;
    return { state: "known", words: `${where}${printable(mount.fileSystem)} is mounted there` };
  }
  const on = mount === undefined ? "" : `${stats.isDirectory() ? " of" : " on"} ${printable(mount.fileSystem)}`;
  return { state: "known", words: `it is ${link}${kindOf(stats)}${on}` };
}

function kindOf(stats: BigIntStats): string {
  if (stats.isFile()) return "a regular file";
  if (stats.isDirectory()) return "a folder";
  if (stats.isFIFO()) return "a named pipe";
  if (stats.isSocket()) return "a socket";
  return stats.isBlockDevice() ? "a block device" : "a character device";
}

function identifyNamespace(path: string): NamespaceId | undefined {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return namespaceId(dev, ino);
  } catch {
    return undefined;
  }
}

/** /proc does not list threads besides the main ones, but has them. */
function processOfThread(tid: number): number | undefined {
  const pid = readStatusNumber(tid, "Tgid");
  return pid === undefined || pid === 0 || pid === tid ? undefined : pid;
}

/** A number in the status file of a process or thread (proc_pid_status(5)); undefined where it can't be read. */
export function readStatusNumber(pid: number | string, field: "PPid" | "Tgid"): number | undefined {
  try {
    const line = new RegExp(`^${field}:\\t(\\d+)$`, "m").exec(readFileSync(`/proc/${pid}/status`, "latin1"));
    return line === null ? undefined : Number(line[1]);
  } catch {
    return undefined;
  }
}

/** The machine that this runs on. */
export const machineLookup: Lookup = { identifyNamespace, describePath, processOfThread };
