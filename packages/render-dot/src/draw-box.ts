import { type Box, factPhrases, isKnownChain, pinLines, withRest } from "@ns-graph/diagram";
import {
  describeHeading,
  describeMembers,
  describeUid,
  type NamespaceGraph,
  namespaceName,
  occupancyOf,
} from "@ns-graph/graph";
import type { Attributes } from "./dot/attributes.js";
import { type Html, table } from "./dot/html.js";
import { block, classes, holdsSubject, small, smallLines, strong, tooltip, WIDEST_HEADING } from "./node-parts.js";
import { outlineColor, outlineOf } from "./outline.js";
import { COLORS } from "./theme.js";

/** How many names of a chain stand in one line. */
const CHAIN_ROW = 3;

/** How many names of pins and of alike user namespaces a box shows. */
const SHOWN = 3;

/** A box: a user namespace and what it owns. */
export function drawBox(graph: NamespaceGraph, box: Box, depth: number): Attributes {
  const [namespace] = box.namespaces;
  const outline = outlineOf(box.namespaces, namespace === undefined ? "occupied" : occupancyOf(graph, box.namespaces));
  const subject = holdsSubject(graph, box.namespaces, []);
  return {
    id: box.id,
    class: classes("box", box.kind, namespace?.initial && "initial", outline.className, subject && "subject"),
    label: table({ BORDER: 0, CELLBORDER: 0, CELLSPACING: 0, CELLPADDING: 4 }, [
      block(label(graph, box, outline.isContext)).row,
    ]),
    tooltip: tooltip(graph, [...box.chain, ...box.namespaces], [], box.pins),
    labeljust: "l",
    style: ["rounded", "filled", box.kind === "user" ? outline.style : "dotted"]
      .filter((word) => word !== undefined)
      .join(","),
    fillcolor: COLORS.boxes[depth % COLORS.boxes.length],
    color: outlineColor(outline, subject, COLORS.outline),
    penwidth: subject ? 4 : namespace?.initial ? 2 : 1,
    margin: 10,
  };
}

function label(graph: NamespaceGraph, box: Box, context: boolean): readonly Html[] {
  if (box.kind !== "user") return [strong(describeHeading(box.kind), true, WIDEST_HEADING)];
  const contents: Html[] = [];
  const names = box.namespaces.slice(0, SHOWN).map(namespaceName);
  const rest = box.namespaces.length - names.length;
  contents.push(strong(`${names.join(", ")}${rest > 0 ? ` and ${rest} more alike` : ""}`, context, WIDEST_HEADING));
  const [namespace] = box.namespaces;
  if (namespace !== undefined) {
    const { uidMap: _, gidMap: __, ...withoutMaps } = namespace;
    const phrases = [...factPhrases(graph, box.namespaces.length > 1 ? withoutMaps : namespace, box.namespaces)];
    if (namespace.initial && namespace.ownerUid !== undefined) phrases.push(describeUid(graph, namespace.ownerUid));
    if (graph.view.members !== "none") phrases.push(describeMembers(graph, box.namespaces));
    contents.push(...smallLines(phrases.join(" · "), COLORS.faintText, WIDEST_HEADING));
  }
  for (const words of chainWords(graph, box)) contents.push(small(words, COLORS.text, WIDEST_HEADING));
  for (const words of withRest(pinLines(graph, box.pins, SHOWN)))
    contents.push(...smallLines(words, COLORS.text, WIDEST_HEADING));
  return contents;
}

/** The user namespaces around it that hold nothing else: by name for one box, as a count for many. */
function chainWords(graph: NamespaceGraph, box: Box): readonly string[] {
  const { namespaces, chain } = box;
  if (chain.length === 0) return [];
  const isKnown = isKnownChain(graph, box);
  if (namespaces.length > 1)
    return [
      `each in user namespaces ${isKnown ? "that hold nothing else" : "in which nothing else was seen"} (${chain.length} in all)`,
    ];
  const names = chain.map((namespace) => `${namespaceName(namespace)} ›`);
  const rows = [
    `inside ${chain.length} more, ${isKnown ? "which nobody is in and which own nothing else" : "in which nothing else was seen"}:`,
  ];
  for (let i = 0; i < names.length; i += CHAIN_ROW) rows.push(names.slice(i, i + CHAIN_ROW).join(" "));
  return rows;
}
