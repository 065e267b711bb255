import { FACTS, type NamespaceGraph, NsGraphError, parseSubject, selectSubject } from "@ns-graph/graph";
import { checkCombinations } from "./check-combinations.js";
import { drawGraph } from "./draw.js";
import type { Command } from "./main.js";
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
    selectSubject(select(graph, given, []), parseSubject(graph, subject));
  return drawGraph(invocation, system, { facts: FACTS, pids: [] }, choose);
};
