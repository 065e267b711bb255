import {
  countMembers,
  countUnusual,
  describeMembers,
  describeProcess,
  isZombie,
  knowsMembers,
  linkedId,
  type Namespace,
  type NamespaceGraph,
  type NamespaceId,
  namespaceName,
  type Process,
  parseNamespaceId,
  processMark,
  theProcesses,
  theZombies,
} from "@ns-graph/graph";
import { cellWidth } from "./cell-width.js";
import { flow, hanging, type Line, type Piece, piece, words } from "./flow.js";
import { foldTexts, wrapTexts } from "./fold.js";
import type { Pen } from "./pen.js";

/** Up to this many are listed with their commands on the namespace's own line. */
const FEW = 6;
/** The kernel keeps 15 bytes of a name, each of which may take four cells; a document may hold any name. */
const NAME_CELLS = 60;
/** Lines of PIDs before a list is folded, and of those that are in what is the machine's: nearly everybody is. */
const LINES_LISTED = 3;
const LINES_TOLD_OF_ALL = 1;

/**
 * How many processes are in a namespace: "4 processes", "2 of 214 processes". Among the namespaces without a process those
 * of which that is not certain are described otherwise than elsewhere, so that nobody takes one for left behind.
 */
export function countPieces(graph: NamespaceGraph, id: NamespaceId): Piece {
  if (graph.memberCount(id) > 0) return piece(countMembers(graph, id));
  if (knowsMembers(graph, id)) return piece(countMembers(graph, id), "odd");
  const namespace = graph.namespace(id);
  const isListed = graph.selection?.processless && namespace !== undefined;
  return piece(isListed ? describeMembers(graph, [namespace]) : countMembers(graph, id));
}

/** A process as `4711 bash`, and what it is if it is not a living program. */
export function nameProcess(pen: Pen, process: Process): string {
  return describeProcess(process, (name) => pen.fit(pen.safe(name), NAME_CELLS));
}

/** Processes as a list: `4711 bash, 4712 4713 sleep`. */
export function listProcesses(pen: Pen, processes: readonly Process[]): Piece[] {
  return processes.map((process, index) => {
    const next = processes[index + 1];
    if (next === undefined) return piece(nameProcess(pen, process));
    // The name stands after the last of those that follow one another.
    const isAlike = next.comm === process.comm && processMark(next) === processMark(process);
    return piece(isAlike ? `${process.pid}` : `${nameProcess(pen, process)},`);
  });
}

function* pidsOf(processes: readonly Process[]): Generator<string, void, undefined> {
  for (const { pid } of processes) yield `${pid}`;
}

/** PIDs as lines; after a few the rest is counted. */
function foldPids(pen: Pen, processes: readonly Process[], lines: number, room: number): Iterable<Line> {
  return foldTexts(pen, pidsOf(processes), { first: room, rest: room, lines, total: processes.length });
}

function* allPids(processes: readonly Process[], room: number): Generator<Line, void, undefined> {
  for (const row of wrapTexts(pidsOf(processes), room, room)) yield [{ text: row.join(" ") }];
}

function* commandLines(pen: Pen, members: readonly Process[], room: number): Generator<Line, void, undefined> {
  for (const process of members) yield* hanging(words(nameProcess(pen, process)), room);
}

/** A process's PID in a PID namespace. */
export interface LocalPid {
  readonly pid: number;
  /** The namespace, as the kernel spells it, or what is known of it. */
  readonly where: string;
  readonly isInitial: boolean;
}

/**
 * The PIDs of a process in every PID namespace it is in, outermost first. The innermost is the process's own, and those
 * around it are its ancestors; the outermost is the one whose /proc was read, where the rest is not known.
 *
 * @param outermost how many of the outermost are left out
 */
