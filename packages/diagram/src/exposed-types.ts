import {
  type NamespaceGraph,
  type NamespaceId,
  type NamespaceType,
  type ProcessSet,
  usuallyOwn,
} from "@ns-graph/graph";
import { groupsOf } from "./titles.js";

/** The types in which processes are where everybody is although what they belong to mostly has its own namespace. */
export function exposedTypes(
  graph: NamespaceGraph,
  sets: readonly ProcessSet[],
  machine: ReadonlySet<NamespaceId>,
): ReadonlySet<NamespaceType> {
  const exposed = new Set<NamespaceType>();
  for (const { namespaces, processes } of sets) {
    for (const { kind, workload } of groupsOf(graph, processes)) {
      if (kind !== "workload") continue;
      for (const type of usuallyOwn(workload)) if (machine.has(namespaces[type] ?? "")) exposed.add(type);
    }
  }
  return exposed;
}
