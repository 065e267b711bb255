import type { BlindSpot, Unseen } from "../model/blind-spot.js";
import { obtain } from "../model/group-by.js";
import { SOURCES, type Source } from "../model/host.js";
import type { Namespace } from "../model/namespace.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import type { NamespaceId } from "../model/namespace-id.js";
import { NAMESPACE_TYPES, type NamespaceType } from "../model/namespace-type.js";
import { type LeftOutKind, limitsCompleteness, type Problem, type ProblemCode } from "../model/problem.js";
import { isZombie, type Process } from "../model/process.js";

type Hidden = Pick<BlindSpot, "of" | "what"> & { readonly types?: readonly NamespaceType[] | undefined };

const HIERARCHICAL: readonly NamespaceType[] = ["pid", "user"];

/** What is held may be a namespace that nobody saw, and holds the user namespaces above it. */
function withOwners(...types: readonly NamespaceType[]): readonly NamespaceType[] {
  return types.includes("user") ? types : [...types, "user"];
}

const PROCESSES: Hidden = { of: "members", what: "processes" };
const THREADS: Hidden = { of: "holders", what: "threads" };
const DESCRIPTORS: Hidden = { of: "holders", what: "descriptors" };
const SOCKETS: Hidden = { of: "holders", what: "sockets", types: withOwners("net") };
const CHILDREN: Hidden = { of: "holders", what: "children", types: withOwners("pid", "time") };
const MOUNTS: Hidden = { of: "holders", what: "mounts" };
const LIST: Hidden = { of: "holders", what: "list" };
const UNLISTED: Hidden = { of: "members", what: "unlisted" };
const MACHINE: Hidden = { of: "holders", what: "machine" };
/** What nobody knows to be less than all. */
const ANYTHING: Hidden = { of: "members", what: "machine" };

/** The same of the one type that a problem is about, where it is about one. */
const narrowed =
  (hidden: Hidden) =>
  ({ type }: Problem): Hidden =>
    type === undefined ? hidden : { ...hidden, types: hidden.of === "holders" ? withOwners(type) : [type] };
const unread = narrowed(PROCESSES);
const relatives = ({ type }: Problem): Hidden => ({
  of: "holders",
  what: "relatives",
  types: type === "user" ? ["user"] : HIERARCHICAL,
});

/** What of a kind was left out. */
const LEFT_OUT: Readonly<Record<LeftOutKind, Hidden | undefined>> = {
  descriptors: DESCRIPTORS,
  holders: DESCRIPTORS,
  sockets: SOCKETS,
  threads: THREADS,
  mounts: MOUNTS,
  "mount namespaces": MOUNTS,
  lists: LIST,
  processes: PROCESSES,
  files: undefined,
  facts: undefined,
};
const leftOut = ({ what = "" }: Problem): Hidden | undefined =>
  Object.hasOwn(LEFT_OUT, what) ? LEFT_OUT[what as LeftOutKind] : ANYTHING;

/** What each kind of problem hides; nothing where it is only a fact that is missing. */
const HIDES: Readonly<
  Record<ProblemCode, Hidden | ((problem: Problem, process: Process | undefined) => Hidden | undefined) | undefined>
> = {
  PROCESS_UNREADABLE: unread,
  LINK_UNREADABLE: unread,
  NAMESPACE_CHANGED: unread,
  // The kernel may show its namespaces without making anybody wait.
  PROCESS_WAITS: (problem, process) =>
    process !== undefined && Object.keys(process.namespaces).length > 0 ? DESCRIPTORS : unread(problem),
  USER_WAITS: unread,
  PROC_UNREADABLE: UNLISTED,
  PROC_HIDES: UNLISTED,
  PROC_FOREIGN: UNLISTED,
  SCOPE_PID: UNLISTED,
  PROCESS_EXECUTING: DESCRIPTORS,
  THREADS_UNREADABLE: THREADS,
  DESCRIPTORS_UNREADABLE: DESCRIPTORS,
  DESCRIPTOR_UNREADABLE: narrowed(DESCRIPTORS),
  SOCKETS_UNREADABLE: SOCKETS,
  SOCKET_UNREADABLE: SOCKETS,
  PIDS_FOREIGN: SOCKETS,
  CHILDREN_UNREADABLE: narrowed(CHILDREN),
  MOUNTS_UNREADABLE: MOUNTS,
  MOUNT_UNREADABLE: narrowed(MOUNTS),
  MOUNT_MAY_WAIT: narrowed(MOUNTS),
  MOUNT_PATH_TOO_LONG: narrowed(MOUNTS),
  SCOPE_ROOT: MOUNTS,
  NAMESPACE_UNREADABLE: relatives,
  RELATION_UNREADABLE: relatives,
  IOCTLS_MISSING: relatives,
  LIST_UNREADABLE: LIST,
  SCOPE_USER: MACHINE,
  SCOPE_CAPABILITY: MACHINE,
  LIMIT_REACHED: leftOut,
  TIME_LIMIT: leftOut,
  FACT_UNREADABLE: undefined,
  FACT_UNAVAILABLE: undefined,
  FILE_TOO_LONG: undefined,
  COMMAND_LINE_CUT: undefined,
  INTERFACE_MISSING: undefined,
  DESCRIPTOR_LIMIT: undefined,
};

