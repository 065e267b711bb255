import { isWithin } from "../kernel/paths.js";
import { readHierarchies } from "../processes/cgroup-file.js";
import type { FactReader } from "./fact-reader.js";

const MOUNT_POINT = /^\/sys\/fs\/cgroup(?:\/|$)/;

/**
 * The root of a cgroup namespace. No file has it; but what is mounted in the namespace has the namespace's root for
 * its own (cgroup_namespaces(7)). So it is known where a process in it sees a cgroup file system that begins below
 * the viewer's root, and is itself at that place or below it. Mounts that were there before say nothing.
 */
export const cgroupRoot: FactReader = {
  fact: "cgroup-root",
  type: "cgroup",
  what: "cgroup root",
  look: (_context, { isOwn }) => (isOwn ? { cgroupRoot: "/" } : undefined),
  ask(member) {
    const paths = [...readHierarchies(member.read("cgroup") ?? "").values()];
    let root: string | undefined;
    member.readMounts((mount) => {
      if (root !== undefined || mount.root === "/" || !/^cgroup2?$/.test(mount.fileSystem)) return;
      if (MOUNT_POINT.test(mount.path) && paths.some((path) => isWithin(path, mount.root))) root = mount.root;
    });
    return root === undefined ? undefined : { cgroupRoot: root };
  },
};
