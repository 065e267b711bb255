import { isZombie, type Namespace, type NamespaceGraph, namespaceName, type Process } from "@ns-graph/graph";
import { cellWidth } from "./cell-width.js";
import { flow, type Line, type Piece, piece, words } from "./flow.js";
import type { Pen } from "./pen.js";

/** Up to this many are told with their commands on the namespace's own line. */
const FEW = 6;
/** Lines of PIDs before a list is folded. */
const LINES_TOLD = 3;
/** A set that lacks at most this many of another is told by what it lacks. */
const FEW_MISSING = 4;

/** "1 process", "4 processes". */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** "4 processes" */
export function countProcesses(number: number): string {
  return number === 0 ? "no process" : count(number, "process", "processes");
}

/** What a process is besides a living program. */
function kindOf(process: Process): string {
  if (process.kernelThread) return " (kernel thread)";
  return isZombie(process) ? " (zombie)" : "";
}

/** A process as `4711 bash`, and what it is if it is not a living program. */
export function nameProcess(pen: Pen, process: Process): string {
  return `${process.pid}${process.comm === undefined ? "" : ` ${pen.safe(process.comm)}`}${kindOf(process)}`;
}

/** How many of them are not living programs: "88 kernel threads, 1 zombie". */
export function countKinds(processes: readonly Process[]): string {
  let threads = 0;
  let zombies = 0;
  for (const process of processes) {
    if (process.kernelThread) threads++;
    else if (isZombie(process)) zombies++;
  }
  return [
    ...(threads > 0 ? [count(threads, "kernel thread")] : []),
    ...(zombies > 0 ? [count(zombies, "zombie")] : []),
  ].join(", ");
}

/** Words as lines, without a style: made for lists that may be as long as the machine's processes are many. */
export function* wrapWords(texts: Iterable<string>, room: number): Generator<string, void, undefined> {
  let line = "";
  let used = 0;
  for (const text of texts) {
    const width = cellWidth(text);
    if (used > 0 && used + 1 + width > room) {
      yield line;
      line = "";
      used = 0;
    }
    line += used > 0 ? ` ${text}` : text;
    used += used > 0 ? width + 1 : width;
  }
  if (used > 0) yield line;
}

function* pidsOf(processes: readonly Process[]): Generator<string, void, undefined> {
  for (const { pid } of processes) yield `${pid}`;
}

/** PIDs as lines; after a few the rest is counted. */
export function* foldPids(pen: Pen, processes: readonly Process[], room: number): Generator<Line, void, undefined> {
  const lines: string[] = [];
  for (const line of wrapWords(pidsOf(processes), room)) {
    lines.push(line);
    if (lines.length > LINES_TOLD) break;
  }
  if (lines.length <= LINES_TOLD) {
    for (const text of lines) yield [{ text }];
    return;
  }
  const pids = lines.slice(0, LINES_TOLD).map((line) => line.split(" "));
  const last = pids.at(-1) as string[];
  const told = pids.reduce((sum, line) => sum + line.length, 0);
  let rest = "";
  let shown = told;
  do {
    last.pop();
    shown--;
    rest = `${pen.glyphs.ellipsis} and ${processes.length - shown} more`;
  } while (last.length > 0 && last.join(" ").length + 1 + cellWidth(rest) > room);
  for (const line of pids.slice(0, -1)) yield [{ text: line.join(" ") }];
  yield [{ text: [...last, ""].join(" ") }, { text: rest, style: "faint" }];
}

/** Every PID. */
export function* allPids(processes: readonly Process[], room: number): Generator<Line, void, undefined> {
  for (const text of wrapWords(pidsOf(processes), room)) yield [{ text }];
}

/** The PIDs of a process by PID namespace, innermost first, where the graph has the chain of namespaces. */
export function pidsByNamespace(
  graph: NamespaceGraph,
  process: Process,
): readonly { readonly pid: number; readonly namespace: Namespace | undefined }[] {
  const pids = process.pids ?? [process.pid];
  let namespace = graph.namespace(process.namespaces.pid ?? "");
  const levels: { pid: number; namespace: Namespace | undefined }[] = [];
  for (const pid of pids.toReversed()) {
    levels.push({ pid, namespace });
    namespace = namespace === undefined ? undefined : graph.parent(namespace);
  }
  return levels;
}

/** The few, with their commands: `4711 bash, 4712 sleep`. */
function nameFew(pen: Pen, processes: readonly Process[]): Piece[] {
  const named = processes.some((process) => process.comm !== undefined || kindOf(process) !== "");
  return processes.map((process, index) =>
    piece(nameProcess(pen, process) + (named && index < processes.length - 1 ? "," : "")),
  );
}

/** Those of `all` that are not in `some`; undefined where they are more than a few. Both are sorted by pid. */
function findMissing(all: readonly Process[], some: readonly Process[]): readonly Process[] | undefined {
  if (all.length < some.length || all.length - some.length > FEW_MISSING) return undefined;
  const missing: Process[] = [];
  let at = 0;
  for (const process of all) {
    if (some[at] === process) at++;
    else if (missing.push(process) > FEW_MISSING) return undefined;
  }
  return at === some.length ? missing : undefined;
}

/** How the members of a namespace are told: on its own line, and on lines below. */
export interface MemberWords {
  readonly pieces: readonly Piece[];
  readonly lines?: (room: number) => Iterable<Line>;
}

/**
 * The members of a namespace, as the view wants them. In the folded style those that are the same as, or nearly the
 * same as, the ones just told above are told by that.
 */
export function tellMembers(
  graph: NamespaceGraph,
  pen: Pen,
  namespace: Namespace,
  above: readonly Process[] | undefined,
): MemberWords {
  const style = graph.view.members;
  const total = graph.memberCount(namespace.id);
  const members = graph.members(namespace.id);
  const counted = countProcesses(total);
  if (total === 0) return { pieces: [piece(counted, "odd")] };
  if (style === "none" || members.length === 0) return { pieces: [piece(counted)] };
  if (style === "all") return { pieces: [piece(counted)], lines: (room) => allPids(members, room) };
  if (style === "comm") return { pieces: [piece(counted)], lines: (room) => commandLines(pen, members, room) };
  if (style === "pids") return { pieces: [piece(counted)], lines: (room) => levelLines(graph, pen, members, room) };
  if (members.length <= FEW) return { pieces: [piece(`${counted}:`), ...nameFew(pen, members)] };
  const missing = above === undefined ? undefined : findMissing(above, members);
  if (missing?.length === 0) return { pieces: [piece(`the same ${counted}`)] };
  if (missing !== undefined)
    return { pieces: [piece(`${total} of these processes, without`), ...nameFew(pen, missing)] };
  const kinds = countKinds(members);
  return {
    pieces: [piece(kinds === "" ? counted : `${counted} (${kinds})`)],
    lines: (room) => foldPids(pen, members, room),
  };
}

function* commandLines(pen: Pen, members: readonly Process[], room: number): Generator<Line, void, undefined> {
  for (const process of members) yield* flow(words(nameProcess(pen, process)), room, room);
}

function* levelLines(
  graph: NamespaceGraph,
  pen: Pen,
  members: readonly Process[],
  room: number,
): Generator<Line, void, undefined> {
  for (const process of members) {
    const [, ...inner] = pidsByNamespace(graph, process).toReversed();
    const pieces = inner.map(({ pid, namespace }) =>
      piece(`= ${pid} in ${namespace === undefined ? "a pid namespace" : namespaceName(namespace)}`, "faint", "  "),
    );
    yield* flow([...words(nameProcess(pen, process)), ...pieces], room, room);
  }
}
