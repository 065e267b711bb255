import { countAskedProcesses } from "../answer/count-asked.js";
import { ancestors } from "../model/ancestors.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import { namespaceName } from "../model/namespace-id.js";
import { count, countOf } from "./nouns.js";

/** What a drawing is of, each for itself; hostname and kernel are hostile text. */
export interface Caption {
  /** The name of the machine; undefined where it is not known. Hostile text. */
  readonly hostname: string | undefined;
  /** `Linux 6.18.44`. */
  readonly kernel: string | undefined;
  /** `214 processes`; of a selection `2 of 214 processes`; undefined where none is drawn. */
  readonly processes: string | undefined;
  /** `19 namespaces`, `2 of 19 namespaces`, `none of 19 namespaces`, `no namespace`. */
  readonly namespaces: string;
}

/** What stands at the head of a drawing; where only named processes were read, these are all there are. */
export function captionOf(graph: NamespaceGraph): Caption {
  const { hostname, kernel } = graph.host;
  const whole = graph.whole.frame.pids === undefined ? graph.whole : graph;
  const processes = countAskedProcesses(graph);
  return {
    hostname,
    kernel: kernel === undefined ? undefined : `Linux ${kernel}`,
    processes: processes === 0 ? undefined : countOf(processes, countAskedProcesses(whole), "process"),
    namespaces: countNamespaces(countAsked(graph), countAsked(whole)),
  };
}

function countAsked(graph: NamespaceGraph): number {
  return graph.namespaces().filter(({ context }) => !context).length;
}

function countNamespaces(number: number, all: number): string {
  if (number > 0) return countOf(number, all, "namespace");
  return all > 0 ? `none of ${count(all, "namespace")}` : "no namespace";
}

/** Namespaces above a subtree that are named. */
const NAMED = 3;

/** What a selected subtree is, and what is above it; nothing of another graph. Holds no hostile text. */
export function* describeSubtree(graph: NamespaceGraph): Generator<string> {
  const { subtree } = graph.selection ?? {};
  const id = subtree && graph.process(subtree.pid)?.namespaces[subtree.type];
  const top = id === undefined ? undefined : graph.namespace(id);
  if (subtree === undefined || top === undefined) return;
  const above = [...ancestors(graph, top)];
  const names = above.slice(0, NAMED).map((each) => `${namespaceName(each)}${each.initial ? " (initial)" : ""}`);
  if (above.length > NAMED) names.push(`${above.length - NAMED} more`);
  const subject = `what is in and below ${namespaceName(top)}, where process ${subtree.pid} is`;
  yield names.length === 0 ? subject : `${subject}; above that: ${names.join(", ")}`;
}

/** How many processes could not be read, or that something could not be seen; nothing where all was. */
export function* describeUnread({ whole, complete }: NamespaceGraph): Generator<string> {
  const processes = whole.processes().filter(({ context }) => !context);
  const unread = processes.filter(({ namespaces }) => Object.keys(namespaces).length === 0).length;
  if (unread > 0) yield `${unread} of ${count(processes.length, "process")} could not be read`;
  else if (!complete) yield "not everything could be seen";
}
