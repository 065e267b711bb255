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
  type SurveyOptions,
} from "@ns-graph/graph";
import { COMMANDS } from "../arguments/commands.js";
import { suggest } from "../arguments/did-you-mean.js";
import { OPTIONS } from "../arguments/options.js";
import type { NamedRequest, ReadRequest, Request, SelectRequest } from "../arguments/request.js";
import { quote, usageError } from "../arguments/usage-error.js";
import type { System } from "../system.js";
import { draw } from "./draw.js";
import { findSubjects, isSubject } from "./find-subjects.js";
import { readGraph } from "./read-graph.js";
import { isDrawn, notDrawn, select, subtreeText } from "./select.js";

/** By what anything has a name: enough to know whether something is called so, and little of what takes time to look for. */
const NAMES: SurveyOptions = { sources: ["process", "mount"], facts: ["status", "cgroup", "command-line"] };

/**
 * Draws a graph of what is named by words, and answers the exit status: of the processes that are meant, which of a namespace
 * are its members.
 *
 * @throws NsGraphError `USAGE` where nothing is called like the first word, which is nearly a command or an option; others as `draw`
 */
export async function drawNamed(request: Request, named: NamedRequest, system: System): Promise<number> {
  const { words, subtree } = named;
  const { read } = request;
  const [first = ""] = words;
  const isNearCommand = suggestCommand(first) !== "";
  if (isNearCommand && read.from === undefined)
    await requireSubject(await readGraph({ ...read, survey: NAMES }, system), first, read, system);
  return draw(request, system, async (whole) => {
    if (isNearCommand && read.from !== undefined) await requireSubject(whole, first, read, system);
    const asked = subtree === undefined ? words : [...words, subtree.word];
    const { graph, subjects } = await findSubjects(whole, asked, read, system);
    const pids = new Set(request.select.pids);
    words.forEach((word, at) => {
      for (const { pid } of drawnOf(graph, word, subjects[at] as Subject)) pids.add(pid);
    });
    const top = subtree === undefined ? undefined : subjects.at(-1);
    const selection: SelectRequest = {
      ...request.select,
      pids: [...pids],
      subtree: subtree && { pid: topOf(graph, subtree, top as Subject), type: subtree.type },
    };
    system.warn(subtreeText(graph, selection, top?.kind === "workload" ? subtree?.word : undefined));
    return select(graph, selection, request.view);
  });
}

/** " Did you mean …?" for a word that is nearly the name of a command or an option, or nothing. */
function suggestCommand(word: string): string {
  const names = new Map(COMMANDS.map(({ name }) => [name as string, quote(name)]));
  for (const name of Object.keys(OPTIONS)) names.set(name, `--${name}`);
  return suggest(word, names.keys(), (name) => names.get(name) ?? name);
}

/** Whoever mistyped a command is told so before everything is looked at, unless something is called so. */
async function requireSubject(graph: NamespaceGraph, word: string, read: ReadRequest, system: System): Promise<void> {
  if (await isSubject(graph, word, read, system)) return;
  const shown = printable(word);
  const message = `no command is called ${shown}, and nothing called so was seen.${suggestCommand(word)}`;
  const from = read.from === undefined ? "" : "--from FILE ";
  throw usageError(message, `If it is no command: ns-graph ${from}show ${quoteWord(shown)}`);
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
