import { statSync } from "node:fs";
import { join } from "node:path";
import { findDistrust, ROOT } from "../kernel/trusted-path.js";

/** Where the hierarchies of cgroups are mounted that name workloads: version 2, beside version 1, and systemd's own of that. */
const MOUNTS = ["", "unified", "systemd", "pids", "memory"].map((name) => join("sys/fs/cgroup", name));

/**
 * Whether root alone can have given a cgroup its name: its own folder may be somebody's, but every one that it is in is
 * root's. False where it is not found.
 */
export function isNamedByRoot(root: string, cgroup: string): boolean {
  if (cgroup.split("/").includes("..")) return false;
  return MOUNTS.some((mount) => {
    try {
      const path = join(root, mount, cgroup);
      return (
        statSync(path).isDirectory() && findDistrust(join(path, ".."), ROOT, statSync, join(root, mount)) === undefined
      );
    } catch {
      return false;
    }
  });
}