export function localPids(graph: NamespaceGraph, process: Process, outermost = 0): readonly LocalPid[] {
  let id = process.namespaces.pid;
  const levels: LocalPid[] = [];
  const { pids = [] } = process;
  for (let level = Math.max(0, pids.length - 1); level >= outermost; level--) {
    if (level === 0) id ??= shownPidNamespace(graph);
    const namespace = graph.namespace(id ?? "");
    const where = pidNamespaceName(namespace, id, level);
    levels.push({ pid: pids[level] ?? process.pid, where, isInitial: namespace?.initial === true });
    id = namespace && linkedId(namespace.parent);
  }
  return levels.reverse();
}

/** The PID namespace whose processes /proc shows: the viewer's own, unless it was found to be another one's. */
function shownPidNamespace(graph: NamespaceGraph): NamespaceId | undefined {
  const foreign = graph.problems().find(({ code }) => code === "PROC_FOREIGN");
  return foreign === undefined ? graph.viewer.namespaces.pid : foreign.namespace;
}

function pidNamespaceName(namespace: Namespace | undefined, id: NamespaceId | undefined, level: number): string {
  if (namespace !== undefined) return namespaceName(namespace);
  const ino = parseNamespaceId(id ?? "")?.ino;
  if (ino !== undefined) return `pid:[${ino}]`;
  return level === 0 ? "a pid namespace that is not known" : "a pid namespace below that is not known";
}

function* levelLines(
  graph: NamespaceGraph,
  pen: Pen,
  members: readonly Process[],
  room: number,
): Generator<Line, void, undefined> {
  for (const process of members) {
    const pieces = words(nameProcess(pen, process));
    for (const { pid, where } of localPids(graph, process, 1)) pieces.push(piece(`= ${pid} in ${where}`, "faint"));
    yield* hanging(pieces, room);
  }
}

/** Processes that were listed nearby, so that others can be described by how they differ from them. */
export interface Reference {
  readonly processes: readonly Process[];
  /** Those that are no zombies: nothing but user and PID namespaces has these among its processes. */
  readonly living: readonly Process[];
  /** Whether these are not all that are in that namespace. */
  readonly isPart: boolean;
  /** What they are the processes of: `cgroup:[4026531835]`; absent for those right above. */
  readonly name?: string;
  /** Whether it was said already that others have all but the zombies. */
  readonly isLivingSaid?: boolean;
}

/** Processes without the zombies among them. */
export function livingOf(processes: readonly Process[]): readonly Process[] {
  return processes.some(isZombie) ? processes.filter((process) => !isZombie(process)) : processes;
}

/** The members of a namespace that are drawn, for others to be compared with. */
export function referTo(graph: NamespaceGraph, id: NamespaceId): Reference {
  const processes = graph.drawnMembers(id);
  return { processes, living: livingOf(processes), isPart: processes.length < graph.memberCount(id) };
}

/** Members that are to be listed. */
interface Roster {
  readonly members: readonly Process[];
  /** How many there are, in words. */
  readonly counted: Piece;
  /** Whether there are others that are not to be listed. */
  readonly isPart: boolean;
}

interface Difference {
  readonly missing: readonly Process[];
  readonly extra: readonly Process[];
}

/** Shorter lists are repeated rather than called the same, or nearly the same. */
const LEAST_SAME = 4;
const LEAST_NEARLY_SAME = 2 * FEW + 1;

/** How two lists, sorted by pid, differ; undefined where it is in more than a few. */
function findDifference(before: readonly Process[], after: readonly Process[]): Difference | undefined {
  if (Math.abs(before.length - after.length) > FEW) return undefined;
  const missing: Process[] = [];
  const extra: Process[] = [];
  let left = 0;
  let right = 0;
  while (left < before.length || right < after.length) {
    const a = before[left];
    const b = after[right];
    if (a?.pid === b?.pid) {
      left++;
      right++;
    } else if (a !== undefined && (b === undefined || a.pid < b.pid)) {
      missing.push(a);
      left++;
    } else if (b !== undefined) {
      extra.push(b);
      right++;
    }
    if (missing.length + extra.length > FEW) return undefined;
  }
  return { missing, extra };
}

