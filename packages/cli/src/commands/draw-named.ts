import {
  knowsMembers,
  leadingProcess,
  type NamespaceGraph,
  NsGraphError,
  namespaceName,
  type Process,
  printable,
  processesNotSaved,
  processesOf,
  quoteWord,
  type Subject,
} from "@ns-graph/graph";
import { COMMANDS } from "../arguments/commands.js";
import { suggest } from "../arguments/did-you-mean.js";
import { OPTIONS } from "../arguments/options.js";
import type { NamedRequest, Request, SelectRequest } from "../arguments/request.js";
import { quote, usageError } from "../arguments/usage-error.js";
import type { System } from "../system.js";
import { draw } from "./draw.js";
import { findSubjects } from "./find-subjects.js";
import { isDrawn, notDrawn, select, subtreeText } from "./select.js";

/**
 * Draws a graph of what is named by words, and answers the exit status: of the processes that are meant, which of a namespace
 * are its members.
 */
export async function drawNamed(request: Request, named: NamedRequest, system: System): Promise<number> {
  const { words, subtree } = named;
  return draw(request, system, async (read) => {
    const asked = subtree === undefined ? words : [...words, subtree.word];
    const { graph, subjects } = await findSubjects(read, asked, request.read, system).catch(suggestCommand(words));
    const pids = new Set(request.select.pids);
    words.forEach((word, at) => {
      for (const { pid } of drawnOf(graph, word, subjects[at] as Subject)) pids.add(pid);
    });
    const selection: SelectRequest = {
      ...request.select,
      pids: [...pids],
      subtree: subtree && { pid: topOf(graph, subtree, subjects.at(-1) as Subject), type: subtree.type },
    };
    system.warn(subtreeText(graph, selection));
    return select(graph, selection, request.view);
  });
}

/** What is no name of anything may be a command or an option that was mistyped. */
function suggestCommand(words: readonly string[]): (error: unknown) => never {
  return (error) => {
    const [word = ""] = words;
    const names = new Map(COMMANDS.map(({ name }) => [name as string, quote(name)]));
    for (const name of Object.keys(OPTIONS)) names.set(name, `--${name}`);
    const meant = suggest(word, names.keys(), (name) => names.get(name) ?? name);
    if (!(error instanceof NsGraphError) || error.code !== "NO_SUCH_SUBJECT" || meant === "") throw error;
    const { code, message, hint } = error;
    throw new NsGraphError(code, `${message}.${meant}`, { ...(hint !== undefined && { hint }), cause: error });
  };
}

function processesMeant(graph: NamespaceGraph, subject: Subject): readonly Process[] {
  switch (subject.kind) {
    case "process":
      return [graph.process(subject.pid) ?? []].flat();
    case "workload":
      return processesOf(graph, subject);
    case "namespace":
      return graph.members(subject.id);
  }
}

/** The processes that are meant, of those that were selected when a document was saved. */
function drawnOf(graph: NamespaceGraph, word: string, subject: Subject): readonly Process[] {
  const meant = processesMeant(graph, subject);
  if (meant.length === 0) throw nobodyIn(graph, word, subject);
  const drawn = meant.filter(({ pid }) => isDrawn(graph, pid));
  if (drawn.length === 0) throw notDrawn(`${printable(word)} is`, quoteWord(printable(word)));
  return drawn;
}

function nobodyIn(graph: NamespaceGraph, word: string, subject: Subject): NsGraphError {
  if (subject.kind === "namespace" && graph.memberCount(subject.id) > 0)
    return new NsGraphError("NO_SUCH_PROCESS", ...processesNotSaved(printable(word)));
  const isCertain = subject.kind !== "namespace" || knowsMembers(graph, subject.id);
  return new NsGraphError("NO_SUCH_PROCESS", `no process ${isCertain ? "is" : "was seen"} in ${printable(word)}`, {
    hint: `To see everything about it: ns-graph show ${quoteWord(printable(word))}`,
  });
}

/** The process by which the namespace at the top is found. */
function topOf(graph: NamespaceGraph, { word, type }: NonNullable<NamedRequest["subtree"]>, subject: Subject): number {
  const namespace = subject.kind === "namespace" ? graph.namespace(subject.id) : undefined;
  if (namespace !== undefined && namespace.type !== type) {
    const message = `--subtree: ${namespaceName(namespace)} is not a ${type} namespace`;
    throw usageError(message, type === "user" ? "With --pidns it takes a pid namespace." : undefined);
  }
  const top = leadingProcess(processesMeant(graph, subject));
  if (top === undefined) throw nobodyIn(graph, word, subject);
  return top.pid;
}
