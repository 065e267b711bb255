import type { MountLine } from "../kernel/mountinfo.js";
import type { FactReader } from "./fact-reader.js";

/** What is mounted, as findmnt(8) names it: the file system's type and source, and the path within it where that is not its root. */
function describeMount({ fileSystem, source, root }: MountLine): string {
  return `${fileSystem} ${source}${root === "/" ? "" : `[${root}]`}`;
}

/** The mounts of a mount namespace, as a process in it sees them: proc_pid_mountinfo(5). */
export const mounts: FactReader = {
  fact: "mounts",
  type: "mnt",
  what: "mountinfo",
  ask(member) {
    let mountCount = 0;
    let rootMount: string | undefined;
    const more = member.readMounts((mount) => {
      mountCount++;
      // Of several mounts at one place the last lies on top.
      if (mount.path === "/") rootMount = describeMount(mount);
    });
    if (more === undefined) return {};
    mountCount += more;
    // A process that was put elsewhere (chroot(2)) sees no root and not all mounts.
    return rootMount === undefined ? undefined : { mountCount, rootMount };
  },
};
