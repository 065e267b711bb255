import {
  describeWorkload,
  leadingProcess,
  type NamespaceGraph,
  type Process,
  type ProcessSet,
  podTitle,
  userNaming,
  type Workload,
  workloadIn,
} from "@ns-graph/graph";

/** What a unit of systemd is called says no more than its process does. */
function isTelling(workload: Workload | undefined): workload is Workload {
  return workload !== undefined && ["container", "vm", "app", "monitor"].includes(workload.kind);
}

function titleOf(graph: NamespaceGraph, processes: readonly Process[]): string | undefined {
  const leader = leadingProcess(processes);
  const workload = leader && workloadIn(graph, leader);
  return isTelling(workload) ? describeWorkload(workload, userNaming(graph)) : undefined;
}

/** What sets of processes belong to, each once, in the order of the sets; nothing for what no engine started. */
export function workloadTitles(graph: NamespaceGraph, sets: readonly ProcessSet[]): readonly string[] {
  const titles = new Set<string>();
  for (const { processes } of sets) {
    const title = titleOf(graph, processes);
    if (title !== undefined) titles.add(title);
  }
  return [...titles];
}

/** The same of an island: its pod, where all of it is in one. */
export function islandTitles(graph: NamespaceGraph, sets: readonly ProcessSet[]): readonly string[] {
  const pods = new Set<string>();
  for (const { processes } of sets) {
    const leader = leadingProcess(processes);
    const workload = leader && workloadIn(graph, leader);
    const title = workload && podTitle(workload, userNaming(graph));
    if (title === undefined) return workloadTitles(graph, sets);
    pods.add(title);
  }
  return [...pods];
}
