import type { ContainerNames } from "../model/container-names.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import type { Process } from "../model/process.js";
import { drawingOf, drawPart } from "../select/drawn-graph.js";
import { reframe } from "../select/select.js";
import { containerKey, nameWorkload } from "./container-names.js";
import { toldByMonitors } from "./monitors.js";
import type { Workload } from "./workload.js";
import { workloadOf, workloadOfCgroup } from "./workload-of.js";

/** All containers in a graph that have an id of their engine, each once; those around other containers are among them, and those that only a monitor tells of. */
export function containersIn(graph: NamespaceGraph): readonly Workload[] {
  const containers = new Map<string, Workload>();
  const cgroups = new Set<string>();
  for (const { cgroup } of graph.whole.processes()) if (cgroup !== undefined) cgroups.add(cgroup);
  for (const cgroup of cgroups) {
    for (let at = workloadOfCgroup(cgroup); at !== undefined; at = at.inside)
      if (at.id !== undefined) containers.set(at.cgroup, at);
  }
  for (const told of toldByMonitors(graph).workloads.values())
    if (told.id !== undefined) containers.set(containerKey(told), told);
  return [...containers.values()];
}

/** The same graph, with names for its containers. */
export function nameContainers(graph: NamespaceGraph, containerNames: ContainerNames): NamespaceGraph {
  const named = reframe(graph, { containerNames });
  const drawing = drawingOf(graph);
  return drawing === undefined ? named : drawPart(named, drawing);
}

/** The workload of a process, as its cgroup or its monitor shows, with the names that the graph has for it. */
export function workloadIn(graph: NamespaceGraph, process: Process): Workload | undefined {
  const told = toldByMonitors(graph);
  const own = told.workloads.get(process) ?? workloadOf(process);
  const workload = own && (told.named.get(own.cgroup) ?? own);
  return workload === undefined ? undefined : nameWorkload(workload, graph.frame.containerNames ?? {});
}
