import { type Detail, enteredWords, type ProcessesNode } from "@ns-graph/diagram";
import { count, type NamespaceGraph } from "@ns-graph/graph";
import { drawIsolation } from "./isolation-strip.js";
import {
  alikeParts,
  block,
  classes,
  type Drawn,
  holdsSubject,
  memberLines,
  type Part,
  small,
  tableNode,
  tooltip,
} from "./node-parts.js";
import { COLORS, TYPE_LOOKS } from "./theme.js";

const SHOWN = 4;

/** Processes with no place at a namespace: their names, and how they are isolated or what they entered. */
export function drawProcesses(graph: NamespaceGraph, node: ProcessesNode, detail: Detail): Drawn {
  const { id, entered = [], processes, isolation, titles } = node;
  const subject = holdsSubject(graph, [], processes);
  const parts: Part[] = [...alikeParts(node, memberLines(graph, node, SHOWN, detail))];
  for (const { type, text } of enteredWords(node))
    parts.push(block([small(text, COLORS.text)], { BGCOLOR: TYPE_LOOKS[type].tint }));
  if (isolation !== undefined) parts.push(block([drawIsolation(isolation)]));
  // Who asks for no processes gets their number here, because a node cannot be empty.
  if (parts.length === 0) parts.push(block([small(count(processes.length, "process"))]));
  return tableNode(
    parts,
    { BORDER: subject ? 4 : 1, COLOR: subject ? COLORS.subject : COLORS.faintOutline },
    {
      id,
      class: classes("processes", subject && "subject"),
      tooltip: tooltip(graph, entered, processes, [], isolation, titles),
    },
  );
}
