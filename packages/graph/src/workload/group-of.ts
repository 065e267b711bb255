import { obtain } from "../model/group-by.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import { type WorkloadGroup, workloads } from "./workloads.js";

const known = new WeakMap<NamespaceGraph, ReadonlyMap<number, WorkloadGroup>>();

/** The group that a process is in, by PID; undefined where the graph has no such process. */
export function groupOf({ whole }: NamespaceGraph, pid: number): WorkloadGroup | undefined {
  return obtain(known, whole, () => {
    const groups = new Map<number, WorkloadGroup>();
    for (const group of workloads(whole)) for (const { pid: member } of group.processes) groups.set(member, group);
    return groups;
  }).get(pid);
}
