import { groupBy } from "../model/group-by.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import type { NamespaceId } from "../model/namespace-id.js";
import type { Process } from "../model/process.js";
import type { Workload } from "./workload.js";
import { workloadOfCgroup } from "./workload-of.js";

/**
 * Containers of runtimes that were started by hand and give their cgroup no other name than the id (`runc run web`), by
 * their cgroups: what is in the cgroup is all of one PID namespace, whose init it has, and sees mounts of its own.
 */
export function runtimeContainers(
  graph: NamespaceGraph,
  machine: ReadonlySet<NamespaceId>,
): ReadonlyMap<string, Workload> {
  const containers = new Map<string, Workload>();
  const inits = graph.processes().filter((process) => isInit(process) && isApart(process, machine));
  const candidates = new Set(inits.flatMap(({ cgroup }) => cgroup ?? []));
  if (candidates.size === 0) return containers;
  const members = groupBy(
    graph.processes().filter(({ cgroup }) => cgroup !== undefined && candidates.has(cgroup)),
    ({ cgroup }) => cgroup as string,
  );
  for (const [cgroup, processes] of members) {
    if (cgroup === "/" || cgroup.endsWith("/..") || workloadOfCgroup(cgroup) !== undefined) continue;
    if (new Set(processes.map(({ namespaces }) => namespaces.pid)).size > 1) continue;
    const name = cgroup.slice(cgroup.lastIndexOf("/") + 1);
    containers.set(cgroup, { kind: "container", engine: "container", cgroup, name, borneOut: "unknown" });
  }
  return containers;
}

function isInit({ pids }: Process): boolean {
  return pids !== undefined && pids.length > 1 && pids.at(-1) === 1;
}

function isApart({ namespaces: { mnt, pid } }: Process, machine: ReadonlySet<NamespaceId>): boolean {
  return mnt !== undefined && pid !== undefined && !machine.has(mnt) && !machine.has(pid);
}
