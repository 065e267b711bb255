import {
  addTo,
  captionOf,
  count,
  describePinGroup,
  describeReason,
  groupBy,
  groupPins,
  knowsMembers,
  livingParts,
  memberlessHeading,
  NAMESPACE_TYPES,
  type Namespace,
  type NamespaceType,
  type PinGroup,
  type Process,
  type Processless,
  placesNotSearched,
  processlessNamespaces,
  summarizeProblems,
  tenantOf,
  type WorkloadGroup,
  type WorkloadPart,
  whoseMounts,
} from "@ns-graph/graph";
import { cellWidth } from "./cell-width.js";
import { dotted, flow, type Line, type Piece, piece, words } from "./flow.js";
import { andMore, cutList, foldTexts, wrapTexts } from "./fold.js";
import { listProcesses, nameProcess } from "./members.js";
import type { Pen } from "./pen.js";
import { fullTitleOf, nameOf, type Scene, sharedTitleOf } from "./scene.js";
import type { Style } from "./style.js";

/** Ways of being isolated that are listed; the rest is counted. */
const WAYS_LISTED = 8;
/** Lines for the names of those who are isolated in one way, and for the namespaces without a process. */
const LINES_LISTED = 2;
const LINES_TOLD_OF_ODD = 4;
/** Lines for what could not be learned. */
const PROBLEM_LINES = 8;
/** Before what goes on below a label. */
const INDENT = "  ";
/** From so many on, those of one name are counted. */
const MANY = 3;
/** PIDs that are named of those, and if they take too many lines. */
const PIDS_NAMED = 5;
const PIDS_NAMED_AT_LEAST = 1;
/** Longer names are clipped, unless they take no more than half of a line. */
const NAME_CELLS = 40;

/** The first lines: the machine, how many there are of what, who is apart from the machine, and what is odd. */
export function* drawSummary(scene: Scene): Generator<string, void, undefined> {
  const { graph, pen } = scene;
  // The matrix of workloads shows itself who is isolated.
  const apart = graph.view.tree === "workload" ? [] : isolated(scene);
  for (const lines of [title(scene), numbers(scene), apart, processless(scene), unplaced(scene), unknown(scene)])
    for (const line of lines) yield pen.write(line);
}

function* title(scene: Scene): Generator<Line, void, undefined> {
  const { graph, pen } = scene;
  const { hostname, kernel, processes, namespaces } = captionOf(graph);
  const clipped = (text: string): string => pen.fit(pen.safe(text), NAME_CELLS);
  const parts = [
    ...(hostname === undefined ? [] : [words(clipped(hostname), "title")]),
    ...(kernel === undefined ? [] : [words(clipped(kernel))]),
    ...(processes === undefined ? [] : [words(processes)]),
    words(namespaces),
  ];
  yield* flow(dotted(pen, parts), pen.columns, pen.columns);
}

function* numbers(scene: Scene): Generator<Line, void, undefined> {
  const { graph, pen, asked } = scene;
  const parts: Piece[][] = [];
  const namespaces =
    graph.whole.frame.pids === undefined ? graph.whole.namespaces().filter(({ context }) => !context) : asked;
  const countIn = (list: readonly Namespace[], type: NamespaceType): number =>
    list.reduce((sum, one) => sum + (one.type === type ? 1 : 0), 0);
  for (const type of NAMESPACE_TYPES) {
    const number = countIn(asked, type);
    const all = countIn(namespaces, type);
    if (number > 0) parts.push([piece(all > number ? `${type} ${number} of ${all}` : `${type} ${number}`)]);
  }
  yield* flow(dotted(pen, parts), pen.columns, pen.columns);
}

/** A labelled list that takes few lines: of several the first that fits into them, or else the last as far as it does. */
function* labelled(
  scene: Scene,
  label: string,
  style: Style,
  [listing, ...shorter]: readonly Listing[],
  lines = LINES_LISTED,
): Generator<Line, void, undefined> {
  if (listing === undefined) return;
  const { total, first: firstText, texts } = listing;
  const { columns } = scene.pen;
  // A label that leaves too little room for the list stands above it.
  const isBeside = label.length + 1 <= columns / 2 && label.length + 1 + cellWidth(firstText) <= columns;
  const rest = columns - INDENT.length;
  const first = isBeside ? columns - label.length - 1 : rest;
  if (shorter.length > 0 && !fits(texts, first, rest, lines)) {
    yield* labelled(scene, label, style, shorter, lines);
    return;
  }
  if (!isBeside) yield* flow(words(label, style), columns, columns);
  let isFirst = isBeside;
  for (const line of foldTexts(scene.pen, texts, { first, rest, lines, total })) {
    yield [isFirst ? { text: `${label} `, style } : { text: INDENT }, ...line];
    isFirst = false;
  }
}

