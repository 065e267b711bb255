import { type Detail, enteredWords, type ProcessesNode } from "@ns-graph/diagram";
import { count, type NamespaceGraph } from "@ns-graph/graph";
import { cell, type Html, row } from "./dot/html.js";
import { drawIsolation } from "./isolation-strip.js";
import {
  alikeRows,
  block,
  COLUMN,
  classes,
  type Drawn,
  frame,
  holdsSubject,
  memberLines,
  small,
  tooltip,
} from "./node-parts.js";
import { COLORS, TYPE_LOOKS } from "./theme.js";

const SHOWN = 4;

/** Processes with no place at a namespace: their names, and how they are isolated or what they entered. */
export function drawProcesses(graph: NamespaceGraph, node: ProcessesNode, detail: Detail): Drawn {
  const members = memberLines(graph, node.processes, SHOWN, detail);
  const subject = holdsSubject(graph, [], node.processes);
  const rows: Html[] = [];
  for (const each of alikeRows(node, members)) rows.push(each);
  for (const words of enteredWords(node))
    rows.push(row([cell({ ALIGN: "LEFT", BGCOLOR: TYPE_LOOKS[words.type].tint }, small(words.text, COLORS.text))]));
  if (node.isolation !== undefined) rows.push(block([drawIsolation(node.isolation)]));
  // Who asks for no processes gets their number here, because a node cannot be empty.
  if (rows.length === 0) rows.push(block([small(count(node.processes.length, "process"))]));
  return {
    lines: Math.min(members.length, COLUMN) + node.titles.length + rows.length,
    attributes: {
      id: node.id,
      class: classes("processes", subject && "subject"),
      tooltip: tooltip(graph, node.entered ?? [], node.processes, [], node.isolation),
      shape: "plain",
      label: frame(rows, { BORDER: subject ? 4 : 1, COLOR: subject ? COLORS.subject : COLORS.faintOutline }),
    },
  };
}
