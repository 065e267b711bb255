import { allBlindSpots } from "../answer/blind-spots.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import type { NamespaceType } from "../model/namespace-type.js";
import type { Process } from "../model/process.js";
import type { Subject } from "../model/view.js";
import { blindSpotClauses } from "./certainty-words.js";
import { enumerate } from "./enumerate.js";
import { printable } from "./printable.js";
import { findRemedy } from "./summarize-problems.js";

/** The words of an error: its message, and what may help. */
type ErrorWords = readonly [message: string, options: { readonly hint?: string }];

const WITHOUT_PROCESSES = "The document was saved without its processes.";

/** That it is not known which processes are in something; its name is fit to be shown. */
export function processesNotSaved(name: string): ErrorWords {
  return [`it is not known which processes are in ${name}`, { hint: WITHOUT_PROCESSES }];
}

/** That there is no process of that PID, that none was seen, or that it is the number of a thread. */
export function noProcess(graph: NamespaceGraph, pid: number): ErrorWords {
  const thread = knownThread(graph, pid);
  if (thread !== undefined) return [thread.message, { hint: thread.hint }];
  if (graph.whole.processes().length === 0) return [`no process ${pid} is known`, { hint: WITHOUT_PROCESSES }];
  const isUnlisted = allBlindSpots(graph).some(
    ({ what }) => what === "unlisted" || what === "unnamed" || what === "machine",
  );
  return isUnlisted
    ? [`no process ${pid} was seen`, { hint: "It may be there all the same: not all processes can be seen from here." }]
    : [`there is no process ${pid}`, {}];
}

/** That a workload has no process any more; its name is hostile text. */
export function noWorkload(name: string): string {
  return `no process of ${printable(name)} is there`;
}

/** That it is not known in which namespace of a type a process is, and what may help. */
export function unknownNamespace(graph: NamespaceGraph, type: NamespaceType, pid: number): ErrorWords {
  const why = graph.whole
    .problems()
    .find(
      (one) =>
        one.pid === pid && (one.code === "PROCESS_UNREADABLE" || (one.code === "LINK_UNREADABLE" && one.type === type)),
    );
  const message = `the ${type} namespace of process ${pid} is not known`;
  if (why === undefined) return [message, {}];
  const remedy = findRemedy(graph.whole, why);
  const errno = why.errno === undefined ? "" : ` (${printable(why.errno)})`;
  return [message, { hint: `It could not be read${errno}${remedy === undefined ? "" : `: ${remedy}`}.` }];
}

/** Why a word names nothing: the error's message and, where there is one, its hint. Fit to be shown. */
export interface NoSubject {
  /** What there is not, and why, without a full stop. */
  readonly message: string;
  /** What to do about it, as a sentence; absent where nothing helps. */
  readonly hint?: string;
}

/** What a word is that names more than one thing: `a process and a namespace`, `more than one workload`. */
export function severalThings(kinds: readonly Subject["kind"][]): string {
  const [first = "thing", ...others] = new Set(kinds);
  return others.length === 0 ? `more than one ${first}` : enumerate([first, ...others].map((kind) => `a ${kind}`));
}

/** That something may be there all the same, because not everything could be looked at. */
export function mayBeThere(graph: NamespaceGraph): readonly string[] {
  const clauses = blindSpotClauses(graph);
  return clauses.length === 0 ? [] : [`It may be there all the same: ${enumerate(clauses)}.`];
}

/**
 * Why a word may be the number of a process or the name of a workload all the same: sentences; none where all processes are
 * known and what they are called. Containers without a name are counted.
 */
export function mayBeCalledSo(processes: readonly Process[], isNumber: boolean, nameless: number): readonly string[] {
  if (processes.length === 0) return [WITHOUT_PROCESSES];
  if (isNumber) return [];
  return [
    ...(processes.some(({ cgroup }) => cgroup !== undefined)
      ? []
      : ["No cgroups were read, by which most workloads are known."]),
    ...(nameless === 0
      ? []
      : [`It is not known what ${nameless === 1 ? "1 container is" : `${nameless} containers are`} called.`]),
  ];
}

/** Why the number of a thread names nothing. */
export function ofThread(tid: number, process: number): Required<NoSubject> {
  return { message: `${tid} is a thread of ${process}, not a process`, hint: `Name the process: ${process}.` };
}

/** The same of a thread that keeps a namespace alive; of other threads the graph does not know. */
export function knownThread(graph: NamespaceGraph, number: number): Required<NoSubject> | undefined {
  for (const pin of graph.pins()) if ("tid" in pin && pin.tid === number) return ofThread(number, pin.pid);
  return undefined;
}

/** Why a name of ip-netns(8) names nothing although a namespace is mounted there; the word and the path are hostile text. */
export function notReached(word: string, path: string, name: string): NoSubject {
  return {
    message: `no namespace is called ${printable(word)}. ${printable(path)} does not lead to ${name}, which is mounted there`,
    hint: `Name the namespace: ${name}.`,
  };
}

/** What has a name in another mount namespace that is something else in the viewer's. */
export function mountedElsewhere(name: string): string {
  return `In another mount namespace ${name} is mounted there.`;
}

/** What a word that names nothing was looked up as, and that there is none or none was seen. */
export function whatIsNot(word: string, isCertain: boolean): string {
  if (word.includes("/"))
    return `nothing that was found is mounted at ${printable(word)}${/^[/.]/.test(word) ? "" : ", or called so"}`;
  if (/^\d+$/.test(word))
    return isCertain
      ? `no process and no namespace has the number ${word}`
      : `no process and no namespace with the number ${word} was seen`;
  // That is how namespaces alone are written.
  if (/^\w+:/.test(word))
    return isCertain ? `no namespace is called ${printable(word)}` : `no namespace called ${printable(word)} was seen`;
  return isCertain
    ? `no namespace and no workload is called ${printable(word)}`
    : `no namespace and no workload called ${printable(word)} was seen`;
}
