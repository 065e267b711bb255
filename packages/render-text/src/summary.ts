import {
  countAskedProcesses,
  describePin,
  knowsMembers,
  NAMESPACE_TYPES,
  type Namespace,
  type NamespaceType,
  SOURCES,
  summarizeProblems,
  type WorkloadGroup,
} from "@ns-graph/graph";
import { cellWidth, clip, clipStart } from "./cell-width.js";
import { flow, type Line, type Piece, piece, words } from "./flow.js";
import { foldTexts } from "./fold.js";
import { count } from "./members.js";
import { fullTitleOf, nameOf, type Scene, sharedTitleOf } from "./scene.js";
import type { Style } from "./style.js";

/** Ways of being isolated that are told; the rest is counted. */
const WAYS_TOLD = 8;
/** Lines for the names of those who are isolated in one way, and for the namespaces without a process. */
const LINES_TOLD = 2;
const LINES_TOLD_OF_ODD = 4;
/** Lines for what could not be learned. */
const PROBLEM_LINES = 8;
/** Before what goes on below a label. */
const INDENT = "  ";
/** From so many on, those of one name are counted. */
const MANY = 3;
/** Longer names are clipped. */
const NAME_CELLS = 40;

/** The first lines: the machine, how many there are of what, who is apart from the machine, and what is odd. */
export function* drawSummary(scene: Scene): Generator<string, void, undefined> {
  const { graph, pen } = scene;
  // The matrix of workloads tells itself who is isolated.
  const apart = graph.view.tree === "workload" ? [] : isolated(scene);
  for (const lines of [title(scene), numbers(scene), apart, processless(scene), unknown(scene)])
    for (const line of lines) yield pen.write(line);
}

/** Parts with a dot between two, each wrapping between its words. */
function dotted(scene: Scene, parts: readonly (readonly Piece[])[]): Piece[] {
  return parts.flatMap(([first, ...rest], index) =>
    first === undefined ? [] : [index === 0 ? first : { ...first, before: ` ${scene.pen.glyphs.dot} ` }, ...rest],
  );
}

/** What there is besides what was selected. */
interface WholeCounts {
  readonly processes: number;
  readonly namespaces: readonly Namespace[];
}

/** What the whole graph has; where only named processes were read, that is what was selected. */
function countWhole({ graph, asked }: Scene): WholeCounts {
  const { whole } = graph;
  if (graph === whole || whole.frame.pids !== undefined)
    return { processes: countAskedProcesses(graph), namespaces: asked };
  return { processes: countAskedProcesses(whole), namespaces: whole.namespaces().filter(({ context }) => !context) };
}

/** "214 processes", "2 of 214 processes". */
function countOf(number: number, all: number, one: string, many?: string): string {
  return all > number ? `${number} of ${count(all, one, many)}` : count(number, one, many);
}

function* title(scene: Scene): Generator<Line, void, undefined> {
  const { graph, pen, asked } = scene;
  const { hostname, kernel } = graph.host;
  const processes = countAskedProcesses(graph);
  const all = countWhole(scene);
  const parts = [
    ...(hostname === undefined ? [] : [words(clip(pen.safe(hostname), NAME_CELLS, pen.glyphs.ellipsis), "title")]),
    ...(kernel === undefined ? [] : [words(clip(`Linux ${pen.safe(kernel)}`, NAME_CELLS, pen.glyphs.ellipsis))]),
    ...(processes > 0 ? [words(countOf(processes, all.processes, "process", "processes"))] : []),
    words(
      asked.length > 0
        ? countOf(asked.length, all.namespaces.length, "namespace")
        : all.namespaces.length > 0
          ? `none of ${count(all.namespaces.length, "namespace")}`
          : "no namespace",
    ),
  ];
  yield* flow(dotted(scene, parts), pen.columns, pen.columns);
}

function* numbers(scene: Scene): Generator<Line, void, undefined> {
  const { pen, asked } = scene;
  const parts: Piece[][] = [];
  const { namespaces } = countWhole(scene);
  const countIn = (list: readonly Namespace[], type: NamespaceType): number =>
    list.reduce((sum, one) => sum + (one.type === type ? 1 : 0), 0);
  for (const type of NAMESPACE_TYPES) {
    const number = countIn(asked, type);
    const all = countIn(namespaces, type);
    if (number > 0) parts.push([piece(all > number ? `${type} ${number} of ${all}` : `${type} ${number}`)]);
  }
  yield* flow(dotted(scene, parts), pen.columns, pen.columns);
}

/** A labelled list that takes few lines. */
function* labelled(
  scene: Scene,
  label: string,
  style: Style,
  { total, first, texts }: Listing,
  lines = LINES_TOLD,
): Generator<Line, void, undefined> {
  const { columns, glyphs } = scene.pen;
  // A label that leaves too little room for the list stands above it.
  const isBeside = label.length + 1 <= columns / 2 && label.length + 1 + cellWidth(first) <= columns;
  if (!isBeside) yield* flow(words(label, style), columns, columns);
  const rest = columns - INDENT.length;
  let isFirst = isBeside;
  for (const line of foldTexts(texts, {
    first: isBeside ? columns - label.length - 1 : rest,
    rest,
    lines,
    total,
    ellipsis: glyphs.ellipsis,
    more: (number) => `${glyphs.ellipsis} and ${number} more`,
  })) {
    yield [isFirst ? { text: `${label} `, style } : { text: INDENT }, ...line];
    isFirst = false;
  }
}

