import {
  type Detail,
  type MemberStyle,
  type Namespace,
  type NamespaceGraph,
  namespaceName,
  type ProcessesNode,
  processLines,
} from "@ns-graph/graph";
import { cell, type Html, row } from "./dot/html.js";
import type { Drawn } from "./drawn.js";
import { drawIsolation } from "./isolation-strip.js";
import { block, classes, frame, holdsSubject, line, small, titled, tooltip, withRest } from "./node-parts.js";
import { COLORS, TYPE_LOOKS } from "./theme.js";

const SHOWN = 4;
/** In full detail so many lines of processes stand below each other. */
const COLUMN = 40;

/** Processes with no place at a namespace: their names, and how they are isolated or what they entered. */
export function drawProcesses(graph: NamespaceGraph, node: ProcessesNode, detail: Detail): Drawn {
  const style = styleIn(graph, detail);
  const members = withRest(processLines(node.processes, style, SHOWN));
  const subject = holdsSubject(graph, [], node.processes);
  const heading = titled(node.titles, members.slice(0, COLUMN));
  if (node.count > 1) heading.unshift(small(`${node.count} alike`));
  const rows: Html[] = [];
  if (heading.length > 0) rows.push(block(heading));
  for (let i = COLUMN; i < members.length; i += COLUMN)
    rows.push(block(members.slice(i, i + COLUMN).map((words) => line(words))));
  for (const words of enteredWords(node))
    rows.push(row([cell({ ALIGN: "LEFT", BGCOLOR: TYPE_LOOKS[words.type].tint }, small(words.text, COLORS.text))]));
  if (node.isolation !== undefined) rows.push(block([drawIsolation(node.isolation)]));
  return {
    lines: members.length + node.titles.length + rows.length,
    attributes: {
      id: node.id,
      class: classes("processes", subject && "subject"),
      tooltip: tooltip(graph, node.entered ?? [], node.processes, []),
      shape: "plain",
      label: frame(rows, { BORDER: subject ? 4 : 1, COLOR: subject ? COLORS.subject : COLORS.faintOutline }),
    },
  };
}

function styleIn(graph: NamespaceGraph, detail: Detail): MemberStyle {
  const { members } = graph.view;
  return detail === "full" && members === "fold" ? "comm" : members;
}

function enteredWords({ entered = [], count }: ProcessesNode): readonly { type: Namespace["type"]; text: string }[] {
  if (count === 1) return entered.map((namespace) => ({ type: namespace.type, text: namespaceName(namespace) }));
  const counts = new Map<Namespace["type"], number>();
  for (const { type } of entered) counts.set(type, (counts.get(type) ?? 0) + 1);
  return [...counts].map(([type, times]) => ({ type, text: `${type} ×${times}` }));
}
