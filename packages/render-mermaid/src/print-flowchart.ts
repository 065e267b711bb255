import {
  type Box,
  captionParts,
  captionRemarks,
  type Diagram,
  type DiagramNode,
  type Edge,
  occupancyOfGroup,
} from "@ns-graph/diagram";
import {
  answerLines,
  groupBy,
  type NamespaceGraph,
  type NamespaceType,
  type Occupancy,
  occupancyOf,
} from "@ns-graph/graph";
import { escapeLabel, escapeShown } from "./escape-label.js";
import { labelBox, labelNode } from "./label-node.js";

/** Fill and outline by type, the same as those of DOT; text stays dark on each, on a light page and on a dark one. */
const COLORS: Readonly<Record<NamespaceType, readonly [fill: string, stroke: string]>> = {
  cgroup: ["#fde3b8", "#c77700"],
  ipc: ["#fbf3a6", "#a89a00"],
  mnt: ["#bfe8d8", "#00825b"],
  net: ["#cfeaf8", "#0077b6"],
  pid: ["#f6d7e6", "#a83279"],
  time: ["#fdd5bf", "#c44f16"],
  user: ["#e6e7eb", "#4a5260"],
  uts: ["#dcd8f3", "#6a51a3"],
};

/** Opening and closing of a node's shape: types differ by more than colour. */
const SHAPES: Readonly<Partial<Record<NamespaceType, readonly [open: string, close: string]>>> = {
  net: ["{{", "}}"],
  pid: ["([", "])"],
  mnt: ["[(", ")]"],
  user: ["(", ")"],
};

const ARROWS: Readonly<Record<Edge["kind"], string>> = {
  parent: "==>",
  member: "-->",
  pin: "-.->",
  child: "-->",
};

/** Prints a diagram as a flowchart, a statement at a time. `direction` is Mermaid's: LR, TB, RL or BT. */
export function* printFlowchart(graph: NamespaceGraph, diagram: Diagram, direction: string): Generator<string> {
  yield `%% ${inOneLine(captionParts(graph))}\n`;
  yield `flowchart ${direction}\n`;
  yield* printBoxes(graph, diagram);
  yield* printNote("remarks", captionRemarks(graph));
  yield* printNote("answer", answerLines(graph));
  for (const { kind, from, to } of diagram.edges) yield `  ${from.id} ${ARROWS[kind]} ${to.id}\n`;
  for (const [type, [fill, stroke]] of Object.entries(COLORS)) {
    yield `  classDef ${type} fill:${fill},stroke:${stroke},color:#1b1f24\n`;
  }
  yield "  classDef set fill:#ffffff,stroke:#4a5260,color:#1b1f24\n";
  yield "  classDef processless stroke-dasharray:5 4\n";
  yield "  classDef membersNotKnown stroke-dasharray:8 3 2 3\n";
  yield "  classDef context stroke-dasharray:1 4\n";
  yield "  classDef subject stroke-width:4px\n";
}

/** Each part is cut for itself, so that a long one leaves room for the others. */
function inOneLine(parts: readonly string[]): string {
  return parts.map((part) => escapeLabel(part)).join(" · ");
}

/** What is said of the picture as a whole. */
function* printNote(id: string, lines: readonly string[]): Generator<string> {
  if (lines.length > 0) yield `  ${id}["${lines.map(escapeShown).join("<br/>")}"]:::set\n`;
}

type Step = Box | "end";

function* printBoxes(graph: NamespaceGraph, diagram: Diagram): Generator<string> {
  const inside = groupBy(diagram.boxes, (box) => box.inside);
  const nodes = groupBy(diagram.nodes, (node) => node.box);
  yield* printNodes(graph, nodes.get(undefined) ?? []);
  const steps: Step[] = [...(inside.get(undefined) ?? [])].reverse();
  for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
    if (step === "end") {
      yield "  end\n";
      continue;
    }
    yield `  subgraph ${step.id}["${inOneLine(labelBox(graph, step))}"]\n`;
    const held = nodes.get(step.id) ?? [];
    const boxes = inside.get(step.id) ?? [];
    // Mermaid does not accept a subgraph without anything in it.
    if (held.length + boxes.length === 0) yield `    ${step.id}_nothing[" "]\n`;
    yield* printNodes(graph, held);
    steps.push("end");
    for (let at = boxes.length - 1; at >= 0; at--) steps.push(boxes[at] as Box);
  }
}

function* printNodes(graph: NamespaceGraph, nodes: readonly DiagramNode[]): Generator<string> {
  for (const node of nodes) {
    const lines = labelNode(graph, node);
    const label = (lines.length > 0 ? lines : [" "]).map((line) => escapeLabel(line)).join("<br/>");
    const type = node.kind === "namespaces" && node.namespaces.length === 1 ? node.namespaces[0]?.type : undefined;
    const [open, close] = (type && SHAPES[type]) ?? ["[", "]"];
    yield `    ${node.id}${open}"${label}"${close}:::${type ?? "set"}\n`;
    const mark = markOf(graph, node);
    if (mark !== undefined) yield `    class ${node.id} ${mark}\n`;
  }
}

const MARKS: Readonly<Record<Occupancy, string | undefined>> = {
  occupied: undefined,
  empty: "processless",
  unknown: "membersNotKnown",
};

function markOf(graph: NamespaceGraph, node: DiagramNode): string | undefined {
  if (node.kind !== "namespaces" && node.kind !== "group") return undefined;
  const { namespaces } = node;
  const { subject } = graph.view;
  if (subject?.kind === "namespace" && namespaces.some(({ id }) => id === subject.id)) return "subject";
  if (namespaces.length === 0) return undefined;
  if (namespaces.every(({ context }) => context)) return "context";
  return MARKS[node.kind === "group" ? occupancyOfGroup(graph, node) : occupancyOf(graph, namespaces)];
}
