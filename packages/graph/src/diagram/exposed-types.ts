import type { ProcessSet } from "../namespace-graph.js";
import type { NamespaceId } from "../namespace-id.js";
import type { NamespaceType } from "../namespace-type.js";
import { leadingProcess } from "../workload/leading-process.js";
import { workloadOf } from "../workload/workload-of.js";
import { usuallyOwn } from "../workload/workloads.js";

/** The types in which processes are where everybody is although what they belong to mostly has its own namespace. */
export function exposedTypes(
  sets: readonly ProcessSet[],
  common: ReadonlySet<NamespaceId>,
): ReadonlySet<NamespaceType> {
  const exposed = new Set<NamespaceType>();
  for (const { namespaces, processes } of sets) {
    const leader = leadingProcess(processes);
    for (const type of usuallyOwn(leader && workloadOf(leader)))
      if (common.has(namespaces[type] ?? "")) exposed.add(type);
  }
  return exposed;
}