function fits(texts: Iterable<string>, first: number, rest: number, lines: number): boolean {
  let number = 0;
  for (const _ of wrapTexts(texts, first, rest)) if (++number > lines) return false;
  return true;
}

/** A list of which few lines are shown, whatever it holds: its texts are made as they are asked for. */
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
    texts: {
      *[Symbol.iterator]() {
        for (let at = 0; at < total; at++) yield text(at);
      },
    },
  };
}

/** Processes of one group that are isolated in the same types. */
interface Isolated {
  readonly group: WorkloadGroup;
  readonly leader: Process;
  readonly processes: number;
  /** Whether they go by their group's name, not by their leader's. */
  readonly isNamed: boolean;
}

/** The parts of a group; where processes were named, with these alone. */
function askedParts({ graph }: Scene, group: WorkloadGroup): readonly WorkloadPart[] {
  const parts = livingParts(group);
  if (graph.selection?.pids === undefined) return parts;
  const named = new Set(graph.selection.pids);
  return parts.flatMap((part) => {
    const processes = part.processes.filter(({ pid }) => named.has(pid));
    const [first] = processes;
    if (first === undefined) return [];
    return [{ ...part, processes, leader: processes.includes(part.leader) ? part.leader : first }];
  });
}

/** Named processes of which it is not known what they are in, and that therefore stand nowhere else. */
function* unplaced({ graph, pen }: Scene): Generator<Line, void, undefined> {
  if (graph.selection?.pids === undefined) return;
  const lost = graph.processes().filter(({ context, namespaces }) => !context && Object.keys(namespaces).length === 0);
  if (lost.length === 0) return;
  const pieces = [...words("Namespaces not known:", "bad"), ...listProcesses(pen, lost)];
  yield* flow(pieces, pen.columns, pen.columns);
}

/** Those of a group that are isolated, by the types in which each of them is, of those that were asked for. */
function isolatedOf(scene: Scene, group: WorkloadGroup): ReadonlyMap<string, readonly Isolated[]> {
  const ways = groupBy(askedParts(scene, group), ({ uses }) =>
    scene.types.filter((type) => uses[type]?.isMachine === false).join(" "),
  );
  const isolated = new Map<string, readonly Isolated[]>();
  // The first part goes by the group's name, and so do those that are isolated in the same types.
  let isFirst = true;
  for (const [types, parts] of ways) {
    const { leader } = parts.find((part) => part.leader === group.leader) ?? (parts[0] as WorkloadPart);
    const isNamed = isFirst && (group.kind === "workload" || leader === group.leader);
    isFirst = false;
    if (types === "") continue;
    const listed = isNamed ? [{ leader, processes: parts.flatMap(({ processes }) => processes) }] : parts;
    isolated.set(
      types,
      listed.map((part) => ({ group, leader: part.leader, processes: part.processes.length, isNamed })),
    );
  }
  return isolated;
}

/** How long a name may be, where the sign for what was cut and what follows have to fit behind it. */
function nameCells({ columns }: Pen): number {
  return Math.max(Math.min(NAME_CELLS, columns - 12), Math.floor(columns / 2));
}

function titleOfIsolated(scene: Scene, { group, leader, processes, isNamed }: Isolated): string {
  const { pen } = scene;
  const title = isNamed ? fullTitleOf(scene, group, leader) : nameProcess(pen, leader);
  const name = pen.fit(title, nameCells(pen));
  // One process stands for the others, or a name for all of them.
  if (!isNamed || group.kind !== "workload") return processes === 1 ? name : `${name} +${processes - 1}`;
  const total = group.processes.length;
  if (processes < total) return `${name} (${processes} of ${total})`;
  return total === 1 ? name : `${name} (${total})`;
}

/** What several would be called together; undefined where they have names that say more than that. */
function sharedNameOf(scene: Scene, { group, leader, isNamed }: Isolated): string | undefined {
  if (leader.comm === undefined || (isNamed && group.kind === "workload" && group.workload?.name !== undefined))
    return undefined;
  return isNamed ? sharedTitleOf(scene, group) : scene.pen.safe(leader.comm);
}

/** Those that are isolated by their names; many of one command, whose names say less than that, are counted, with some PIDs. */
function nameIsolated(scene: Scene, isolated: readonly Isolated[], pids: number): Listing {
  const { pen } = scene;
  const names = [...groupBy(isolated, (each) => sharedNameOf(scene, each) ?? each)].flatMap(([key, alike]) => {
    if (typeof key !== "string" || alike.length < MANY) return alike.map((each) => titleOfIsolated(scene, each));
    const leaders = alike.slice(0, pids).map(({ group, leader, isNamed }) => (isNamed ? tenantOf(group) : leader).pid);
    const rest = alike.length > pids ? ` ${pen.glyphs.ellipsis}` : "";
    return [`${pen.fit(key, nameCells(pen))} ${pen.glyphs.times}${alike.length} (${leaders.join(" ")}${rest})`];
  });
  return withCommas(names, (name) => name);
}

