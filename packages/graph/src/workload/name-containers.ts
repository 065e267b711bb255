import { assembleGraph } from "../build-graph.js";
import type { NamespaceGraph } from "../namespace-graph.js";
import type { Process } from "../process.js";
import { type ContainerNames, nameWorkload } from "./container-names.js";
import type { Workload } from "./workload.js";
import { workloadOf, workloadOfCgroup } from "./workload-of.js";

/** The engines of all containers in a graph, by the containers' ids; those around other containers are among them. */
export function containersIn(graph: NamespaceGraph): ReadonlyMap<string, string> {
  const engines = new Map<string, string>();
  const cgroups = new Set<string>();
  for (const { cgroup } of graph.processes()) if (cgroup !== undefined) cgroups.add(cgroup);
  for (const cgroup of cgroups) {
    for (let at = workloadOfCgroup(cgroup); at !== undefined; at = at.inside)
      if (at.id !== undefined) engines.set(at.id, at.engine);
  }
  return engines;
}

/** The same graph, with names for its containers. */
export function nameContainers(graph: NamespaceGraph, containerNames: ContainerNames): NamespaceGraph {
  return assembleGraph({
    frame: { ...graph.frame, complete: graph.complete, containerNames },
    namespaces: graph.namespaces(),
    processes: graph.processes(),
    pins: graph.pins(),
    problems: graph.problems(),
  });
}

/** The workload of a process, with the names that the graph has for it. */
export function workloadIn(graph: NamespaceGraph, process: Process): Workload | undefined {
  const workload = workloadOf(process);
  return workload === undefined ? undefined : nameWorkload(workload, graph.frame.containerNames ?? {});
}
