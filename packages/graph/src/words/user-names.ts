import type { SubordinateRange } from "../model/host.js";
import type { IdRange, Namespace } from "../model/namespace.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import type { UserNaming } from "./describe-workload.js";

/** What an id is of: a user or a group. */
type IdKind = "uid" | "gid";

/**
 * The id that the kernel answers where one has no number in the asker's user namespace (/proc/sys/kernel/overflowuid,
 * overflowgid).
 */
const OVERFLOW_ID = 65534;
/** (uid_t) -1: what a map has for ids that the reader's user namespace lacks. */
const NO_ID = 4294967295;

/** Who a uid or gid is. */
interface Identity {
  /** Login name, or name of the group; absent where there is none. Hostile text: see `printable`. */
  readonly name?: string;
  /**
   * Whether the number only stands for somebody who has no number in the viewer's user namespace; undefined where
   * that can't be distinguished from the user who really has it.
   */
  readonly isUnmapped: boolean | undefined;
}

/** Whether 65534 only stands for others to the viewer. */
function isOverflow(graph: NamespaceGraph, kind: IdKind): boolean | undefined {
  const own = graph.namespace(graph.viewer.namespaces.user ?? "");
  // All ids there are have a number there.
  if (own?.initial === true) return false;
  const map = kind === "uid" ? own?.uidMap : own?.gidMap;
  if (map === undefined || map.some(([first, , count]) => OVERFLOW_ID >= first && OVERFLOW_ID < first + count))
    return undefined;
  return true;
}

/** Who a uid or gid of the viewer's user namespace is. */
function identify(graph: NamespaceGraph, kind: IdKind, id: number): Identity {
  const isUnmapped = id === NO_ID ? true : id === OVERFLOW_ID ? isOverflow(graph, kind) : false;
  const names = kind === "uid" ? graph.users?.names : graph.users?.groupNames;
  const name = names !== undefined && Object.hasOwn(names, String(id)) ? names[String(id)] : undefined;
  return isUnmapped === true || name === undefined ? { isUnmapped } : { name, isUnmapped };
}

function describeId(graph: NamespaceGraph, kind: IdKind, id: number): string {
  const { name, isUnmapped } = identify(graph, kind, id);
  const known = name === undefined ? [] : [name];
  const remarks = isUnmapped === false ? known : [...known, "not mapped here"];
  return remarks.length === 0 ? `${kind} ${id}` : `${kind} ${id} (${remarks.join(" or ")})`;
}

/** A uid in words: `uid 1000 (anna)`, `uid 65534 (not mapped here)`. Hostile text. */
export function describeUid(graph: NamespaceGraph, uid: number): string {
  return uid === NO_ID ? "a uid that is not mapped here" : describeId(graph, "uid", uid);
}

/**
 * How users are called after whom cgroups are named: by login name, or `uid 1000`. Those are users of the machine: to a
 * viewer in another user namespace than the initial one its own login names say nothing of them. Hostile text.
 */
export function userNaming(graph: NamespaceGraph): UserNaming {
  const isMachine = graph.namespace(graph.viewer.namespaces.user ?? "")?.initial !== false;
  return (uid) => (isMachine ? identify(graph, "uid", uid).name : undefined) ?? `uid ${uid}`;
}

/** Whose names of users and groups these are, where that does not go without saying: a sentence without a full stop. */
export function describeUsersFrom({ users }: NamespaceGraph): string | undefined {
  switch (users?.from) {
    case "process-1":
      return "users and groups are called as in /etc of process 1, which is not the one seen from here";
    case "unread":
      return "users and groups are told by number: /etc of process 1 may be another than the one seen from here, and could not be read";
    default:
      return undefined;
  }
}

/** Whose subordinate ids (subuid(5), subgid(5)) a range is, by login name; undefined where it is nobody's. Hostile text. */
export function subordinateOwner(
  graph: NamespaceGraph,
  kind: IdKind,
  start: number,
  count: number,
): string | undefined {
  const { users } = graph;
  const ranges = kind === "uid" ? users?.subuids : users?.subgids;
  const owner = ranges && findRange(ranges, start, count)?.owner;
  return owner !== undefined && users !== undefined && Object.hasOwn(users.names, owner) ? users.names[owner] : owner;
}

/** Ranges by where they begin, with the farthest end of all up to there. */
interface RangeIndex {
  readonly ranges: readonly SubordinateRange[];
  readonly ends: readonly number[];
}

/** A machine may have as many ranges as users, and every user as many maps as they like. */
const indexes = new WeakMap<readonly SubordinateRange[], RangeIndex>();

function indexOf(subordinates: readonly SubordinateRange[]): RangeIndex {
  let index = indexes.get(subordinates);
  if (index === undefined) {
    const ranges = [...subordinates].sort((a, b) => a.start - b.start);
    let farthest = Number.NEGATIVE_INFINITY;
    index = { ranges, ends: ranges.map(({ start, count }) => (farthest = Math.max(farthest, start + count))) };
    indexes.set(subordinates, index);
  }
  return index;
}

