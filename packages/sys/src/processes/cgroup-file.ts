/** Hierarchies of cgroup v1 in the order in which they name a workload best: systemd's own, then the controllers that engines always set. */
const NAMING = ["name=systemd", "pids", "memory", "cpu", "devices", "freezer"];

/** The paths in the text of /proc/PID/cgroup (cgroups(7)) by hierarchy: the unified one's under "", a v1 hierarchy's under each of its controllers. */
export function readHierarchies(text: string): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  for (const line of text.split("\n")) {
    const match = /^\d+:([^:]*):(.*)$/s.exec(line);
    if (match === null) continue;
    for (const controller of (match[1] as string).split(",")) paths.set(controller, match[2] as string);
  }
  return paths;
}

/**
 * The path that names the workload, from the text of /proc/PID/cgroup (cgroups(7)): that of the v2 hierarchy, unless it
 * is the root because a v1 hierarchy holds the processes. Undefined where there is none.
 */
export function parseCgroupFile(text: string): string | undefined {
  const paths = readHierarchies(text);
  for (const hierarchy of ["", ...NAMING, ...paths.keys()]) {
    const path = paths.get(hierarchy);
    if (path !== undefined && path !== "/") return path;
  }
  return paths.values().next().value;
}
