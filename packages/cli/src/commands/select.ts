import {
  arrange,
  machineNamespaces,
  type NamespaceGraph,
  NsGraphError,
  obtain,
  ofThread,
  printable,
  quoteWord,
  selectPidHierarchy,
  selectProcesses,
  selectProcessless,
  selectSubtree,
  selectTypes,
} from "@ns-graph/graph";
import type { Request, SelectRequest, ViewRequest } from "../arguments/request.js";
import { prefixed } from "../output/error-text.js";
import type { System } from "../system.js";

/**
 * Cuts a graph down to what is to be kept, and arranges it as it is to be shown.
 *
 * @throws NsGraphError `NO_SUCH_PROCESS` for a PID that the graph lacks.
 */
export function select(graph: NamespaceGraph, request: SelectRequest, { arrangement }: ViewRequest): NamespaceGraph {
  const { pids, subtree, types } = request;
  requireDrawn(graph, subtree === undefined ? pids : [...pids, subtree.pid]);
  let selected = graph;
  if (pids.length > 0) selected = selectProcesses(selected, pids);
  if (subtree !== undefined) selected = selectSubtree(selected, subtree.pid, subtree.type);
  if (request.isPidHierarchy) selected = selectPidHierarchy(selected);
  if (types !== undefined) selected = selectTypes(selected, types);
  if (request.isProcessless) selected = selectProcessless(selected);
  return Object.keys(arrangement).length === 0 ? selected : arrange(selected, arrangement);
}

/**
 * Refuses the number of a thread instead of that of a process: of threads that hold nothing the machine alone knows.
 *
 * @throws NsGraphError `NO_SUCH_PROCESS`
 */
export async function refuseThreads(graph: NamespaceGraph, { read, select }: Request, system: System): Promise<void> {
  if (read.from !== undefined) return;
  const { pids, subtree } = select;
  for (const pid of subtree === undefined ? pids : [...pids, subtree.pid]) {
    if (graph.process(pid) !== undefined) continue;
    const process = (await system.openLookup()).processOfThread(pid);
    if (process === undefined) continue;
    const { message, hint } = ofThread(pid, process);
    throw new NsGraphError("NO_SUCH_PROCESS", message, { hint });
  }
}

/**
 * What has to be known of a subtree that leaves nothing out: most processes are in the machine's user namespace.
 *
 * @param workload the word that names what its process leads, where it was not named by PID.
 */
export function subtreeText(graph: NamespaceGraph, { subtree }: SelectRequest, workload?: string): string {
  if (subtree === undefined) return "";
  const { pid, type } = subtree;
  const top = graph.process(pid)?.namespaces[type];
  if (top === undefined || !machineNamespaces(graph).ids.has(top)) return "";
  const who = workload === undefined ? `process ${pid}` : `process ${pid}, which leads ${printable(workload)},`;
  const alone = workload === undefined ? "the process" : "it";
  const word = workload === undefined ? `${pid}` : quoteWord(printable(workload));
  return prefixed(
    `${who} is in the machine's ${type} namespace, so what is below that is the machine\n` +
      `About ${alone} alone: ns-graph show ${word}, or ns-graph ${word} --tree process`,
  );
}

/** A document of a selection has other processes too, but only as far as what it says depends on them. */
function requireDrawn(graph: NamespaceGraph, pids: readonly number[]): void {
  const missing = pids.find((pid) => !isDrawn(graph, pid) && graph.process(pid) !== undefined);
  if (missing !== undefined) throw notDrawn(`process ${missing} is`, `${missing}`);
}

/** The processes that graphs of selections draw for their own sake. */
const drawn = new WeakMap<NamespaceGraph, ReadonlySet<number>>();

/** Whether a process is among those that were selected, if any were. */
export function isDrawn(graph: NamespaceGraph, pid: number): boolean {
  if (graph === graph.whole) return true;
  const pids = obtain(drawn, graph, () => {
    const selected = new Set<number>();
    for (const process of graph.processes()) if (!process.context) selected.add(process.pid);
    return selected;
  });
  return pids.has(pid);
}

/** The error for what a document has and does not draw: who it is, with a verb, and how it is named. */
export function notDrawn(who: string, word: string): NsGraphError {
  return new NsGraphError("NO_SUCH_PROCESS", `${who} not among what was selected when the document was saved`, {
    hint: `What it says of it: ns-graph --from FILE show ${word}`,
  });
}