/** A list of which few lines are told, whatever it holds: its texts are made as they are asked for. */
interface Listing {
  readonly total: number;
  readonly first: string;
  readonly texts: Iterable<string>;
}

/** Things by their names, a comma behind each but the last. */
function withCommas<T>(things: readonly T[], nameOf: (thing: T) => string): Listing {
  const total = things.length;
  const text = (at: number): string => nameOf(things[at] as T) + (at < total - 1 ? "," : "");
  return {
    total,
    first: total === 0 ? "" : text(0),
    texts: (function* () {
      for (let at = 0; at < total; at++) yield text(at);
    })(),
  };
}

/** The types in which some of a group are apart from the machine, of those that were asked for. */
function apartIn({ types }: Scene, { isolation }: WorkloadGroup): readonly NamespaceType[] {
  return types.filter((type) => isolation[type].uses.some(({ isMachine }) => !isMachine));
}

/** Groups by their names; many of one command, whose names say less than that, are counted. */
function nameGroups(scene: Scene, groups: readonly WorkloadGroup[]): string[] {
  const { pen } = scene;
  const byName = new Map<unknown, WorkloadGroup[]>();
  for (const group of groups) {
    const { kind, leader, workload } = group;
    const isNamed = leader.comm === undefined || (kind === "workload" && workload?.name !== undefined);
    const key = isNamed ? group : sharedTitleOf(scene, group);
    const alike = byName.get(key);
    if (alike === undefined) byName.set(key, [group]);
    else alike.push(group);
  }
  return [...byName.values()].flatMap((alike) => {
    const [first] = alike as [WorkloadGroup];
    if (alike.length >= MANY) {
      const name = clip(sharedTitleOf(scene, first), NAME_CELLS, pen.glyphs.ellipsis);
      return [`${name} ${pen.glyphs.times}${alike.length}`];
    }
    return alike.map((group) => {
      const name = clip(fullTitleOf(scene, group), Math.min(NAME_CELLS, pen.columns - 12), pen.glyphs.ellipsis);
      if (group.processes.length === 1) return name;
      // One process stands for the others, or a name for all of them.
      return group.kind === "workload"
        ? `${name} (${group.processes.length})`
        : `${name} +${group.processes.length - 1}`;
    });
  });
}

function* isolated(scene: Scene): Generator<Line, void, undefined> {
  const ways = new Map<string, { types: readonly NamespaceType[]; groups: WorkloadGroup[] }>();
  for (const group of scene.groups) {
    const types = apartIn(scene, group);
    if (types.length === 0) continue;
    const key = types.join(" ");
    const way = ways.get(key);
    if (way === undefined) ways.set(key, { types, groups: [group] });
    else way.groups.push(group);
  }
  const sorted = [...ways].sort(([, a], [, b]) => b.types.length - a.types.length || b.groups.length - a.groups.length);
  const told = sorted.length <= WAYS_TOLD + 1 ? sorted : sorted.slice(0, WAYS_TOLD);
  for (const [key, { groups }] of told)
    yield* labelled(
      scene,
      `Isolated in ${key}:`,
      "own",
      withCommas(nameGroups(scene, groups), (name) => name),
    );
  const rest = sorted.slice(told.length);
  if (rest.length > 0) {
    const number = rest.reduce((sum, [, { groups }]) => sum + groups.length, 0);
    yield [{ text: `Isolated in ${rest.length} more ways: ${count(number, "group")} of processes`, style: "faint" }];
  }
}

/** A namespace by what people may know it by. */
function tellProcessless(scene: Scene, namespace: Namespace): string {
  const { graph, pen } = scene;
  const pins = graph.pins(namespace.id);
  const mount = pins.find((pin) => pin.kind === "mount");
  const pin = mount ?? pins[0];
  const name = nameOf(scene, namespace);
  if (pin === undefined) return name;
  if (pin.kind === "unseen") return `${name} (unseen)`;
  const room = pen.columns - name.length - INDENT.length - 4;
  const text = pen.safe(pin.kind === "mount" ? pin.path : describePin(pin));
  return `${name} (${clipStart(text, room, pen.glyphs.ellipsis)})`;
}

function* processless(scene: Scene): Generator<Line, void, undefined> {
  const { graph, asked } = scene;
  const hidden = asked.filter(({ id }) => graph.memberCount(id) === 0);
  const isCertain = ({ id }: Namespace): boolean => knowsMembers(graph, id);
  for (const [label, some] of [
    ["without a process", hidden.filter(isCertain)],
    ["in which no process was seen", hidden.filter((namespace) => !isCertain(namespace))],
  ] as const) {
    if (some.length === 0) continue;
    const names = withCommas(some, (namespace) => tellProcessless(scene, namespace));
    yield* labelled(scene, `${some.length} ${label}:`, "odd", names, LINES_TOLD_OF_ODD);
  }
}

/** What could not be learned, and where nobody looked. What would help is for who runs the scan, not for who reads of it. */
function* unknown({ graph, pen }: Scene): Generator<Line, void, undefined> {
  const problems = summarizeProblems(graph, graph.problems(), { remedies: false });
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
  const skipped: string[] = SOURCES.filter((source) => !graph.sources.includes(source));
  if (graph.frame.pids !== undefined) skipped.unshift("other processes");
  if (skipped.length > 0) yield* flow(words(`Not searched: ${skipped.join(", ")}`, "odd"), room, room);
}
