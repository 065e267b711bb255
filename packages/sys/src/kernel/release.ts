import { release } from "node:os";

const [MAJOR = 0, MINOR = 0] = release().split(".").map(Number);

/** Whether the kernel that runs is of this release or a later one. */
export function isSince(major: number, minor: number): boolean {
  return MAJOR > major || (MAJOR === major && MINOR >= minor);
}