/** How members differ from a reference. */
interface Comparison extends Difference {
  /** How many are compared with how many; zombies count where both lists have some. */
  readonly before: number;
  readonly after: number;
  /** How many zombies the reference alone has, and how many the members alone. */
  readonly gone: number;
  readonly come: number;
}

/** Compares members with a reference; undefined where they differ in more than a few. */
function compare(members: readonly Process[], reference: Reference): Comparison | undefined {
  const living = livingOf(members);
  // Where one of the two has no zombies at all, that alone does not make them differ.
  const areApart = (living === members) !== (reference.living === reference.processes);
  const before = areApart ? reference.living : reference.processes;
  const after = areApart ? living : members;
  const difference = findDifference(before, after);
  if (difference === undefined) return undefined;
  const { missing, extra } = difference;
  return {
    missing,
    extra,
    before: before.length,
    after: after.length,
    gone: reference.isLivingSaid ? 0 : reference.processes.length - before.length,
    come: members.length - after.length,
  };
}

/** Members described by those of another namespace, where that is shorter. */
function referenceWords(
  pen: Pen,
  { members, counted, isPart }: Roster,
  reference: Reference,
): Pick<MemberWords, "pieces" | "isLiving"> | undefined {
  const comparison = compare(members, reference);
  if (comparison === undefined) return undefined;
  const { missing, extra, before, after, gone, come } = comparison;
  const { name, isPart: isOfPart } = reference;
  if (missing.length > 0 || extra.length > 0 || come > 0) {
    if (before < LEAST_NEARLY_SAME) return undefined;
    const whose = name === undefined ? "above" : isOfPart ? `listed of ${name}` : `of ${name}`;
    return {
      pieces: [withColon(counted), ...words(`the ${before + gone} ${whose}`), ...differencePieces(pen, comparison)],
    };
  }
  if (after < LEAST_SAME) return undefined;
  const pieces =
    isPart || isOfPart
      ? [withColon(counted), ...words(name === undefined ? "the same" : `as in ${name}`)]
      : words(theProcesses(name === undefined ? after : before + gone, name));
  if (gone === 0) return { pieces };
  return {
    pieces: [...pieces, ...words(`but ${theZombies(gone)}`)],
    isLiving: name === undefined ? "above" : "elsewhere",
  };
}

function differencePieces(pen: Pen, { missing, extra, gone, come }: Comparison): readonly Piece[] {
  const without = listDifference(pen, missing, gone);
  const plus = listDifference(pen, extra, come);
  const pieces = without.length === 0 ? [] : [...words("without"), ...without];
  const last = pieces.at(-1);
  if (plus.length === 0 || last === undefined) return plus.length === 0 ? pieces : [...words("plus"), ...plus];
  pieces[pieces.length - 1] = { ...last, spans: [...last.spans, { text: "," }] };
  return [...pieces, ...words("plus"), ...plus];
}

/** What one list has and another one has not: a number of zombies, which are not named, and others. */
function listDifference(pen: Pen, processes: readonly Process[], zombies: number): readonly Piece[] {
  const listed = listProcesses(pen, processes);
  if (zombies === 0) return listed;
  return [...words(`${theZombies(zombies)}${listed.length > 0 ? "," : ""}`), ...listed];
}

/** The same with a colon behind it. */
export function withColon({ spans, ...rest }: Piece): Piece {
  return { ...rest, spans: [...spans, { text: ":", style: spans.at(-1)?.style }] };
}

/** How the members of a namespace are described. */
export interface MemberWords {
  /** On the namespace's own line. */
  readonly pieces: readonly Piece[];
  /** Below it. */
  readonly lines?: (room: number) => Iterable<Line>;
  /** Whether it is a long list, which others may be compared with. */
  readonly isList?: true;
  /** Where those stand that they were said to be but for the zombies. */
  readonly isLiving?: "above" | "elsewhere";
}

