import { SOURCES, type Source } from "./host.js";
import { linkedId } from "./link.js";
import type { Namespace } from "./namespace.js";
import type { NamespaceGraph } from "./namespace-graph.js";
import type { NamespaceId } from "./namespace-id.js";
import { NAMESPACE_TYPES, type NamespaceType } from "./namespace-type.js";
import { limitsCompleteness, type Problem, type ProblemCode } from "./problem.js";
import { isZombie, type Process } from "./process.js";

/**
 * What could not be looked at, so that something that is there may be missing.
 *
 * - `processes`: processes of which it is not known what namespaces they are in
 * - `unlisted`: processes that are not even listed
 * - `unnamed`: processes that were not read, because only named ones were
 * - `threads`, `descriptors`, `sockets`, `children`, `mounts`: threads of processes, what processes have open, what their
 *   children will be in, and what is mounted in mount namespaces
 * - `relatives`: namespaces that could not be asked what is above them
 * - `list`: the kernel's own list of namespaces
 * - `machine`: part of the machine as a whole
 * - `selection`: what was not selected, and is not in the document
 */
export type Unseen =
  | "processes"
  | "unlisted"
  | "unnamed"
  | "threads"
  | "descriptors"
  | "sockets"
  | "children"
  | "mounts"
  | "relatives"
  | "list"
  | "machine"
  | "selection";

/** Something that was not seen, and of which namespaces that makes members or holders uncertain. */
export interface BlindSpot {
  /** What may be missing: members (which hold a namespace too), or only what holds it besides. */
  readonly of: "members" | "holders";
  readonly what: Unseen;
  /**
   * Why: the code of the problems (`SCOPE_PID` does not concern the viewer's own pid namespace and those below it); `NOT_SEARCHED` where a place was not searched, `NOT_CARRIED`
   * where a document leaves it out.
   */
  readonly code: Problem["code"];
  /** The types of namespaces that it concerns, in canonical order. */
  readonly types: readonly NamespaceType[];
  /** Whether it concerns only those namespaces that are, or may be, initial: kernel threads are in no others. */
  readonly initial?: true;
  /** The only level of pid namespaces that it concerns: that of processes whose PIDs are known (`NStgid`). */
  readonly level?: number;
  /** How many things it is about, where they were counted. */
  readonly count?: number;
}

type Hidden = Pick<BlindSpot, "of" | "what"> & { readonly types?: readonly NamespaceType[] | undefined };

const HIERARCHICAL: readonly NamespaceType[] = ["pid", "user"];

const unread = ({ type }: Problem): Hidden => ({
  of: "members",
  what: "processes",
  types: type === undefined ? undefined : [type],
});
const unlisted = (): Hidden => ({ of: "members", what: "unlisted" });
const holders = (what: Unseen, types?: readonly NamespaceType[]) => (): Hidden => ({ of: "holders", what, types });
const mounts = ({ type }: Problem): Hidden => ({
  of: "holders",
  what: "mounts",
  types: type === undefined ? undefined : [type],
});
const relatives = ({ type }: Problem): Hidden => ({
  of: "holders",
  what: "relatives",
  types: type === "user" ? ["user"] : HIERARCHICAL,
});
const nothing = (): undefined => undefined;

/** What of a kind was left out. */
const LEFT_OUT: Readonly<Record<string, Hidden | undefined>> = {
  descriptors: { of: "holders", what: "descriptors" },
  holders: { of: "holders", what: "descriptors" },
  sockets: { of: "holders", what: "sockets", types: ["net"] },
  threads: { of: "holders", what: "threads" },
  mounts: { of: "holders", what: "mounts" },
  "mount namespaces": { of: "holders", what: "mounts" },
  lists: { of: "holders", what: "list" },
  processes: { of: "members", what: "processes" },
  files: undefined,
  facts: undefined,
};
const leftOut = ({ what = "" }: Problem): Hidden | undefined =>
  Object.hasOwn(LEFT_OUT, what) ? LEFT_OUT[what] : { of: "members", what: "machine" };

