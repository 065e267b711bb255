import { type GroupNode, type NamespaceGraph, pinLines, processLines } from "@ns-graph/graph";
import type { Html } from "./dot/html.js";
import type { Drawn } from "./drawn.js";
import { drawIsolation } from "./isolation-strip.js";
import {
  block,
  classes,
  countProcesses,
  frame,
  holdsSubject,
  line,
  small,
  titled,
  tooltip,
  withRest,
} from "./node-parts.js";
import { COLORS } from "./theme.js";

/** How many names of processes and pins a group shows. */
const SHOWN = 3;

/** What belongs together as one node: who is in it, how it is isolated, and how many there are of its kind. */
export function drawGroup(graph: NamespaceGraph, node: GroupNode): Drawn {
  const members = withRest(processLines(node.processes, graph.view.members, SHOWN));
  const processless = node.memberCount === 0;
  const context = node.namespaces.length > 0 && node.namespaces.every((namespace) => namespace.context);
  const subject = holdsSubject(graph, node.namespaces, node.processes);
  const rows: Html[] = [];
  const title = titled(node.titles, members);
  if (node.count > 1) title.unshift(small(`${node.count} alike`));
  if (processless && node.count === 1) title.push(line("no process"));
  if (title.length > 0) rows.push(block(title));
  rows.push(block([drawIsolation(node.isolation)]));
  const { lines: pins, more } = pinLines(graph, node.pins, processless ? SHOWN : 1);
  if (pins.length > 0)
    rows.push(
      block(
        withRest({ lines: pins, more }).map((words) => small(words, COLORS.text)),
        { BGCOLOR: COLORS.tag },
      ),
    );
  rows.push(block([small(counts(graph, node))]));
  return {
    lines: rows.length + title.length + pins.length + 1,
    attributes: {
      id: node.id,
      class: classes("group", processless && !context && "processless", context && "context", subject && "subject"),
      tooltip: tooltip(graph, node.namespaces, node.processes, node.pins),
      shape: "plain",
      label: frame(rows, {
        BORDER: subject ? 4 : 1,
        STYLE: context ? "DOTTED" : processless ? "DASHED" : undefined,
        COLOR: subject ? COLORS.subject : context ? COLORS.faintOutline : COLORS.outline,
      }),
    },
  };
}

function counts(graph: NamespaceGraph, { namespaces, memberCount }: GroupNode): string {
  const words =
    namespaces.length === 0 ? [] : [namespaces.length === 1 ? "1 namespace" : `${namespaces.length} namespaces`];
  if (graph.view.members !== "none") words.unshift(countProcesses(memberCount));
  return words.join(" · ");
}
