import type { NamespaceGraph } from "../model/namespace-graph.js";

/** What the edges of a picture mean, by their kinds. */
export const EDGE_MEANINGS = {
  /** From a namespace to its parent. */
  parent: "to the parent",
  /** From a process to its parent process. */
  child: "to the parent process",
  /** From processes to a namespace that they are in. */
  member: "processes are in",
  /** From a pin to what it holds. */
  pin: "holds",
} as const;

/** What is said in place of a drawing that would say nothing. */
export const INSTEAD_OF_DRAWING = {
  /** Where no process is known. */
  noProcesses: "The document was saved without its processes: who is isolated is not known.",
  /** Where none is isolated. */
  allTogether: "Every process that could be read is in the same namespaces.",
} as const;

/** What is said where processes or workloads are to be drawn and the document was saved without any; otherwise undefined. */
export function insteadOfProcesses({ view, whole }: NamespaceGraph): string | undefined {
  const isOfProcesses = view.subject === undefined && (view.tree === "process" || view.tree === "workload");
  if (!isOfProcesses || whole.processes().length > 0) return undefined;
  return whole.namespaces().some(({ memberCount = 0 }) => memberCount > 0) ? INSTEAD_OF_DRAWING.noProcesses : undefined;
}
