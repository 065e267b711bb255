/** Hierarchies of cgroup v1 in the order in which they name a workload best: systemd's own, then the controllers that engines always set. */
const NAMING = ["name=systemd", "pids", "memory", "cpu", "devices", "freezer"];

/**
 * The path that names the workload, from the text of /proc/PID/cgroup (cgroups(7)): that of the v2 hierarchy, unless it
 * is the root because a v1 hierarchy holds the processes. Undefined where there is none.
 */
export function parseCgroupFile(text: string): string | undefined {
  let unified: string | undefined;
  const byController = new Map<string, string>();
  for (const line of text.split("\n")) {
    const first = line.indexOf(":");
    const second = line.indexOf(":", first + 1);
    if (first < 0 || second < 0) continue;
    const controllers = line.slice(first + 1, second);
    const path = line.slice(second + 1);
    if (controllers === "") unified = path;
    else
      for (const controller of controllers.startsWith("name=") ? [controllers] : controllers.split(","))
        byController.set(controller, path);
  }
  if (unified !== undefined && unified !== "/") return unified;
  for (const controller of NAMING) {
    const path = byController.get(controller);
    if (path !== undefined && path !== "/") return path;
  }
  for (const path of byController.values()) if (path !== "/") return path;
  return unified ?? byController.values().next().value;
}
