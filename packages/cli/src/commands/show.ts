import {
  type NamespaceGraph,
  NETNS_FOLDER,
  type NoSubject,
  ofThread,
  parseNamespaceId,
  parseSubject,
  printable,
  type SubjectLookup,
  selectSubject,
} from "@ns-graph/graph";
import type { Request } from "../arguments/request.js";
import type { System } from "../system.js";
import { draw } from "./draw.js";
import type { Lookup } from "./lookup.js";
import { select } from "./select.js";

/** Draws everything known about one namespace or process, and answers the exit status. */
export async function show(word: string, request: Request, system: System): Promise<number> {
  const lookup = request.read.from === undefined ? await system.openLookup() : undefined;
  return draw(request, system, (graph) =>
    selectSubject(
      select(graph, request.select, request.view),
      parseSubject(graph, word, lookup && askMachine(graph, lookup)),
    ),
  );
}

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
