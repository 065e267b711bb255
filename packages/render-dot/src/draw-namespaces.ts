import {
  type Detail,
  factPhrases,
  hasUndrawnMembers,
  machineTitleOf,
  type NamespacesNode,
  pinLines,
  titleLines,
  withRest,
} from "@ns-graph/diagram";
import {
  describeMembers,
  type Namespace,
  type NamespaceGraph,
  type NamespaceType,
  namespaceName,
  occupancyOf,
} from "@ns-graph/graph";
import type { Attributes } from "./dot/attributes.js";
import { bold, type Html, join, lines, text } from "./dot/html.js";
import {
  block,
  classes,
  type Drawn,
  fullLines,
  holdsSubject,
  line,
  memberLines,
  memberParts,
  type Part,
  pinParts,
  small,
  smallLines,
  strong,
  tableNode,
  tooltip,
} from "./node-parts.js";
import { type Outline, outlineColor, outlineOf } from "./outline.js";
import { COLORS, TYPE_LOOKS } from "./theme.js";

/** How many names of processes and pins a node shows. */
const SHOWN = 3;

/** The longest line beside a name. */
const WIDEST_ROW = 60;

/** A node of namespaces: a shape of its type for one, a table for more. */
export function drawNamespaces(graph: NamespaceGraph, node: NamespacesNode, everybody: string, detail: Detail): Drawn {
  return node.namespaces.length === 1 ? drawSingle(graph, node, detail) : drawSet(graph, node, everybody, detail);
}

interface Look {
  readonly outline: Outline;
  readonly subject: boolean;
}

function lookOf(graph: NamespaceGraph, node: NamespacesNode): Look {
  return {
    outline: outlineOf(node.namespaces, occupancyOf(graph, node.namespaces)),
    subject: holdsSubject(graph, node.namespaces, node.processes),
  };
}

function commonAttributes(graph: NamespaceGraph, node: NamespacesNode, look: Look): Attributes {
  return {
    id: node.id,
    class: classes(
      "namespaces",
      ...new Set(node.namespaces.map(({ type }) => type)),
      node.isMachine && "common",
      node.namespaces.some(({ initial }) => initial) && "initial",
      look.outline.className,
      look.subject && "subject",
    ),
    tooltip: tooltip(graph, node.namespaces, node.processes, node.pins, [], node.titles),
  };
}

function drawSingle(graph: NamespaceGraph, node: NamespacesNode, detail: Detail): Drawn {
  const [namespace] = node.namespaces;
  if (namespace === undefined) throw new RangeError(`node ${node.id} is empty`);
  const look = lookOf(graph, node);
  const type = TYPE_LOOKS[namespace.type];
  const contents: Html[] = [strong(namespaceName(namespace), look.outline.isContext)];
  for (const phrase of factPhrases(graph, namespace)) contents.push(...smallLines(phrase));
  for (const words of titleLines(node.titles)) contents.push(...fullLines(words));
  for (const words of memberLines(graph, node, SHOWN, detail)) contents.push(line(words));
  for (const words of otherMembers(graph, namespace)) contents.push(small(words));
  for (const words of withRest(pinLines(graph, node.pins, SHOWN))) contents.push(...smallLines(words, COLORS.text));
  return {
    lines: contents.length,
    attributes: {
      ...commonAttributes(graph, node, look),
      label: contents.length === 1 ? (contents[0] as Html) : lines(contents),
      shape: type.shape,
      style: ["filled", namespace.type === "user" && "rounded", look.outline.style]
        .filter((word) => word !== false && word !== undefined)
        .join(","),
      fillcolor: look.outline.isContext ? COLORS.paper : type.tint,
      color: outlineColor(look.outline, look.subject, type.color),
      penwidth: look.subject ? 4 : namespace.initial ? 2.5 : 1.5,
    },
  };
}

function drawSet(graph: NamespaceGraph, node: NamespacesNode, everybody: string, detail: Detail): Drawn {
  const look = lookOf(graph, node);
  const members = memberLines(graph, node, SHOWN, detail);
  const title = machineTitleOf(node);
  const parts: Part[] = [...memberParts(title === undefined ? titleLines(node.titles) : [title], members)];
  for (const namespace of node.namespaces) parts.push(namespaceRow(graph, node, namespace));
  parts.push(...pinParts(withRest(pinLines(graph, node.pins, SHOWN))));
  if (sharesWithAll(node)) parts.push(block([sharedWords(node, everybody)]));
  return tableNode(
    parts,
    {
      BORDER: look.subject ? 4 : node.isMachine ? 2 : 1,
      STYLE: look.outline.style?.toUpperCase(),
      COLOR: outlineColor(look.outline, look.subject, COLORS.outline),
    },
    commonAttributes(graph, node, look),
  );
}

function namespaceRow(graph: NamespaceGraph, node: NamespacesNode, namespace: Namespace): Part {
  const phrases = factPhrases(graph, namespace).filter((phrase) => phrase !== "initial");
  const isShown = node.isMachine || hasUndrawnMembers(graph, namespace.id);
  if (isShown && graph.view.members !== "none") phrases.unshift(describeMembers(graph, [namespace]));
  const [words, ...more] = phrases.length === 0 ? [] : smallLines(phrases.join(" · "), COLORS.faintText, WIDEST_ROW);
  const name = namespaceName(namespace);
  const subject = holdsSubject(graph, [namespace], []);
  const shown = subject ? strong(`▶ ${name}`) : line(name);
  const beside = words === undefined ? [] : [text("  "), words];
  return block(more.length === 0 ? [join([shown, ...beside])] : [shown, ...beside.slice(1), ...more], {
    BGCOLOR: namespace.context ? undefined : TYPE_LOOKS[namespace.type].tint,
    CELLPADDING: 2,
    PORT: namespace.type,
    ID: `${node.id}_${namespace.type}`,
  });
}

/** How many members a namespace has, where they are not all drawn or nobody knows. */
function otherMembers(graph: NamespaceGraph, namespace: Namespace): readonly string[] {
  if (graph.view.members === "none") return [];
  const isShown = hasUndrawnMembers(graph, namespace.id) || occupancyOf(graph, [namespace]) === "unknown";
  return isShown ? [describeMembers(graph, [namespace])] : [];
}

/** Types in which somebody who has namespaces of their own is not expected to be where everybody is. */
const TELLING: ReadonlySet<NamespaceType> = new Set(["ipc", "mnt", "net", "pid"]);

/** With fewer namespaces of their own, processes share the rest as a matter of course. */
const ISOLATED = 4;

function sharesWithAll(node: NamespacesNode): boolean {
  return node.machineTypes.length > 0 && (node.namespaces.length >= ISOLATED || node.exposedTypes !== undefined);
}

function sharedWords(node: NamespacesNode, everybody: string): Html {
  const exposed = node.exposedTypes ?? [];
  const marked = node.machineTypes.map((type) => (exposed.includes(type) ? `${type}!` : type));
  const words = `shared with ${everybody}: ${marked.join(" ")}`;
  if (exposed.length > 0) return bold(small(words, COLORS.subject));
  return node.machineTypes.some((type) => TELLING.has(type)) ? bold(small(words, COLORS.text)) : small(words);
}
