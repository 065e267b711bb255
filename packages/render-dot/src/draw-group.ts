import { describeGroupMembers, type GroupNode, occupancyOfGroup, pinLines, withRest } from "@ns-graph/diagram";
import { count, type NamespaceGraph } from "@ns-graph/graph";
import type { Html } from "./dot/html.js";
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
  pinRows,
  smallLines,
  tooltip,
} from "./node-parts.js";
import { outlineColor, outlineOf } from "./outline.js";
import { COLORS } from "./theme.js";

/** How many names of processes and pins a group shows. */
const SHOWN = 3;

/** What belongs together as one node: who is in it, how it is isolated, and how many there are of its kind. */
export function drawGroup(graph: NamespaceGraph, node: GroupNode): Drawn {
  const members = memberLines(graph, node.processes, SHOWN, "overview");
  const outline = outlineOf(node.namespaces, occupancyOfGroup(graph, node));
  const subject = holdsSubject(graph, node.namespaces, node.processes);
  const rows: Html[] = [];
  for (const each of alikeRows(node, members)) rows.push(each);
  // Of zombies alone there may be nothing to say.
  if (node.isolation.length > 0) rows.push(block([drawIsolation(node.isolation)]));
  const { lines: pins, more } = pinLines(graph, node.pins, outline.style === undefined ? 1 : SHOWN);
  rows.push(...pinRows(withRest({ lines: pins, more })));
  rows.push(block(smallLines(counts(graph, node))));
  return {
    lines: rows.length + Math.min(members.length, COLUMN) + pins.length + 1,
    attributes: {
      id: node.id,
      class: classes("group", outline.className, subject && "subject"),
      tooltip: tooltip(graph, node.namespaces, node.processes, node.pins, node.isolation),
      shape: "plain",
      label: frame(rows, {
        BORDER: subject ? 4 : 1,
        STYLE: outline.style?.toUpperCase(),
        COLOR: outlineColor(outline, subject, COLORS.outline),
      }),
    },
  };
}

function counts(graph: NamespaceGraph, node: GroupNode): string {
  const { namespaces } = node;
  const words = namespaces.length === 0 ? [] : [count(namespaces.length, "namespace")];
  if (graph.view.members !== "none") words.unshift(...describeGroupMembers(graph, node));
  return words.join(" · ");
}
