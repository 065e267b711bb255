import {
  containersIn,
  mayMeanContainer,
  meansAnything,
  type NamespaceGraph,
  NETNS_FOLDER,
  type NoSubject,
  NsGraphError,
  nameContainers,
  ofThread,
  parseNamespaceId,
  parseSubject,
  printable,
  type Subject,
  type SubjectLookup,
} from "@ns-graph/graph";
import type { ReadRequest } from "../arguments/request.js";
import type { System } from "../system.js";
import type { Lookup } from "./lookup.js";

/** What some words mean. */
interface Found {
  /** The graph in which they mean it: one that names containers, if they had to be looked up. */
  readonly graph: NamespaceGraph;
  /** In the order of the words. */
  readonly subjects: readonly Subject[];
}

/** A graph in which words can be looked up, and what is asked of the machine about them. */
interface Named {
  readonly graph: NamespaceGraph;
  readonly lookup: SubjectLookup | undefined;
}

/**
 * Finds what words mean. Where nothing is called so, or only what somebody calls their own or what a container was called
 * when it was started, the engines of this machine are asked what they call their containers, unless they were already.
 *
 * @throws NsGraphError `NO_SUCH_SUBJECT`, `USAGE`
 */
export async function findSubjects(
  read: NamespaceGraph,
  words: readonly string[],
  request: ReadRequest,
  system: System,
): Promise<Found> {
  const { graph, lookup } = await nameFor(read, words, request, system);
  return { graph, subjects: words.map((word) => findSubject(graph, word, lookup)) };
}

/** Whether a word means anything, be it one thing or several. Engines are asked as above. */
export async function isSubject(
  read: NamespaceGraph,
  word: string,
  request: ReadRequest,
  system: System,
): Promise<boolean> {
  const { graph, lookup } = await nameFor(read, [word], request, system);
  return meansAnything(graph, word, lookup);
}

async function nameFor(
  graph: NamespaceGraph,
  words: readonly string[],
  request: ReadRequest,
  system: System,
): Promise<Named> {
  if (request.from !== undefined) return { graph, lookup: undefined };
  const lookup = askMachine(graph, await system.openLookup());
  if (request.names || !words.some((word) => mayMeanContainer(graph, word, lookup))) return { graph, lookup };
  const containers = containersIn(graph);
  if (containers.length === 0) return { graph, lookup };
  return { graph: nameContainers(graph, await system.findContainerNames(containers)), lookup };
}

function findSubject(graph: NamespaceGraph, word: string, lookup: SubjectLookup | undefined): Subject {
  try {
    return parseSubject(graph, word, lookup);
  } catch (error) {
    const isNameless = lookup === undefined && graph.frame.containerNames === undefined;
    if (!isNameless || !(error instanceof NsGraphError) || error.code !== "NO_SUCH_SUBJECT") throw error;
    if (!mayMeanContainer(graph, word) || containersIn(graph).length === 0) throw error;
    const { code, message, hint } = error;
    const hints = [...(hint === undefined ? [] : [hint]), NAMELESS];
    throw new NsGraphError(code, message, { hint: hints.join(" "), cause: error });
  }
}

const NAMELESS = "The document does not say what containers are called: one that is saved with --names does.";

/** What is asked of this machine about the word. */
function askMachine(graph: NamespaceGraph, lookup: Lookup): SubjectLookup {
  return {
    identify: (path) => {
      const id = lookup.identifyNamespace(path);
      if (id !== undefined) return { id };
      return lookup.describePath(path).state === "denied" ? undefined : {};
    },
    explain: (word) => explain(graph, word, lookup),
  };
}

/** What this machine has by a name that is none of a process or a namespace. */
function explain(graph: NamespaceGraph, word: string, lookup: Lookup): NoSubject | undefined {
  const isNumber = /^\d+$/.test(word);
  const process = isNumber ? lookup.processOfThread(Number(word)) : undefined;
  if (process !== undefined) return ofThread(Number(word), process);
  if (word.includes("/")) return explainPath(graph, word, lookup);
  if (word === "." || word === "..") return undefined;
  const path = `${NETNS_FOLDER}${word}`;
  if (lookup.describePath(path).state === "nothing") return undefined;
  const found = explainPath(graph, path, lookup);
  const whatIsNot = isNumber
    ? `nothing that was found has the number ${word}`
    : `no namespace is called ${printable(word)}`;
  return found && { message: `${whatIsNot}. ${found.message}` };
}

function explainPath(graph: NamespaceGraph, path: string, lookup: Lookup): NoSubject | undefined {
  const id = lookup.identifyNamespace(path);
  // A namespace that the graph lacks: a selection left it out, or it is newer.
  if (id !== undefined && parseNamespaceId(id)?.dev === graph.namespaces()[0]?.dev) return undefined;
  const finding = lookup.describePath(path);
  const shown = printable(path);
  if (finding.state === "denied") {
    const why = `${shown} can't be looked at (${finding.errno})`;
    return { message: `${why}, so it is not known whether a namespace is mounted there` };
  }
  const words = finding.state === "nothing" ? "nothing is there" : finding.words;
  return { message: `${shown}: no namespace is mounted there; ${words}` };
}
