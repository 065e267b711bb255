import type { NamespaceGraph } from "./namespace-graph.js";

/** How many processes are in what was asked for, or could not be read; not those that a selection keeps as context. */
export function countAskedProcesses(graph: NamespaceGraph): number {
  const asked = new Set<string>();
  for (const { id, context } of graph.namespaces()) if (!context) asked.add(id);
  const isWhole = asked.size === graph.namespaces().length;
  const unreadable = new Set<number | undefined>();
  for (const { code, pid } of graph.problems()) if (code === "PROCESS_UNREADABLE") unreadable.add(pid);
  let count = 0;
  for (const { namespaces, processes } of graph.processSets()) {
    const known = Object.values(namespaces);
    if (known.some((id) => asked.has(id))) count += processes.length;
    else if (isWhole || known.length === 0)
      count += processes.filter(({ pid, context }) => !context && (isWhole || unreadable.has(pid))).length;
  }
  return count;
}