/**
 * The members of a namespace that are drawn, as the view wants them, and how many there are. In the folded style those that are nearly the same as ones that
 * were just listed are described by that.
 *
 * @param isEverybodys whether a list of them says little, because nearly every process is among them
 */
export function memberWords(
  graph: NamespaceGraph,
  pen: Pen,
  namespace: Namespace,
  references: readonly Reference[],
  isEverybodys = false,
): MemberWords {
  const members = graph.drawnMembers(namespace.id);
  const isPart = members.length < graph.memberCount(namespace.id);
  const roster = { members, counted: countPieces(graph, namespace.id), isPart };
  return rosterWords(graph, pen, roster, references, isEverybodys);
}

function rosterWords(
  graph: NamespaceGraph,
  pen: Pen,
  roster: Roster,
  references: readonly Reference[],
  isEverybodys: boolean,
): MemberWords {
  const { members } = roster;
  const pieces = [roster.counted];
  const style = members.length === 0 ? "none" : graph.view.members;
  switch (style) {
    case "none":
      return { pieces };
    case "all":
      return { pieces, lines: (room) => allPids(members, room) };
    case "comm":
      return { pieces, lines: (room) => commandLines(pen, members, room) };
    case "pids":
      return { pieces, lines: (room) => levelLines(graph, pen, members, room) };
    case "fold":
      return foldMembers(pen, roster, references, isEverybodys);
  }
}

/** Up to this many have a line each where one namespace alone is shown. */
const SOME = 12;

/** All members of one namespace that everything is to be said of, whatever else is drawn: a line each as long as they are not many. */
export function* allMembers(
  graph: NamespaceGraph,
  pen: Pen,
  namespace: Namespace,
  room: number,
): Generator<Line, void, undefined> {
  const members = graph.members(namespace.id);
  const counted = countPieces(graph.whole, namespace.id);
  if (graph.view.members === "fold" && members.length > 0 && members.length <= SOME) {
    yield counted.spans;
    yield* namespace.type === "pid" ? levelLines(graph, pen, members, room) : commandLines(pen, members, room);
    return;
  }
  const listed = rosterWords(graph, pen, { members, counted, isPart: false }, [], false);
  yield* flow(listed.pieces, room, room);
  yield* listed.lines?.(room) ?? [];
}

/** Some processes, of whatever namespaces: a line each as long as they are not many, unless the view wants others. */
export function* listedProcesses(
  { view }: NamespaceGraph,
  pen: Pen,
  processes: readonly Process[],
  room: number,
): Generator<Line, void, undefined> {
  if (view.members === "none") return;
  if (view.members === "comm" || (view.members !== "all" && processes.length <= SOME))
    yield* commandLines(pen, processes, room);
  else if (view.members === "all") yield* allPids(processes, room);
  else yield* foldPids(pen, processes, LINES_LISTED, room);
}

/** So much stays on one line. */
const WIDEST_COUNT = 38;

function withKinds({ spans }: Piece, kinds: string): Piece[] {
  const width = spans.reduce((sum, { text }) => sum + cellWidth(text), cellWidth(kinds));
  return width <= WIDEST_COUNT ? [{ spans: [...spans, { text: kinds }] }] : [{ spans }, ...words(kinds.trim())];
}

function foldMembers(pen: Pen, roster: Roster, references: readonly Reference[], isEverybodys: boolean): MemberWords {
  const { members, counted, isPart } = roster;
  for (const reference of references) {
    const listed = referenceWords(pen, roster, reference);
    if (listed !== undefined) return listed;
  }
  if (members.length <= FEW) return { pieces: [withColon(counted), ...listProcesses(pen, members)] };
  // Behind "20 of 214 processes" it would be said of either.
  const kinds = isPart ? "" : countUnusual(members);
  return {
    pieces: kinds === "" ? [counted] : withKinds(counted, ` (${kinds})`),
    lines: (room) => foldPids(pen, members, isEverybodys ? LINES_TOLD_OF_ALL : LINES_LISTED, room),
    isList: true,
  };
}
