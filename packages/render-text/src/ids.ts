import type { IdRange, Namespace, NamespaceGraph, SubordinateRange } from "@ns-graph/graph";
import type { Pen } from "./pen.js";

/** The uid that stands for every one that is not mapped (/proc/sys/kernel/overflowuid). */
const OVERFLOW_UID = 65534;
/** (uid_t) -1: what a map gives for ids that the reader's user namespace does not have. */
const NO_ID = 4294967295;
/** Ranges of a map that are told before the rest is counted. */
const RANGES_TOLD = 3;

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
  const name = graph.users?.names[uid];
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
  return owner === undefined ? range : `${range} (subuids of ${pen.safe(graph.users?.names[owner] ?? owner)})`;
}

function describeRange(graph: NamespaceGraph, pen: Pen, kind: "uid" | "gid", range: IdRange): string {
  const [inside, outside, count] = range;
  const target = count === 1 ? `${inside}` : `${inside}${pen.glyphs.range}${inside + count - 1}`;
  return `${describeSide(graph, pen, kind, outside, count)} ${pen.glyphs.mapsTo} ${target}`;
}

function sameMap(a: readonly IdRange[], b: readonly IdRange[]): boolean {
  return a.length === b.length && a.every((range, index) => range.every((number, at) => number === b[index]?.[at]));
}

function* describeMap(
  graph: NamespaceGraph,
  pen: Pen,
  kind: "uid" | "gid",
  map: readonly IdRange[],
  told: number,
): Generator<string> {
  if (map.length === 0) yield `no ${kind} map yet`;
  for (const range of map.slice(0, told)) yield describeRange(graph, pen, kind, range);
  if (map.length > told) yield `${map.length - told} more ${kind} ranges`;
}

/**
 * The maps of a user namespace, outside first: `uid 1000 (anna) ↦ 0`. The numbers outside are those of the viewer's
 * user namespace; for the viewer's own they are its parent's, whose names are not known here.
 */
export function describeMaps(
  graph: NamespaceGraph,
  pen: Pen,
  { uidMap, gidMap, initial }: Namespace,
  told: number = RANGES_TOLD,
): string[] {
  if (uidMap === undefined && gidMap === undefined) return [];
  if (uidMap !== undefined && isIdentity(uidMap) && (gidMap === undefined || isIdentity(gidMap)))
    return [initial === true ? "all ids" : "every id maps to itself"];
  if (uidMap?.length === 0 && gidMap?.length === 0) return ["no id maps yet"];
  const lines = uidMap === undefined ? [] : [...describeMap(graph, pen, "uid", uidMap, told)];
  if (gidMap === undefined) return lines;
  if (uidMap !== undefined && uidMap.length > 1 && sameMap(uidMap, gidMap)) return [...lines, "gids alike"];
  return [...lines, ...describeMap(graph, pen, "gid", gidMap, told)];
}
