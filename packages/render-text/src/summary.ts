import {
  describePin,
  NAMESPACE_TYPES,
  type Namespace,
  type NamespaceType,
  type SharingRow,
  SOURCES,
  summarizeProblems,
} from "@ns-graph/graph";
import { clip } from "./cell-width.js";
import { flow, type Line, type Piece, piece, words } from "./flow.js";
import { foldTexts } from "./fold.js";
import { count, countProcesses, nameProcess } from "./members.js";
import { nameOf, type Scene } from "./namespace-head.js";
import type { Style } from "./style.js";

/** Ways of being isolated that are told; the rest is counted. */
const WAYS_TOLD = 8;
/** Lines for the names of those who are isolated in one way, and for the namespaces without a process. */
const LINES_TOLD = 2;
/** Lines for what could not be learned. */
const PROBLEM_LINES = 8;
/** From so many on, those of one name are counted. */
const MANY = 3;
/** Longer names are clipped. */
const NAME_CELLS = 40;

/** The first lines: the machine, how many there are of what, who is apart from the machine, and what is odd. */
export function* drawSummary(scene: Scene): Generator<string, void, undefined> {
  const { pen } = scene;
  for (const lines of [title(scene), numbers(scene), isolated(scene), processless(scene), unknown(scene)])
    for (const line of lines) yield pen.write(line);
}

/** Parts with a dot between two, each wrapping between its words. */
export function dotted(scene: Scene, parts: readonly (readonly Piece[])[]): Piece[] {
  return parts.flatMap(([first, ...rest], index) =>
    first === undefined ? [] : [index === 0 ? first : { ...first, before: ` ${scene.pen.glyphs.dot} ` }, ...rest],
  );
}

function* title(scene: Scene): Generator<Line, void, undefined> {
  const { graph, pen, asked } = scene;
  const { hostname, kernel } = graph.host;
  const processes = graph.processes().length;
  const counted = asked.some(({ id }) => graph.memberCount(id) > 0);
  const parts = [
    ...(hostname === undefined ? [] : [words(clip(pen.safe(hostname), NAME_CELLS, pen.glyphs.ellipsis), "title")]),
    ...(kernel === undefined ? [] : [words(clip(`Linux ${pen.safe(kernel)}`, NAME_CELLS, pen.glyphs.ellipsis))]),
    ...(processes > 0 || !counted ? [words(countProcesses(processes))] : []),
    words(asked.length === 0 ? "no namespace" : count(asked.length, "namespace")),
  ];
  yield* flow(dotted(scene, parts), pen.columns, pen.columns);
}

function* numbers(scene: Scene): Generator<Line, void, undefined> {
  const { pen, asked } = scene;
  const parts: Piece[][] = [];
  for (const type of NAMESPACE_TYPES) {
    const number = asked.reduce((sum, one) => sum + (one.type === type ? 1 : 0), 0);
    if (number > 0) parts.push([piece(`${type} ${number}`)]);
  }
  yield* flow(dotted(scene, parts), pen.columns, pen.columns);
}

/** A labelled list that takes few lines. */
function* labelled(
  scene: Scene,
  label: string,
  style: Style,
  texts: readonly string[],
): Generator<Line, void, undefined> {
  const { columns, glyphs } = scene.pen;
  const indent = "  ";
  // A label that leaves too little room for the list stands above it.
  const isBeside = label.length + 1 <= columns / 2;
  if (!isBeside) yield* flow(words(label, style), columns, columns);
  const rest = columns - indent.length;
  let isFirst = isBeside;
  for (const line of foldTexts(texts, {
    first: isBeside ? columns - label.length - 1 : rest,
    rest,
    lines: LINES_TOLD,
    total: texts.length,
    ellipsis: glyphs.ellipsis,
    more: (number) => `${glyphs.ellipsis} and ${number} more`,
  })) {
    yield [isFirst ? { text: `${label} `, style } : { text: indent }, ...line];
    isFirst = false;
  }
}

function withCommas(texts: readonly string[]): string[] {
  return texts.map((text, index) => (index < texts.length - 1 ? `${text},` : text));
}