/** What each kind of problem hides; nothing where it is only a fact that is missing. */
const HIDES: Readonly<Record<ProblemCode, (problem: Problem, process: Process | undefined) => Hidden | undefined>> = {
  PROCESS_UNREADABLE: unread,
  LINK_UNREADABLE: unread,
  NAMESPACE_CHANGED: unread,
  // The kernel may tell its namespaces without making anybody wait.
  PROCESS_WAITS: (problem, process) =>
    process !== undefined && Object.keys(process.namespaces).length > 0
      ? { of: "holders", what: "descriptors" }
      : unread(problem),
  USER_WAITS: unread,
  PROC_UNREADABLE: unlisted,
  PROC_HIDES: unlisted,
  PROC_FOREIGN: unlisted,
  SCOPE_PID: unlisted,
  PROCESS_EXECUTING: holders("descriptors"),
  THREADS_UNREADABLE: holders("threads"),
  DESCRIPTORS_UNREADABLE: holders("descriptors"),
  DESCRIPTOR_UNREADABLE: holders("descriptors"),
  SOCKETS_UNREADABLE: holders("sockets", ["net"]),
  SOCKET_UNREADABLE: holders("sockets", ["net"]),
  PIDS_FOREIGN: holders("sockets", ["net"]),
  CHILDREN_UNREADABLE: ({ type }) => ({
    of: "holders",
    what: "children",
    types: type === undefined ? ["pid", "time"] : [type],
  }),
  MOUNTS_UNREADABLE: holders("mounts"),
  MOUNT_UNREADABLE: mounts,
  MOUNT_MAY_WAIT: mounts,
  MOUNT_PATH_TOO_LONG: mounts,
  SCOPE_ROOT: holders("mounts"),
  NAMESPACE_UNREADABLE: relatives,
  RELATION_UNREADABLE: relatives,
  IOCTLS_MISSING: relatives,
  LIST_UNREADABLE: holders("list"),
  SCOPE_USER: holders("machine"),
  SCOPE_CAPABILITY: holders("machine"),
  LIMIT_REACHED: leftOut,
  TIME_LIMIT: leftOut,
  FACT_UNREADABLE: nothing,
  FACT_UNAVAILABLE: nothing,
  FILE_TOO_LONG: nothing,
  COMMAND_LINE_CUT: nothing,
  INTERFACE_MISSING: nothing,
  DESCRIPTOR_LIMIT: nothing,
};

/** What is hidden where a place was not searched. */
const SEARCHED: Readonly<Record<Source, Hidden>> = {
  process: { of: "members", what: "processes" },
  thread: { of: "holders", what: "threads" },
  "for-children": { of: "holders", what: "children", types: ["pid", "time"] },
  fd: { of: "holders", what: "descriptors" },
  socket: { of: "holders", what: "sockets", types: ["net"] },
  mount: { of: "holders", what: "mounts" },
  kernel: { of: "holders", what: "list" },
};

const known = new WeakMap<NamespaceGraph, readonly BlindSpot[]>();

/**
 * All that could not be looked at, in the order in which it is first met among problems; what hides the same of the same
 * namespaces for the same reason is one, with its count. Of a selection, that of the whole graph.
 */
export function allBlindSpots({ whole }: NamespaceGraph): readonly BlindSpot[] {
  let spots = known.get(whole);
  if (spots === undefined) {
    spots = whole.frame.blindSpots ?? findBlindSpots(whole);
    known.set(whole, spots);
  }
  return spots;
}

/**
 * What may be missing of a namespace's members and of what holds it, because it could not be looked at: processes,
 * descriptors, sockets, threads, mounts, places that were not searched, what a viewer may not see. Where there is nothing,
 * what the graph says of its members and holders is all there is. Nothing is said to be absent without asking here.
 */
export function blindSpots(graph: NamespaceGraph, id: NamespaceId): readonly BlindSpot[] {
  const namespace = graph.whole.namespace(id);
  if (namespace === undefined) return allBlindSpots(graph);
  return allBlindSpots(graph).filter((spot) => concerns(spot, namespace, graph));
}

function concerns({ types, initial, level, code }: BlindSpot, namespace: Namespace, graph: NamespaceGraph): boolean {
  if (!types.includes(namespace.type) || (initial && namespace.initial === false)) return false;
  if (level !== undefined && namespace.level !== undefined && namespace.level !== level) return false;
  return !(code === "SCOPE_PID" && namespace.type === "pid" && isInScope(graph.whole, namespace));
}

/** Whether /proc lists all processes in a pid namespace, because the viewer is in it or in one above it. */
function isInScope(graph: NamespaceGraph, start: Namespace): boolean {
  const own = graph.viewer.namespaces.pid;
  const met = new Set<NamespaceId>();
  for (let id: NamespaceId | undefined = start.id; id !== undefined && !met.has(id); ) {
    if (id === own) return true;
    met.add(id);
    const namespace = graph.namespace(id);
    id = namespace && linkedId(namespace.parent);
  }
  return false;
}

