import {
  leadingProcess,
  type NamespaceId,
  type NamespaceType,
  type ProcessSet,
  usuallyOwn,
  workloadOf,
} from "@ns-graph/graph";

/** The types in which processes are where everybody is although what they belong to mostly has its own namespace. */
export function exposedTypes(
  sets: readonly ProcessSet[],
  machine: ReadonlySet<NamespaceId>,
): ReadonlySet<NamespaceType> {
  const exposed = new Set<NamespaceType>();
  for (const { namespaces, processes } of sets) {
    const leader = leadingProcess(processes);
    for (const type of usuallyOwn(leader && workloadOf(leader)))
      if (machine.has(namespaces[type] ?? "")) exposed.add(type);
  }
  return exposed;
}
