import { countAskedProcesses, type Namespace, type NamespaceGraph, namespaceName, type Process } from "@ns-graph/graph";
import { occupancyOf } from "./member-words.js";

/**
 * What a picture is of, as parts of one line: `web1`, `Linux 6.18.44`, `214 processes`, `19 namespaces, 2 without a process`;
 * of a selection `2 of 214 processes`. The hostname stands as it is: see `printable`.
 */
export function captionParts(graph: NamespaceGraph): readonly string[] {
  const { hostname, kernel } = graph.host;
  const namespaces = graph.namespaces().filter(isAsked);
  const processes = countAskedProcesses(graph);
  const parts: string[] = [];
  if (hostname !== undefined) parts.push(hostname);
  if (kernel !== undefined) parts.push(`Linux ${kernel}`);
  if (processes > 0) parts.push(count(processes, countAskedProcesses(graph.whole), "process", "processes"));
  const all = graph.whole.namespaces().filter(isAsked).length;
  parts.push([count(namespaces.length, all, "namespace", "namespaces"), ...memberless(graph, namespaces)].join(", "));
  return parts;
}

function isAsked({ context }: Namespace | Process): boolean {
  return !context;
}

/** How many namespaces have no process, and of how many that is not known. */
function* memberless(graph: NamespaceGraph, namespaces: readonly Namespace[]): Generator<string> {
  let empty = 0;
  let unknown = 0;
  for (const namespace of namespaces) {
    const occupancy = occupancyOf(graph, [namespace]);
    if (occupancy === "empty") empty++;
    else if (occupancy === "unknown") unknown++;
  }
  if (empty > 0) yield `${empty} without a process`;
  if (unknown > 0) yield `${unknown} with members not known`;
}

function count(n: number, all: number, one: string, many: string): string {
  return n < all ? `${n} of ${all} ${many}` : `${n} ${n === 1 ? one : many}`;
}

/** What has to be known of a picture besides: what stands above what it draws, and how much could not be seen. Holds no hostile text. */
export function captionRemarks(graph: NamespaceGraph): readonly string[] {
  // Of one namespace the answer tells it, and no more than may matter to it.
  const isAnswered = graph.view.subject?.kind === "namespace";
  return [...(graph.view.subject === undefined ? aboveSubtree(graph) : []), ...(isAnswered ? [] : unseen(graph))];
}

/** So many namespaces above a subtree are told by name. */
const ABOVE = 3;

function* aboveSubtree(graph: NamespaceGraph): Generator<string> {
  const { subtree } = graph.selection ?? {};
  const id = subtree && graph.process(subtree.pid)?.namespaces[subtree.type];
  const top = id === undefined ? undefined : graph.namespace(id);
  if (subtree === undefined || top === undefined) return;
  const above = new Set<Namespace>();
  for (let next = graph.parent(top); next !== undefined && next !== top && !above.has(next); next = graph.parent(next))
    above.add(next);
  const names = [...above].slice(0, ABOVE).map((each) => `${namespaceName(each)}${each.initial ? " (initial)" : ""}`);
  if (above.size > ABOVE) names.push(`${above.size - ABOVE} more`);
  const subject = `what is in and below ${namespaceName(top)}, where process ${subtree.pid} is`;
  yield names.length === 0 ? subject : `${subject}; above that: ${names.join(", ")}`;
}

function* unseen({ whole, complete }: NamespaceGraph): Generator<string> {
  const processes = whole.processes().filter(isAsked);
  const unreadable = processes.filter(({ namespaces }) => Object.keys(namespaces).length === 0).length;
  if (unreadable > 0) yield `${unreadable} of ${processes.length} processes could not be read`;
  else if (!complete) yield "not everything could be seen";
}
