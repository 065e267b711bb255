import { type Diagram, occupancyOfGroup, type TypeIsolation } from "@ns-graph/diagram";
import {
  EDGE_MEANINGS,
  machinesOwn,
  NAMESPACE_TYPES,
  type Namespace,
  type NamespaceGraph,
  type NamespaceType,
  namespaceName,
  occupancyOf,
} from "@ns-graph/graph";
import { cell, type Html, row, table, text } from "./dot/html.js";
import { fine } from "./node-parts.js";
import { type Outline, outlineMeanings, outlineOf } from "./outline.js";
import { COLORS, TYPE_LOOKS } from "./theme.js";

/** What the colours and signs that occur in a picture mean. */
export function drawLegend(graph: NamespaceGraph, diagram: Diagram): readonly Html[] {
  const types = drawnTypes(diagram);
  const cells = NAMESPACE_TYPES.filter((type) => types.has(type)).map((type) =>
    cell({ BGCOLOR: TYPE_LOOKS[type].tint, COLOR: TYPE_LOOKS[type].color, BORDER: 1 }, fine(text(type), COLORS.text)),
  );
  const strips: Html[] = [];
  // One type has nothing to be distinguished from.
  if (cells.length > 1) strips.push(table({ BORDER: 0, CELLBORDER: 0, CELLSPACING: 3, CELLPADDING: 2 }, [row(cells)]));
  const meanings = [...outlines(graph, diagram), ...cellMeanings(diagram), ...arrows(diagram)];
  for (const line of inLines(meanings)) strips.push(fine(text(line), COLORS.faintText));
  return strips;
}

/** The longest line, in characters. */
const WIDEST = 110;

function inLines(phrases: readonly string[]): readonly string[] {
  const lines: string[] = [];
  for (const phrase of phrases) {
    const last = lines.at(-1);
    const longer = last === undefined ? phrase : `${last} · ${phrase}`;
    if (last !== undefined && longer.length <= WIDEST) lines[lines.length - 1] = longer;
    else lines.push(phrase);
  }
  return lines;
}

function drawnNamespaces({ nodes, boxes }: Diagram): readonly Namespace[] {
  return [...boxes, ...nodes].flatMap((each) => ("namespaces" in each && each.kind !== "rest" ? each.namespaces : []));
}

function drawnTypes(diagram: Diagram): ReadonlySet<NamespaceType> {
  const types = new Set(drawnNamespaces(diagram).map(({ type }) => type));
  for (const node of diagram.nodes) {
    if (node.kind !== "processes") continue;
    for (const { type } of [...(node.entered ?? []), ...(node.isolation ?? [])]) types.add(type);
  }
  return types;
}

function drawnOutlines(graph: NamespaceGraph, { nodes, boxes }: Diagram): readonly Outline[] {
  const outlines = boxes
    .filter(({ kind }) => kind === "user")
    .map(({ namespaces }) => outlineOf(namespaces, occupancyOf(graph, namespaces)));
  for (const node of nodes) {
    if (node.kind === "namespaces") outlines.push(outlineOf(node.namespaces, occupancyOf(graph, node.namespaces)));
    if (node.kind === "group") outlines.push(outlineOf(node.namespaces, occupancyOfGroup(graph, node)));
  }
  return outlines;
}

function* outlines(graph: NamespaceGraph, diagram: Diagram): Generator<string> {
  const namespaces = drawnNamespaces(diagram);
  if (diagram.boxes.some(({ kind }) => kind === "user")) yield "box: a user namespace and what it owns";
  if (namespaces.some(({ initial }) => initial)) yield "thick outline: initial";
  yield* outlineMeanings(graph, drawnOutlines(graph, diagram));
}

function* cellMeanings(diagram: Diagram): Generator<string> {
  const isolation = diagram.nodes.flatMap((node) => ("isolation" in node ? (node.isolation ?? []) : []));
  const has = (state: TypeIsolation["state"]): boolean => isolation.some((each) => each.state === state);
  const own = isolation.filter(({ state }) => state === "own");
  if (own.some(({ certain = true }) => certain)) yield "coloured type: a namespace of their own";
  if (own.some(({ certain = true }) => !certain)) yield "coloured, dotted type: nobody else was seen in it";
  if (has("shared")) yield "dashed type: shared with others";
  const everybody = machinesOwn(diagram.machine);
  if (has("machine")) yield `pale type: ${everybody}`;
  if (has("mixed")) yield "type (mixed): they differ, some have another one than the rest";
  const isMarked = diagram.nodes.some((node) => node.kind === "namespaces" && node.exposedTypes !== undefined);
  if (isMarked || isolation.some(({ exposed }) => exposed))
    yield `type !: ${everybody}, where its kind mostly has its own`;
}

function* arrows(diagram: Diagram): Generator<string> {
  const kinds = new Set(diagram.edges.map(({ kind }) => kind));
  if (kinds.has("parent")) yield `thick arrow: ${EDGE_MEANINGS.parent}`;
  if (kinds.has("child")) yield `arrow: ${EDGE_MEANINGS.child}`;
  if (kinds.has("member")) yield `thin arrow: ${EDGE_MEANINGS.member}`;
  if (kinds.has("pin")) yield `dotted line: ${EDGE_MEANINGS.pin}`;
  if (diagram.parentsLeftOut > 0)
    yield `${diagram.parentsLeftOut} pid namespaces without an arrow: children of ${commonPid(diagram)}`;
}

function commonPid({ nodes, machine }: Diagram): string {
  for (const node of nodes) {
    if (node.kind !== "namespaces") continue;
    const pid = node.namespaces.find(({ id, type }) => type === "pid" && machine.ids.has(id));
    if (pid !== undefined) return namespaceName(pid);
  }
  return "the common one";
}
