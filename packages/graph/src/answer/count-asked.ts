import type { NamespaceGraph } from "../model/namespace-graph.js";

/** How many processes are to be drawn for their own sake; those that hold what is drawn and are not in it are only context. */
export function countAskedProcesses(graph: NamespaceGraph): number {
  let count = 0;
  for (const { context } of graph.processes()) if (!context) count++;
  return count;
}