/** The range in which some ids are that begins the nearest before them. */
function findRange(
  subordinates: readonly SubordinateRange[],
  start: number,
  count: number,
): SubordinateRange | undefined {
  const { ranges, ends } = indexOf(subordinates);
  let low = 0;
  for (let high = ranges.length; low < high; ) {
    const middle = (low + high) >>> 1;
    if ((ranges[middle] as SubordinateRange).start <= start) low = middle + 1;
    else high = middle;
  }
  for (let at = low - 1; at >= 0 && (ends[at] as number) >= start + count; at--) {
    const range = ranges[at] as SubordinateRange;
    if (start + count <= range.start + range.count) return range;
  }
  return undefined;
}

/** The signs between numbers. */
export interface RangeSigns {
  /** Between what is outside and what is inside. */
  readonly mapsTo: string;
  /** Between the first and the last of a range. */
  readonly to: string;
}

const UNICODE_SIGNS: RangeSigns = { mapsTo: "↦", to: "–" };

/**
 * One range of a uid or gid map in words, outside first: `uid 1000 (anna) ↦ 0`,
 * `gids 100000–165535 (subordinate to anna) ↦ 1–65536`. Hostile text.
 */
export function describeMapRange(
  graph: NamespaceGraph,
  kind: IdKind,
  [inside, outside, count]: IdRange,
  { mapsTo, to }: RangeSigns = UNICODE_SIGNS,
): string {
  const last = (first: number): string => (count === 1 ? `${first}` : `${first}${to}${first + count - 1}`);
  return `${describeOutside(graph, kind, outside, count, last(outside))} ${mapsTo} ${last(inside)}`;
}

function describeOutside(graph: NamespaceGraph, kind: IdKind, first: number, count: number, range: string) {
  const plural = count === 1 ? "" : "s";
  if (first === NO_ID) return `${kind}${plural} not mapped here`;
  if (count === 1) return describeId(graph, kind, first);
  const owner = subordinateOwner(graph, kind, first, count);
  return owner === undefined ? `${kind}s ${range}` : `${kind}s ${range} (subordinate to ${owner})`;
}

/** Ranges of a map that are listed before the rest is counted. */
const RANGES = 3;

function isIdentity(map: readonly IdRange[]): boolean {
  const [range, second] = map;
  return range !== undefined && second === undefined && range[0] === 0 && range[1] === 0 && range[2] >= NO_ID;
}

/** The ranges of a map of uids or gids, a phrase each, outside first: `uid 1000 (anna) ↦ 0`. Hostile text. */
export function describeIdMap(
  graph: NamespaceGraph,
  kind: IdKind,
  map: readonly IdRange[] | undefined,
  signs: RangeSigns = UNICODE_SIGNS,
): readonly string[] {
  if (map === undefined) return [];
  if (map.length === 0) return [`no ${kind} map yet`];
  return isIdentity(map)
    ? [`every ${kind} maps to itself`]
    : map.map((range) => describeMapRange(graph, kind, range, signs));
}

/** Whether a map of gids has the numbers of one of uids and, where it is known who they are, the same names. */
function areAlike(graph: NamespaceGraph, uidMap: readonly IdRange[], gidMap: readonly IdRange[] | undefined): boolean {
  if (JSON.stringify(uidMap) !== JSON.stringify(gidMap)) return false;
  if (graph.users?.groupNames === undefined || graph.users.subgids === undefined) return true;
  const whose = (kind: IdKind): string =>
    JSON.stringify(describeIdMap(graph, kind, uidMap).map((phrase) => phrase.slice(kind.length)));
  return whose("uid") === whose("gid");
}

/** Both maps of a user namespace in few phrases. Hostile text. */
export function describeIdMaps(
  graph: NamespaceGraph,
  { uidMap, gidMap, initial }: Namespace,
  signs: RangeSigns = UNICODE_SIGNS,
): readonly string[] {
  if (uidMap !== undefined && isIdentity(uidMap) && (gidMap === undefined || isIdentity(gidMap)))
    return [initial === true ? "identity map" : "every id maps to itself"];
  if (uidMap?.length === 0 && gidMap?.length === 0) return ["no id maps yet"];
  const foldMap = (kind: IdKind, map: readonly IdRange[] | undefined): readonly string[] => {
    const phrases = describeIdMap(graph, kind, map, signs);
    // One more takes no more room than saying that there is one more.
    if (phrases.length <= RANGES + 1) return phrases;
    return [...phrases.slice(0, RANGES), `${phrases.length - RANGES} more ${kind} ranges`];
  };
  if (uidMap === undefined || uidMap.length === 0 || !areAlike(graph, uidMap, gidMap))
    return [...foldMap("uid", uidMap), ...foldMap("gid", gidMap)];
  return [...foldMap("uid", uidMap), uidMap.length === 1 && uidMap[0]?.[2] === 1 ? "gid alike" : "gids alike"];
}
