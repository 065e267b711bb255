import { readFileSync, realpathSync } from "node:fs";
import { deviceNumber } from "./device-number.js";
import { type MountLine, parseMountLine } from "./mountinfo.js";
import { isWithin } from "./paths.js";

/** The mount that a path leads into. */
export interface MountAt {
  /** The type of the file system. Hostile text: who mounts one with FUSE chooses the end of its name. */
  readonly fileSystem: string;
  /** Whether it is mounted at the path itself, and not above it. */
  readonly isPoint: boolean;
}

/**
 * The mount that a path leads into, by /proc/self/mountinfo (proc_pid_mountinfo(5)): of those that are above it the
 * nearest, and of several at one place the last, unless another one covers it, as the device of what is there tells.
 * Undefined where that is not known.
 */
export function findMountAt(path: string, device: bigint): MountAt | undefined {
  let real: string;
  let lines: readonly string[];
  try {
    real = realpathSync.native(path);
    lines = readFileSync("/proc/self/mountinfo", "latin1").split("\n");
  } catch {
    return undefined;
  }
  let nearest: MountLine | undefined;
  for (const line of lines) {
    const mount = parseMountLine(line);
    if (mount === undefined || !isWithin(real, mount.path) || mount.path.length < (nearest?.path.length ?? 0)) continue;
    // The files of btrfs have devices of their own, one for each subvolume.
    const isThere = mount.fileSystem === "btrfs" || BigInt(deviceNumber(mount.major, mount.minor)) === device;
    if (isThere) nearest = mount;
  }
  return nearest && { fileSystem: nearest.fileSystem, isPoint: nearest.path === real };
}
