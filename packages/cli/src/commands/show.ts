import {
  type NamespaceGraph,
  NETNS_FOLDER,
  type NoSubject,
  ofThread,
  parseNamespaceId,
  parseSubject,
  printable,
  type Subject,
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
    selectSubject(select(graph, request.select, request.view), findSubject(graph, word, lookup)),
  );
}

/** A path of this machine may lead to a namespace in more ways than the graph knows: a symbolic link, another mount. */
function findSubject(graph: NamespaceGraph, word: string, lookup: Lookup | undefined): Subject {
  try {
    return parseSubject(graph, word, lookup && ((name) => explain(graph, name, lookup)));
  } catch (error) {
    const id = word.includes("/") ? lookup?.identifyNamespace(word) : undefined;
    if (id === undefined || graph.namespace(id) === undefined) throw error;
    return { kind: "namespace", id };
  }
}

/** What this machine has by a name that is none of a process or a namespace. */
function explain(graph: NamespaceGraph, word: string, lookup: Lookup): NoSubject | undefined {
  if (/^\d+$/.test(word)) {
    const process = lookup.processOfThread(Number(word));
    return process === undefined ? undefined : ofThread(Number(word), process);
  }
  if (word.includes("/")) return explainPath(graph, word, lookup);
  if (word === "." || word === "..") return undefined;
  const path = `${NETNS_FOLDER}${word}`;
  if (lookup.describePath(path).state === "nothing") return undefined;
  const found = explainPath(graph, path, lookup);
  return found && { message: `no namespace is called ${printable(word)}. ${found.message}` };
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