/** Whether all members of a namespace are known, so that it can be said that nobody else is in it. */
export function knowsMembers(graph: NamespaceGraph, id: NamespaceId): boolean {
  return !blindSpots(graph, id).some(({ of }) => of === "members");
}

function findBlindSpots(graph: NamespaceGraph): readonly BlindSpot[] {
  const spots = new Map<string, BlindSpot>();
  const things = new Map<string, Set<string>>();
  const add = (spot: Omit<BlindSpot, "count">, thing: string, count: number | undefined): void => {
    const key = [spot.of, spot.what, spot.code, spot.initial, spot.level, ...spot.types].join(" ");
    const before = spots.get(key);
    let met = things.get(key);
    if (met === undefined) {
      met = new Set();
      things.set(key, met);
    }
    // The links of one process fail one by one.
    const number = count ?? (met.has(thing) ? 0 : 1);
    met.add(thing);
    spots.set(key, { ...spot, count: Math.min((before?.count ?? 0) + number, Number.MAX_SAFE_INTEGER) });
  };
  for (const problem of graph.problems())
    for (const spot of spotsOf(graph, problem)) add(spot, thingOf(problem), problem.count);
  const uncounted: BlindSpot[] = [];
  for (const source of SOURCES) {
    if (graph.sources.includes(source)) continue;
    const { of, what, types = NAMESPACE_TYPES } = SEARCHED[source];
    uncounted.push({ of, what, code: "NOT_SEARCHED", types });
  }
  if (graph.frame.pids !== undefined)
    uncounted.push({ of: "members", what: "unnamed", code: "NOT_SEARCHED", types: NAMESPACE_TYPES });
  if (isCutOff(graph))
    uncounted.push({ of: "members", what: "selection", code: "NOT_CARRIED", types: NAMESPACE_TYPES });
  const all = [...[...spots.values()].map(withoutSingleCounts), ...uncounted];
  // A document may say that something is missing without saying what.
  if (all.length === 0 && !graph.complete && !graph.problems().some(limitsCompleteness))
    return [{ of: "members", what: "machine", code: "NOT_CARRIED", types: NAMESPACE_TYPES }];
  return all;
}

/** What is no number of things has no count. */
function withoutSingleCounts(spot: BlindSpot): BlindSpot {
  if (spot.what !== "machine" && spot.what !== "unlisted" && spot.what !== "list") return spot;
  const { count: _, ...rest } = spot;
  return rest;
}

function* spotsOf(graph: NamespaceGraph, problem: Problem): Generator<Omit<BlindSpot, "count">, void, undefined> {
  const { code } = problem;
  const process = problem.pid === undefined ? undefined : graph.process(problem.pid);
  const hidden = Object.hasOwn(HIDES, code)
    ? HIDES[code as ProblemCode](problem, process)
    : ({ of: "members", what: "machine" } satisfies Hidden);
  if (hidden === undefined) return;
  const { of, what, types = NAMESPACE_TYPES } = hidden;
  if (of !== "members" || process === undefined) {
    yield { of, what, code, types };
    return;
  }
  // The kernel's own threads are where the kernel booted, and a zombie has left all but two.
  const initial = process.kernelThread ? ({ initial: true } as const) : {};
  const possible = isZombie(process) ? types.filter((type) => HIERARCHICAL.includes(type)) : types;
  const pids = process.pids?.length ? process.pids : undefined;
  const others = pids === undefined ? possible : possible.filter((type) => type !== "pid");
  if (others.length > 0) yield { of, what, code, types: others, ...initial };
  if (pids !== undefined && possible.includes("pid"))
    yield { of, what, code, types: ["pid"], ...initial, level: pids.length - 1 };
}

/** What a problem is about, so that a thing with several problems counts once. */
function thingOf({ pid, tid, fd, namespace, path, what }: Problem): string {
  if (fd !== undefined || path !== undefined) return JSON.stringify([pid, tid, fd, namespace, path]);
  return JSON.stringify(pid === undefined ? [namespace, what] : [pid, tid]);
}

/** Whether a graph is a part of what was surveyed, and nothing is known of the rest: in documents marks of context tell. */
export function isCutOff(graph: NamespaceGraph): boolean {
  if (graph.frame.isPart) return true;
  return graph.namespaces().some(({ context }) => context) || graph.processes().some(({ context }) => context);
}