function apartIn({ states }: SharingRow): readonly NamespaceType[] {
  return NAMESPACE_TYPES.filter((type) => states[type] !== undefined && states[type] !== "machine");
}

/** Processes by the ones that lead them; many of one name are counted. */
function nameRows({ pen }: Scene, rows: readonly SharingRow[]): string[] {
  const byComm = new Map<string | number, SharingRow[]>();
  for (const row of rows) {
    const key = row.lead.comm ?? row.lead.pid;
    const alike = byComm.get(key);
    if (alike === undefined) byComm.set(key, [row]);
    else alike.push(row);
  }
  return [...byComm.values()].flatMap((alike) => {
    const [{ lead }] = alike as [SharingRow];
    if (alike.length >= MANY && lead.comm !== undefined)
      return [`${clip(pen.safe(lead.comm), NAME_CELLS, pen.glyphs.ellipsis)} ${pen.glyphs.times}${alike.length}`];
    return alike.map((row) => {
      const name = clip(nameProcess(pen, row.lead), NAME_CELLS, pen.glyphs.ellipsis);
      return row.processes.length > 1 ? `${name} +${row.processes.length - 1}` : name;
    });
  });
}

function* isolated(scene: Scene): Generator<Line, void, undefined> {
  const { sharing } = scene;
  const ways = new Map<string, { types: readonly NamespaceType[]; rows: SharingRow[] }>();
  for (const row of sharing.rows) {
    const types = apartIn(row);
    const key = types.join(" ");
    const way = ways.get(key);
    if (way === undefined) ways.set(key, { types, rows: [row] });
    else way.rows.push(row);
  }
  const sorted = [...ways].sort(([, a], [, b]) => b.types.length - a.types.length || b.rows.length - a.rows.length);
  const told = sorted.length <= WAYS_TOLD + 1 ? sorted : sorted.slice(0, WAYS_TOLD);
  for (const [key, { rows }] of told) {
    const texts = nameRows(scene, rows);
    yield* labelled(scene, `Isolated in ${key}:`, "own", withCommas(texts));
  }
  const rest = sorted.slice(told.length);
  if (rest.length > 0) {
    const rows = rest.reduce((sum, [, way]) => sum + way.rows.length, 0);
    yield [{ text: `Isolated in ${rest.length} more ways: ${count(rows, "group")} of processes`, style: "faint" }];
  }
}

/** A namespace by what people may know it by. */
function tellProcessless(scene: Scene, namespace: Namespace): string {
  const { graph, pen } = scene;
  const pins = graph.pins(namespace.id);
  const mount = pins.find((pin) => pin.kind === "mount");
  const pin = mount ?? pins[0];
  const words =
    pin === undefined ? "" : pin.kind === "mount" ? ` (${pen.safe(pin.path)})` : ` (${pen.safe(describePin(pin))})`;
  return clip(`${nameOf(scene, namespace)}${words}`, scene.pen.columns - 16, pen.glyphs.ellipsis);
}

function* processless(scene: Scene): Generator<Line, void, undefined> {
  const { graph, asked } = scene;
  const hidden = asked.filter(({ id }) => graph.memberCount(id) === 0);
  if (hidden.length === 0) return;
  const texts = hidden.map((namespace) => tellProcessless(scene, namespace));
  yield* labelled(scene, `${hidden.length} without a process:`, "odd", withCommas(texts));
}

/** What could not be learned, and where nobody looked. */
function* unknown({ graph, pen }: Scene): Generator<Line, void, undefined> {
  const problems = summarizeProblems(graph);
  const room = pen.columns;
  if (problems !== undefined) {
    let number = 0;
    for (const line of flow(words(`Not seen: ${pen.shown(problems)}`, "bad"), room, room)) {
      if (++number < PROBLEM_LINES) {
        yield line;
        continue;
      }
      // Only hostile names make it this long.
      yield [{ text: `${pen.glyphs.ellipsis} (the rest is in --format json)`, style: "bad" }];
      break;
    }
  }
  const skipped = SOURCES.filter((source) => !graph.sources.includes(source));
  if (skipped.length > 0) yield* flow(words(`Not searched: ${skipped.join(", ")}`, "odd"), room, room);
}
