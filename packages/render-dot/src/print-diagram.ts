import type { Box, Diagram, DiagramNode, EdgeEnd } from "@ns-graph/diagram";
import { groupBy, machineName, type NamespaceGraph } from "@ns-graph/graph";
import { CLOSE, type Endpoint, openCluster, printDefaults, printEdge, printNode } from "./dot/statements.js";
import { drawBox } from "./draw-box.js";
import { drawNode } from "./draw-node.js";
import { drawTitle } from "./draw-title.js";
import { lookOfEdge } from "./edge-look.js";
import type { Drawn } from "./node-parts.js";
import type { DotOptions, DotSetting } from "./options.js";
import { placeInColumns, placesItsEnds } from "./place.js";
import { staggerLeaves } from "./stagger.js";
import { COLORS, FONT_SIZE, FONTS } from "./theme.js";

/** Where edges leave and reach the row of a table, in each direction of growth; upright ones do not end at rows. */
const SIDES: Readonly<
  Record<DotOptions["rankdir"], { readonly tail?: Endpoint["side"]; readonly head?: Endpoint["side"] }>
> = {
  LR: { tail: "e", head: "w" },
  RL: { tail: "w", head: "e" },
  TB: {},
  BT: {},
};

/** Prints a diagram as a DOT graph, piece by piece. */
export function* printDiagram(
  graph: NamespaceGraph,
  diagram: Diagram,
  options: DotOptions,
  { fonts = FONTS, remark }: DotSetting,
): Generator<string> {
  const everybody = machineName(diagram.machine);
  const draw = (node: DiagramNode): Drawn => drawNode(graph, node, everybody, diagram.detail);
  // Drawn twice: a million nodes fit into memory, and all their labels at once do not.
  const heights = new Map<string, number>();
  const boxOf = new Map<string, string | undefined>();
  for (const node of diagram.nodes) {
    heights.set(node.id, draw(node).lines);
    boxOf.set(node.id, node.box);
  }
  const placement = placeInColumns(diagram, heights, boxOf);

  yield 'digraph "namespaces" {\n';
  yield printDefaults("graph", {
    rankdir: options.rankdir,
    compound: true,
    bgcolor: "transparent",
    charset: "UTF-8",
    fontname: fonts,
    fontsize: FONT_SIZE.text,
    fontcolor: COLORS.text,
    nodesep: 0.18,
    ranksep: 0.45,
    labelloc: "t",
    labeljust: "l",
    label: drawTitle(graph, diagram, options, remark),
    tooltip: " ",
  });
  yield printDefaults("node", {
    fontname: fonts,
    fontsize: FONT_SIZE.text,
    fontcolor: COLORS.text,
    margin: "0.1,0.05",
    height: 0.3,
  });
  yield printDefaults("edge", { fontname: fonts, fontsize: FONT_SIZE.small, color: COLORS.line });

  yield* printBoxes(graph, diagram, draw, placement.hollow);

  const boxes = new Set(diagram.boxes.map(({ id }) => id));
  const ported = new Set(
    diagram.nodes.filter((node) => node.kind === "namespaces" && node.namespaces.length > 1).map(({ id }) => id),
  );
  const sides = SIDES[options.rankdir];
  const end = ({ id, namespace }: EdgeEnd, side: Endpoint["side"]): Endpoint => ({
    node: boxes.has(id) ? (placement.anchors.get(id) ?? id) : id,
    // What does not decide where its ends stand may reach the row from whichever side is nearer.
    ...(ported.has(id) && namespace !== undefined && sides.tail !== undefined ? { port: namespace.type, side } : {}),
  });
  const spans = staggerLeaves(diagram.edges);
  for (const edge of diagram.edges) {
    const look = lookOfEdge(edge);
    const [tail, head] = look.backwards ? [edge.to, edge.from] : [edge.from, edge.to];
    const places = placesItsEnds(edge, boxOf);
    yield printEdge(end(tail, places ? sides.tail : undefined), end(head, places ? sides.head : undefined), {
      id: `${edge.from.id}__${edge.to.id}`,
      class: edge.kind,
      minlen: spans.get(edge),
      ...look.attributes,
      ...(look.backwards ? { dir: "back" } : {}),
      ...(boxes.has(tail.id) ? { ltail: `cluster_${tail.id}` } : {}),
      ...(boxes.has(head.id) ? { lhead: `cluster_${head.id}` } : {}),
      ...(places ? {} : { constraint: false }),
    });
  }
  for (const { tail, head } of placement.ties) yield printEdge({ node: tail }, { node: head }, { style: "invis" });
  yield CLOSE;
}

function* printBoxes(
  graph: NamespaceGraph,
  diagram: Diagram,
  draw: (node: DiagramNode) => Drawn,
  hollow: ReadonlySet<string>,
): Generator<string> {
  const inside = groupBy(diagram.boxes, (box) => box.inside);
  const nodes = groupBy(diagram.nodes, (node) => node.box);
  type Step = { readonly box: Box; readonly depth: number } | "close";
  const steps: Step[] = [];
  const push = (boxes: readonly Box[], depth: number): void => {
    for (let i = boxes.length - 1; i >= 0; i--) steps.push({ box: boxes[i] as Box, depth });
  };
  yield* printNodes(nodes.get(undefined) ?? [], draw);
  push(inside.get(undefined) ?? [], 0);
  for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
    if (step === "close") {
      yield CLOSE;
      continue;
    }
    const { box, depth } = step;
    yield openCluster(box.id, drawBox(graph, box, depth));
    if (hollow.has(box.id)) yield printNode(`anchor_${box.id}`, { style: "invis", shape: "point", label: "" });
    yield* printNodes(nodes.get(box.id) ?? [], draw);
    steps.push("close");
    push(inside.get(box.id) ?? [], depth + 1);
  }
}

function* printNodes(nodes: readonly DiagramNode[], draw: (node: DiagramNode) => Drawn): Generator<string> {
  for (const node of nodes) yield printNode(node.id, draw(node).attributes);
}
