import { FACTS, type NamespaceGraph, NsGraphError, parseSubject, type Subject, selectSubject } from "@ns-graph/graph";
import { checkCombinations } from "./check-combinations.js";
import { drawGraph } from "./draw.js";
import type { Command } from "./main.js";
import { select } from "./selection.js";
import type { System } from "./system.js";

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

/** A path of this machine may lead to a namespace in more ways than the graph knows: a symbolic link, another mount. */
function findSubject(graph: NamespaceGraph, word: string, system: System | undefined): Subject {
  try {
    return parseSubject(graph, word);
  } catch (error) {
    const id = word.includes("/") ? system?.identifyNamespace(word) : undefined;
    if (id === undefined || graph.namespace(id) === undefined) throw error;
    return { kind: "namespace", id };
  }
}