function hiddenBy(problem: Problem, process: Process | undefined): Hidden | undefined {
  const rule = Object.hasOwn(HIDES, problem.code) ? HIDES[problem.code as ProblemCode] : ANYTHING;
  return typeof rule === "function" ? rule(problem, process) : rule;
}

/** What is hidden where a place was not searched. */
const SEARCHED: Readonly<Record<Source, Hidden>> = {
  process: PROCESSES,
  thread: THREADS,
  "for-children": CHILDREN,
  fd: DESCRIPTORS,
  socket: SOCKETS,
  mount: MOUNTS,
  kernel: LIST,
};

/** What is known of a graph's blind spots. */
interface Known {
  readonly spots: readonly BlindSpot[];
  /** Those that concern namespaces of one type, level and so on: there are few such kinds. */
  readonly byKind: Map<string, Concerning>;
  /** The pid namespaces that the viewer's /proc lists all processes of: its own, and those below it. */
  readonly inScope: ReadonlySet<NamespaceId>;
}

interface Concerning {
  readonly spots: readonly BlindSpot[];
  readonly knowsMembers: boolean;
}

const known = new WeakMap<NamespaceGraph, Known>();

function knownOf({ whole }: NamespaceGraph): Known {
  return obtain(known, whole, () => {
    const spots = whole.frame.blindSpots ?? findBlindSpots(whole);
    return { spots, byKind: new Map(), inScope: findScope(whole, spots) };
  });
}

/**
 * All that could not be looked at, in the order in which it is first met among problems; what hides the same of the same
 * namespaces is one, with its count. Of a selection, that of the whole graph.
 */
export function allBlindSpots(graph: NamespaceGraph): readonly BlindSpot[] {
  return knownOf(graph).spots;
}

/**
 * What may be missing of a namespace's members and of what holds it, because it could not be looked at: processes,
 * descriptors, sockets, threads, mounts, places that were not searched, what a viewer may not see. Where there is nothing,
 * what the graph says of its members and holders is all there is. Nothing is said to be absent without asking here.
 */
export function blindSpots(graph: NamespaceGraph, id: NamespaceId): readonly BlindSpot[] {
  return concerning(graph, id).spots;
}

/** Whether all members of a namespace are known, so that it can be said that nobody else is in it. */
export function knowsMembers(graph: NamespaceGraph, id: NamespaceId): boolean {
  return concerning(graph, id).knowsMembers;
}

function concerning(graph: NamespaceGraph, id: NamespaceId): Concerning {
  const { spots, byKind, inScope } = knownOf(graph);
  const namespace = graph.whole.namespace(id);
  const isInScope = inScope.has(id);
  const kind = namespace === undefined ? "" : `${namespace.type} ${namespace.initial} ${namespace.level} ${isInScope}`;
  return obtain(byKind, kind, () => {
    const concerned = namespace === undefined ? spots : spots.filter((spot) => concerns(spot, namespace, isInScope));
    return { spots: concerned, knowsMembers: !concerned.some(({ of }) => of === "members") };
  });
}

function concerns({ types, initial, level, notBelow }: BlindSpot, namespace: Namespace, isInScope: boolean): boolean {
  if (!types.includes(namespace.type) || (initial && namespace.initial === false)) return false;
  if (level !== undefined && namespace.level !== undefined && namespace.level !== level) return false;
  return notBelow === undefined || namespace.type !== "pid" || !isInScope;
}

function findScope(graph: NamespaceGraph, spots: readonly BlindSpot[]): ReadonlySet<NamespaceId> {
  const scope = new Set<NamespaceId>();
  const top = spots.find(({ notBelow }) => notBelow !== undefined)?.notBelow;
  if (top === undefined) return scope;
  const queue = [top];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (scope.has(id)) continue;
    scope.add(id);
    for (const below of graph.children(id)) if (below.type === "pid") queue.push(below.id);
  }
  return scope;
}

