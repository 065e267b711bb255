import { type BigIntStats, lstatSync, readFileSync, realpathSync, statSync } from "node:fs";
import { printable } from "@ns-graph/graph";

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

/** Looks at a path, and opens nothing there: stat(2) and /proc/self/mountinfo (proc_pid_mountinfo(5)) tell enough. */
export function describePath(path: string): PathFinding {
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
  const mount = findMount(path, stats.dev);
  if (mount?.isPoint) {
    const where = stats.isDirectory() && link === "" ? "" : `it is ${link}${kindOf(stats)}, and `;
    return { state: "known", words: `${where}${printable(mount.type)} is mounted there` };
  }
  const on = mount === undefined ? "" : `${stats.isDirectory() ? " of" : " on"} ${printable(mount.type)}`;
  return { state: "known", words: `it is ${link}${kindOf(stats)}${on}` };
}

function kindOf(stats: BigIntStats): string {
  if (stats.isFile()) return "a regular file";
  if (stats.isDirectory()) return "a folder";
  if (stats.isFIFO()) return "a named pipe";
  if (stats.isSocket()) return "a socket";
  return stats.isBlockDevice() ? "a block device" : "a character device";
}

interface FoundMount {
  /** The type of the file system. Hostile text: who mounts one with FUSE chooses the end of its name. */
  readonly type: string;
  /** Whether it is mounted at the path itself, and not above it. */
  readonly isPoint: boolean;
}

/**
 * The mount that a path leads into: of those that are above it the nearest, and of several at one place the last, unless
 * another one covers it, as the device tells. Undefined where that is not known.
 */
function findMount(path: string, device: bigint): FoundMount | undefined {
  let real: string;
  let lines: readonly string[];
  try {
    real = realpathSync.native(path);
    lines = readFileSync("/proc/self/mountinfo", "utf8").split("\n");
  } catch {
    return undefined;
  }
  let nearest: { readonly type: string; readonly point: string } | undefined;
  for (const line of lines) {
    const [, , numbers = "", , escaped = ""] = line.split(" ", 5);
    const type = /^.*? - (\S+)/.exec(line)?.[1];
    const point = unescapeOctal(escaped);
    if (type === undefined || !isAbove(point, real) || point.length < (nearest?.point.length ?? 0)) continue;
    // The files of btrfs have devices of their own, one for each subvolume.
    if (type === "btrfs" || numbers === spellDevice(device)) nearest = { type, point };
  }
  return nearest && { type: nearest.type, isPoint: nearest.point === real };
}

function isAbove(point: string, path: string): boolean {
  return point === path || path.startsWith(point.endsWith("/") ? point : `${point}/`);
}

/** As mountinfo has it (makedev(3)). */
function spellDevice(device: bigint): string {
  const major = ((device >> 8n) & 0xfffn) | ((device >> 32n) & ~0xfffn);
  const minor = (device & 0xffn) | ((device >> 12n) & ~0xffn & 0xffffffffn);
  return `${major}:${minor}`;
}

/** Undoes the octal escapes of space, tab, newline and backslash (mangle_path, fs/seq_file.c). */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/** The process that a thread is of, where the number is that of a thread, and not of a process; /proc does not list those. */
export function processOfThread(tid: number): number | undefined {
  try {
    const pid = Number(/^Tgid:\t(\d+)$/m.exec(readFileSync(`/proc/${tid}/status`, "latin1"))?.[1]);
    return pid > 0 && pid !== tid ? pid : undefined;
  } catch {
    return undefined;
  }
}