function* isolated(scene: Scene): Generator<Line, void, undefined> {
  const ways = new Map<string, Isolated[]>();
  for (const group of scene.groups) {
    for (const [types, some] of isolatedOf(scene, group)) for (const each of some) addTo(ways, types, each);
  }
  const sizeOf = (types: string): number => types.split(" ").length;
  const sorted = [...ways].sort(([a, ofA], [b, ofB]) => sizeOf(b) - sizeOf(a) || ofB.length - ofA.length);
  const [listed, rest] = cutList(sorted, WAYS_LISTED);
  for (const [types, entries] of listed) {
    const listings = [PIDS_NAMED, PIDS_NAMED_AT_LEAST].map((pids) => nameIsolated(scene, entries, pids));
    yield* labelled(scene, `Isolated in ${types}:`, "own", listings);
  }
  if (rest.length > 0) {
    const groups = new Set(rest.flatMap(([, entries]) => entries.map(({ group }) => group)));
    yield [{ text: `Isolated in ${rest.length} more ways: ${count(groups.size, "group")}`, style: "faint" }];
  }
}

/** A namespace by what people may know it by: its name, and who holds it in what room there is beside that, or below it. */
function processlessName(scene: Scene, { namespace: id }: Processless): readonly string[] {
  const { graph, pen } = scene;
  const namespace = graph.namespace(id);
  if (namespace === undefined) return [];
  const name = nameOf(scene, namespace);
  const [group] = groupPins(graph, graph.pins(id));
  const clue = group && clueOf(scene, group, pen.columns - (isNarrow(pen) ? 0 : name.length));
  return clue === undefined ? [name] : [name, `(${clue})`];
}

/** Whether who holds a namespace has too little room beside its name. */
function isNarrow({ columns }: Pen): boolean {
  return columns < 60;
}

/** What stands at the end of a name's line: brackets, a comma, and the indentation. */
const AROUND_CLUE = INDENT.length + 4;

function clueOf({ graph, pen }: Scene, group: PinGroup, columns: number): string | undefined {
  const room = columns - AROUND_CLUE;
  if (group.kind === "other") return group.pin.kind === "unseen" ? undefined : pen.fit(pen.safe(group.pin.name), room);
  if (group.kind === "processes") return pen.fit(pen.safe(describePinGroup(graph, group)), room);
  const [{ path, mountNamespace }] = group.pins;
  const whose = whoseMounts(graph, mountNamespace) ?? "";
  // What else is to be said of that mount namespace, the tree says.
  const behind = whose.startsWith("of ") ? ` ${pen.fit(pen.safe(whose), Math.floor(room / 2))}` : "";
  return `${pen.fitEnd(pen.safe(path), room - cellWidth(behind))}${behind}`;
}

/** Namespaces in which no process was seen, by why they may be there, the most suspicious first. */
function* processless(scene: Scene): Generator<Line, void, undefined> {
  const { graph, pen } = scene;
  const groups = groupBy(processlessNamespaces(graph), (each) => {
    const isCertain = knowsMembers(graph, each.namespace);
    return JSON.stringify([isCertain, describeReason(each)]);
  });
  const lines = groups.size > 2 ? LINES_LISTED : LINES_TOLD_OF_ODD;
  for (const [key, some] of groups) {
    const [isCertain, reason] = JSON.parse(key) as readonly [boolean, string];
    const label = `${memberlessHeading(some.length, isCertain)}, ${reason}:`;
    // All are there for the same reason: if one is held, so are the others.
    if (isNarrow(pen) && graph.pins(some[0]?.namespace ?? "").length > 0) {
      yield* oneByOne(scene, label, some, lines);
      continue;
    }
    const names = withCommas(some, (each) => processlessName(scene, each).join(" "));
    yield* labelled(scene, label, "odd", [names], lines);
  }
}

/** The same below each other. */
function* oneByOne(
  scene: Scene,
  label: string,
  some: readonly Processless[],
  most: number,
): Generator<Line, void, undefined> {
  const { pen } = scene;
  yield* flow(words(label, "odd"), pen.columns, pen.columns);
  const [listed, rest] = cutList(some, most);
  const room = pen.columns - INDENT.length;
  for (const each of listed) {
    const parts = processlessName(scene, each).map((text) => piece(text));
    for (const line of flow(parts, room, room)) yield [{ text: INDENT }, ...line];
  }
  if (rest.length > 0) yield [{ text: INDENT }, { text: andMore(pen, rest.length), style: "faint" }];
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
  const skipped = placesNotSearched(graph);
  if (skipped.length > 0) yield* flow(words(`Not searched: ${skipped.join(", ")}`, "odd"), room, room);
}
