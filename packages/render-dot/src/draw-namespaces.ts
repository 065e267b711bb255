import {
  type Detail,
  factPhrases,
  type Namespace,
  type NamespaceGraph,
  type NamespacesNode,
  type NamespaceType,
  namespaceName,
  pinLines,
} from "@ns-graph/graph";
import type { Attributes } from "./dot/attributes.js";
import { bold, cell, type Html, join, lines, row, text } from "./dot/html.js";
import type { Drawn } from "./drawn.js";
import {
  block,
  COLUMN,
  classes,
  countProcesses,
  frame,
  holdsSubject,
  line,
  memberLines,
  memberRows,
  small,
  smallLines,
  strong,
  tooltip,
  withRest,
} from "./node-parts.js";
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
  readonly context: boolean;
  readonly processless: boolean;
  readonly subject: boolean;
}

function lookOf(graph: NamespaceGraph, node: NamespacesNode): Look {
  return {
    context: node.namespaces.every(({ context }) => context),
    processless: node.namespaces.every(({ id }) => graph.memberCount(id) === 0),
    subject: holdsSubject(graph, node.namespaces, node.processes),
  };
}

function commonAttributes(graph: NamespaceGraph, node: NamespacesNode, look: Look): Attributes {
  return {
    id: node.id,
    class: classes(
      "namespaces",
      ...new Set(node.namespaces.map(({ type }) => type)),
      node.common && "common",
      node.namespaces.some(({ initial }) => initial) && "initial",
      look.processless && !look.context && "processless",
      look.context && "context",
      look.subject && "subject",
    ),
    tooltip: tooltip(graph, node.namespaces, node.processes, node.pins),
  };
}

function drawSingle(graph: NamespaceGraph, node: NamespacesNode, detail: Detail): Drawn {
  const [namespace] = node.namespaces;
  if (namespace === undefined) throw new RangeError(`node ${node.id} is empty`);
  const look = lookOf(graph, node);
  const type = TYPE_LOOKS[namespace.type];
  const contents: Html[] = [strong(namespaceName(namespace), look.context)];
  for (const phrase of factPhrases(graph, namespace)) contents.push(...smallLines(phrase));
  for (const words of [...node.titles, ...memberWords(graph, node, detail)]) contents.push(line(words));
  for (const words of withRest(pinLines(graph, node.pins, SHOWN))) contents.push(...smallLines(words, COLORS.text));
  return {
    lines: contents.length,
    attributes: {
      ...commonAttributes(graph, node, look),
      label: contents.length === 1 ? (contents[0] as Html) : lines(contents),
      shape: type.shape,
      style: ["filled", namespace.type === "user" && "rounded", look.context ? "dotted" : look.processless && "dashed"]
        .filter((word) => word !== false)
        .join(","),
      fillcolor: look.context ? COLORS.paper : type.tint,
      color: look.subject ? COLORS.subject : look.context ? COLORS.faintOutline : type.color,
      penwidth: look.subject ? 4 : namespace.initial ? 2.5 : 1.5,
    },
  };
}

function drawSet(graph: NamespaceGraph, node: NamespacesNode, everybody: string, detail: Detail): Drawn {
  const look = lookOf(graph, node);
  const rows: Html[] = [];
  const members = memberWords(graph, node, detail);
  for (const each of memberRows(node.common ? [commonTitle(node)] : node.titles, members)) rows.push(each);
  for (const namespace of node.namespaces) rows.push(namespaceRow(graph, node, namespace));
  const pins = withRest(pinLines(graph, node.pins, SHOWN));
  if (pins.length > 0)
    rows.push(
      block(
        pins.flatMap((words) => smallLines(words, COLORS.text)),
        { BGCOLOR: COLORS.tag },
      ),
    );
  if (sharesWithAll(node)) rows.push(block([sharedWords(node, everybody)]));
  return {
    lines: rows.length + Math.min(members.length, COLUMN) + pins.length - 1,
    attributes: {
      ...commonAttributes(graph, node, look),
      shape: "plain",
      label: frame(rows, {
        BORDER: look.subject ? 4 : node.common ? 2 : 1,
        STYLE: look.context ? "DOTTED" : look.processless ? "DASHED" : undefined,
        COLOR: look.subject ? COLORS.subject : look.context ? COLORS.faintOutline : COLORS.outline,
      }),
    },
  };
}

function namespaceRow(graph: NamespaceGraph, node: NamespacesNode, namespace: Namespace): Html {
  const phrases = factPhrases(graph, namespace).filter((phrase) => phrase !== "initial");
  if (node.common && graph.view.members !== "none") phrases.unshift(countProcesses(graph.memberCount(namespace.id)));
  const [words, ...more] = phrases.length === 0 ? [] : smallLines(phrases.join(" · "), COLORS.faintText, WIDEST_ROW);
  const name = namespaceName(namespace);
  const subject = holdsSubject(graph, [namespace], []);
  return row([
    cell(
      {
        ALIGN: "LEFT",
        BGCOLOR: namespace.context ? undefined : TYPE_LOOKS[namespace.type].tint,
        CELLPADDING: 2,
        PORT: namespace.type,
        ID: `${node.id}_${namespace.type}`,
      },
      more.length === 0
        ? join([subject ? strong(`▶ ${name}`) : line(name), ...(words === undefined ? [] : [text("  "), words])])
        : lines([subject ? strong(`▶ ${name}`) : line(name), ...(words === undefined ? [] : [words]), ...more]),
    ),
  ]);
}

function memberWords(graph: NamespaceGraph, node: NamespacesNode, detail: Detail): readonly string[] {
  if (node.processes.length > 0) return memberLines(graph, node.processes, SHOWN, detail);
  const [first] = node.namespaces;
  const count = first === undefined || graph.view.members === "none" || node.common ? 0 : graph.memberCount(first.id);
  return count === 0 || graph.processes().length > 0 ? [] : [countProcesses(count)];
}

function commonTitle({ namespaces }: NamespacesNode): string {
  return namespaces.some(({ initial }) => initial === false) ? "as PID 1" : "the machine";
}

/** Types in which somebody who has namespaces of their own is not expected to be where everybody is. */
const TELLING: ReadonlySet<NamespaceType> = new Set(["ipc", "mnt", "net", "pid"]);

/** With fewer namespaces of their own, processes share the rest as a matter of course. */
const ISOLATED = 4;

function sharesWithAll(node: NamespacesNode): boolean {
  return node.commonTypes.length > 0 && (node.namespaces.length >= ISOLATED || node.exposedTypes !== undefined);
}

function sharedWords(node: NamespacesNode, everybody: string): Html {
  const exposed = node.exposedTypes ?? [];
  const marked = node.commonTypes.map((type) => (exposed.includes(type) ? `${type}!` : type));
  const words = `shared with ${everybody}: ${marked.join(" ")}`;
  if (exposed.length > 0) return bold(small(words, COLORS.subject));
  return node.commonTypes.some((type) => TELLING.has(type)) ? bold(small(words, COLORS.text)) : small(words);
}
