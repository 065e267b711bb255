import {
  FACTS,
  type NamespaceGraph,
  type NoSubject,
  NsGraphError,
  ofThread,
  parseNamespaceId,
  parseSubject,
  printable,
  type Subject,
  selectSubject,
} from "@ns-graph/graph";
import { checkCombinations } from "../arguments/check-combinations.js";
import type { Command } from "../main.js";
import type { System } from "../system.js";
import { drawGraph } from "./draw.js";
import { select } from "./selection.js";

/** Draws everything known about one namespace or process. */
export const show: Command = async (invocation, system) => {
  const { given, operands } = invocation;
  checkCombinations({ given, hasPids: false, isShow: true });
  const [subject, ...more] = operands;
  if (subject === undefined || more.length > 0) {
    const message = subject === undefined ? "show needs a subject" : `show takes one subject, not ${operands.length}`;
    throw new NsGraphError("USAGE", message, { hint: "ns-graph show PID | net:[INO] | INO | PATH | NAME" });
  }
  const choose = (graph: NamespaceGraph): NamespaceGraph =>
    selectSubject(select(graph, given, []), findSubject(graph, subject, given.from === undefined ? system : undefined));
  return drawGraph(invocation, system, { facts: FACTS, pids: [] }, choose);
};

/** Where ip-netns(8) mounts the network namespaces that it names. */
const NETNS_FOLDER = "/run/netns/";

/** A path of this machine may lead to a namespace in more ways than the graph knows: a symbolic link, another mount. */
function findSubject(graph: NamespaceGraph, word: string, system: System | undefined): Subject {
  try {
    return parseSubject(graph, word, system && ((name) => explain(graph, name, system)));
  } catch (error) {
    const id = word.includes("/") ? system?.identifyNamespace(word) : undefined;
    if (id === undefined || graph.namespace(id) === undefined) throw error;
    return { kind: "namespace", id };
  }
}

/** What this machine has by a name that is none of a process or a namespace. */
function explain(graph: NamespaceGraph, word: string, system: System): NoSubject | undefined {
  if (/^\d+$/.test(word)) {
    const process = system.processOfThread(Number(word));
    return process === undefined ? undefined : ofThread(Number(word), process);
  }
  if (word.includes("/")) return explainPath(graph, word, system);
  if (word === "." || word === "..") return undefined;
  const path = `${NETNS_FOLDER}${word}`;
  if (system.describePath(path).state === "nothing") return undefined;
  const found = explainPath(graph, path, system);
  return found && { message: `no namespace is called ${printable(word)}. ${found.message}` };
}

function explainPath(graph: NamespaceGraph, path: string, system: System): NoSubject | undefined {
  const id = system.identifyNamespace(path);
  // A namespace that the graph lacks: a selection left it out, or it is newer.
  if (id !== undefined && parseNamespaceId(id)?.dev === graph.namespaces()[0]?.dev) return undefined;
  const finding = system.describePath(path);
  const shown = printable(path);
  if (finding.state === "denied") {
    const why = `${shown} can't be looked at (${finding.errno})`;
    return { message: `${why}, so it is not known whether a namespace is mounted there` };
  }
  const words = finding.state === "nothing" ? "nothing is there" : finding.words;
  return { message: `${shown}: no namespace is mounted there; ${words}` };
}