/** A blind spot while it is counted. */
interface Growing extends Spot {
  readonly codes: Set<Problem["code"]>;
  /** What it is about, each thing once: the links of one process fail one by one. */
  readonly things: Set<string>;
  /** Things that were counted and not listed. */
  more: number;
}

/** More than there are; a document may have made up any number. */
const MOST_CODES = 64;

type Spot = Omit<BlindSpot, "codes" | "count">;

function findBlindSpots(graph: NamespaceGraph): readonly BlindSpot[] {
  const spots = new Map<string, Growing>();
  for (const problem of graph.problems()) {
    for (const spot of spotsOf(graph, problem)) {
      const key = [spot.of, spot.what, spot.initial, spot.level, spot.notBelow, ...spot.types].join(" ");
      const growing = obtain(spots, key, (): Growing => ({ ...spot, codes: new Set(), things: new Set(), more: 0 }));
      if (growing.codes.size < MOST_CODES) growing.codes.add(problem.code);
      countIn(growing, problem);
    }
  }
  const all = Array.from(spots.values(), finish);
  const add = ({ of, what, types = NAMESPACE_TYPES }: Hidden, code: string) =>
    all.push({ of, what, codes: [code], types });
  for (const source of SOURCES) if (!graph.sources.includes(source)) add(SEARCHED[source], "NOT_SEARCHED");
  if (graph.frame.pids !== undefined) add({ of: "members", what: "unnamed" }, "NOT_SEARCHED");
  if (isCutOff(graph)) add({ of: "members", what: "selection" }, "NOT_CARRIED");
  // A document may say that something is missing without saying what.
  if (all.length === 0 && !graph.complete && !graph.problems().some(limitsCompleteness)) add(ANYTHING, "NOT_CARRIED");
  return all;
}

/** What is no number of things. */
const UNCOUNTED: ReadonlySet<Unseen> = new Set<Unseen>(["machine", "unlisted", "list"]);

/** Counts what a problem is about: processes, mounts and mount namespaces, or namespaces, whatever was left out of each. */
function countIn(growing: Growing, { pid, namespace, path, code, count }: Problem): void {
  const isOfProcess = pid !== undefined && growing.what !== "mounts";
  const isOfOne = isOfProcess || (namespace !== undefined && LEFT_OUT_CODES.has(code));
  if (count !== undefined && !isOfOne) growing.more += count;
  else growing.things.add(isOfProcess ? `${pid}` : `${namespace} ${path}`);
}

/** What these count is a part of one process or mount namespace. */
const LEFT_OUT_CODES: ReadonlySet<string> = new Set(["LIMIT_REACHED", "TIME_LIMIT"]);

function finish({ codes, things, more, ...spot }: Growing): BlindSpot {
  const count = Math.min(things.size + more, Number.MAX_SAFE_INTEGER);
  return { ...spot, codes: [...codes], ...(UNCOUNTED.has(spot.what) ? {} : { count }) };
}

function* spotsOf(graph: NamespaceGraph, problem: Problem): Generator<Spot, void, undefined> {
  const { code } = problem;
  const process = problem.pid === undefined ? undefined : graph.process(problem.pid);
  const hidden = hiddenBy(problem, process);
  if (hidden === undefined) return;
  const { of, what, types = NAMESPACE_TYPES } = hidden;
  if (of !== "members" || process === undefined) {
    const own = code === "SCOPE_PID" ? graph.viewer.namespaces.pid : undefined;
    yield { of, what, types, ...(own === undefined ? {} : { notBelow: own }) };
    // Who is not in it may hold it all the same, as does whoever made it for its children.
    if (own !== undefined) yield { of: "holders", what, types: ["pid"] };
    return;
  }
  // The kernel's own threads are where the kernel booted, and a zombie has left all but two.
  const initial = process.kernelThread ? ({ initial: true } as const) : {};
  const possible = isZombie(process) ? types.filter((type) => HIERARCHICAL.includes(type)) : types;
  const pids = process.pids?.length ? process.pids : undefined;
  const others = pids === undefined ? possible : possible.filter((type) => type !== "pid");
  if (others.length > 0) yield { of, what, types: others, ...initial };
  if (pids === undefined || !possible.includes("pid")) return;
  yield { of, what, types: ["pid"], ...initial, level: pids.length - 1 };
  // It may still hold any other, by a descriptor say.
  if (!process.kernelThread && !isZombie(process)) yield { of: "holders", what, types: ["pid"] };
}

/** Whether a graph is a part of what was surveyed, and nothing is known of the rest: in documents marks of context show it. */
export function isCutOff(graph: NamespaceGraph): boolean {
  if (graph.frame.isPart) return true;
  return graph.namespaces().some(({ context }) => context) || graph.processes().some(({ context }) => context);
}
