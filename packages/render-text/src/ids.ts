import type { IdRange, Namespace, NamespaceGraph, SubordinateRange } from "@ns-graph/graph";
import type { Pen } from "./pen.js";

/** The uid that stands for every one that is not mapped (/proc/sys/kernel/overflowuid). */
const OVERFLOW_UID = 65534;
/** (uid_t) -1: what a map gives for ids that the reader's user namespace does not have. */
const NO_ID = 4294967295;
/** Ranges of a map that are told before the rest is counted. */
const RANGES_TOLD = 3;

function nameOfUid({ users }: NamespaceGraph, uid: string): string | undefined {
  return users !== undefined && Object.hasOwn(users.names, uid) ? users.names[uid] : undefined;
}

/** Whether the viewer's user namespace gives this uid to anybody; undefined where its map is not known. */
function isMapped(graph: NamespaceGraph, uid: number): boolean | undefined {
  const own = graph.namespace(graph.viewer.namespaces.user ?? "");
  if (own?.initial === true) return true;
  return own?.uidMap?.some(([inside, , count]) => uid >= inside && uid < inside + count);
}

/** A uid of the viewer's user namespace with its name: `uid 1000 (anna)`. */
export function describeUid(graph: NamespaceGraph, pen: Pen, uid: number): string {
  if (uid === NO_ID) return "a uid that is not mapped here";
  const mapped = uid === OVERFLOW_UID ? isMapped(graph, uid) : true;
  if (mapped === false) return `uid ${uid} (not mapped here)`;
  const name = nameOfUid(graph, `${uid}`);
  if (mapped === undefined) return `uid ${uid} (${name === undefined ? "" : `${pen.safe(name)} or `}not mapped here)`;
  return name === undefined ? `uid ${uid}` : `uid ${uid} (${pen.safe(name)})`;
}

/** Who made a user namespace. */
export function describeCreator(graph: NamespaceGraph, pen: Pen, { ownerUid }: Namespace): string | undefined {
  return ownerUid === undefined ? undefined : `made by ${describeUid(graph, pen, ownerUid)}`;
}

function subordinateOwner(
  ranges: readonly SubordinateRange[] | undefined,
  start: number,
  count: number,
): string | undefined {
  return ranges?.find((range) => start >= range.start && start + count <= range.start + range.count)?.owner;
}

function isIdentity(map: readonly IdRange[]): boolean {
  const [range, second] = map;
  return range !== undefined && second === undefined && range[0] === 0 && range[1] === 0 && range[2] >= NO_ID;
}

function describeSide(graph: NamespaceGraph, pen: Pen, kind: "uid" | "gid", start: number, count: number): string {
  if (start === NO_ID) return `${kind} (not mapped here)`;
  if (count === 1) return kind === "uid" ? describeUid(graph, pen, start) : `gid ${start}`;
  const range = `${kind} ${start}${pen.glyphs.range}${start + count - 1}`;
  if (kind === "gid") return range;
  const owner = subordinateOwner(graph.users?.subuids, start, count);
  return owner === undefined ? range : `${range} (subuids of ${pen.safe(nameOfUid(graph, owner) ?? owner)})`;
}

function describeRange(graph: NamespaceGraph, pen: Pen, kind: "uid" | "gid", range: IdRange): string {
  const [inside, outside, count] = range;
  const target = count === 1 ? `${inside}` : `${inside}${pen.glyphs.range}${inside + count - 1}`;
  return `${describeSide(graph, pen, kind, outside, count)} ${pen.glyphs.mapsTo} ${target}`;
}

function describeRanges(
  graph: NamespaceGraph,
  pen: Pen,
  kind: "uid" | "gid",
  map: readonly IdRange[] | undefined,
): string[] {
  if (map === undefined) return [];
  if (map.length === 0) return [`no ${kind} map yet`];
  if (isIdentity(map)) return [`every ${kind} maps to itself`];
  return map.map((range) => describeRange(graph, pen, kind, range));
}

/**
 * The uid map of a user namespace, a phrase for each range, outside first: `uid 1000 (anna) ↦ 0`. The numbers outside
 * are those of the viewer's user namespace; for the viewer's own they are its parent's.
 */
export function describeUidMap(graph: NamespaceGraph, pen: Pen, { uidMap }: Namespace): string[] {
  return describeRanges(graph, pen, "uid", uidMap);
}

/** The gid map of a user namespace, as `describeUidMap` does. */
export function describeGidMap(graph: NamespaceGraph, pen: Pen, { gidMap }: Namespace): string[] {
  return describeRanges(graph, pen, "gid", gidMap);
}

function fold(kind: "uid" | "gid", phrases: readonly string[]): string[] {
  // One more takes no more room than saying that there is one more.
  if (phrases.length <= RANGES_TOLD + 1) return [...phrases];
  return [...phrases.slice(0, RANGES_TOLD), `${phrases.length - RANGES_TOLD} more ${kind} ranges`];
}

function sameMap(a: readonly IdRange[], b: readonly IdRange[]): boolean {
  return a.length === b.length && a.every((range, index) => range.every((number, at) => number === b[index]?.[at]));
}

/** Both maps of a user namespace in few phrases. */
export function describeMaps(graph: NamespaceGraph, pen: Pen, namespace: Namespace): string[] {
  const { uidMap, gidMap, initial } = namespace;
  if (uidMap !== undefined && isIdentity(uidMap) && (gidMap === undefined || isIdentity(gidMap)))
    return [initial === true ? "identity map" : "every id maps to itself"];
  if (uidMap?.length === 0 && gidMap?.length === 0) return ["no id maps yet"];
  const uids = fold("uid", describeUidMap(graph, pen, namespace));
  if (uidMap !== undefined && gidMap !== undefined && uidMap.length > 0 && sameMap(uidMap, gidMap))
    return [...uids, uidMap.length === 1 && uidMap[0]?.[2] === 1 ? "gid alike" : "gids alike"];
  return [...uids, ...fold("gid", describeGidMap(graph, pen, namespace))];
}
