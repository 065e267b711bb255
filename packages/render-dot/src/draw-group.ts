import { describeGroupMembers, type GroupNode, occupancyOfGroup, pinLines, withRest } from "@ns-graph/diagram";
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
  pinParts,
  smallLines,
  tableNode,
  tooltip,
} from "./node-parts.js";
import { outlineColor, outlineOf } from "./outline.js";
import { COLORS } from "./theme.js";

/** How many names of processes and pins a group shows. */
const SHOWN = 3;

/** What belongs together as one node: who is in it, how it is isolated, and how many there are of its kind. */
export function drawGroup(graph: NamespaceGraph, node: GroupNode): Drawn {
  const { id, namespaces, processes, pins, isolation, titles } = node;
  const outline = outlineOf(namespaces, occupancyOfGroup(graph, node));
  const subject = holdsSubject(graph, namespaces, processes);
  const parts: Part[] = [...alikeParts(node, memberLines(graph, node, SHOWN, "overview"))];
  // Of zombies alone there may be nothing to say.
  if (isolation.length > 0) parts.push(block([drawIsolation(isolation)]));
  parts.push(...pinParts(withRest(pinLines(graph, pins, outline.style === undefined ? 1 : SHOWN))));
  parts.push(block(smallLines(counts(graph, node))));
  return tableNode(
    parts,
    {
      BORDER: subject ? 4 : 1,
      STYLE: outline.style?.toUpperCase(),
      COLOR: outlineColor(outline, subject, COLORS.outline),
    },
    {
      id,
      class: classes("group", outline.className, subject && "subject"),
      tooltip: tooltip(graph, namespaces, processes, pins, isolation, titles),
    },
  );
}

function counts(graph: NamespaceGraph, node: GroupNode): string {
  const { namespaces } = node;
  const words = namespaces.length === 0 ? [] : [count(namespaces.length, "namespace")];
  if (graph.view.members !== "none") words.unshift(...describeGroupMembers(graph, node));
  return words.join(" · ");
}
