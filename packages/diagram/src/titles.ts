import {
  describeProcess,
  groupOf,
  isSaidByCommand,
  leadingProcess,
  type Namespace,
  type NamespaceGraph,
  type OwnerTitle,
  ownerTitles,
  type Process,
  type WorkloadGroup,
  workloadsIn,
} from "@ns-graph/graph";
import type { GroupNode } from "./diagram.js";

/** Whether what a group is called says more than its processes do. */
function isTelling(graph: NamespaceGraph, group: WorkloadGroup): boolean {
  return group.kind === "sandbox" || (group.kind === "workload" && !isSaidByCommand(graph, group));
}

/** The groups that processes belong to, each once. */
export function groupsOf(graph: NamespaceGraph, processes: readonly Process[]): ReadonlySet<WorkloadGroup> {
  const groups = new Set<WorkloadGroup>();
  for (const process of processes) {
    const group = groupOf(graph, process.pid);
    if (group !== undefined) groups.add(group);
  }
  return groups;
}

/**
 * What processes belong to, and all whose processes are in namespaces, whether these are drawn or not: each once, and nothing
 * of whom a name says no more than those of the processes.
 */
export function ownersOf(
  graph: NamespaceGraph,
  processes: readonly Process[],
  namespaces: readonly Namespace[] = [],
): readonly OwnerTitle[] {
  const groups = new Set(groupsOf(graph, processes));
  for (const namespace of namespaces) for (const group of groupsIn(graph, namespace)) groups.add(group);
  return ownerTitles(
    graph,
    [...groups].filter((group) => isTelling(graph, group)),
  );
}

/** All whose processes are in a namespace, whether these are drawn or not; of what is only context nobody. */
function groupsIn(graph: NamespaceGraph, { id, context }: Namespace): readonly WorkloadGroup[] {
  return context ? [] : workloadsIn(graph, id).map(({ group }) => group);
}

/** The same for namespaces that the same owners would be named at. */
export function ownersKey(graph: NamespaceGraph, namespace: Namespace): string {
  const named = groupsIn(graph, namespace).filter((group) => isTelling(graph, group));
  return named.map(({ leader }) => leader.pid).join();
}

/** How many things a node stands for, by what each is called, and how many of them are called nothing. */
export function countAlike(titles: readonly (readonly OwnerTitle[])[]): Pick<GroupNode, "count" | "unnamed"> {
  const unnamed = titles.filter(({ length }) => length === 0).length;
  return { count: titles.length, ...(unnamed === 0 ? {} : { unnamed }) };
}

/** A process that stands for others, by PID and name: it distinguishes alike names. */
export function leaderTitles(processes: readonly Process[]): readonly OwnerTitle[] {
  const leader = leadingProcess(processes);
  return leader === undefined ? [] : [processTitle(leader)];
}

/** A process as the title of a node. */
export function processTitle(process: Process): OwnerTitle {
  const name = describeProcess(process);
  return { engine: "", name, brief: name };
}
