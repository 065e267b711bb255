import { describeMapRange, type IdRange, identifyUid, type Namespace, type NamespaceGraph } from "@ns-graph/graph";
import type { Pen } from "./pen.js";

/** (uid_t) -1 is no id: it stands for one that is not mapped, and a map of all the others has so many. */
const ALL_IDS = 4294967295;
/** Ranges of a map that are told before the rest is counted. */
const RANGES_TOLD = 3;

/** A uid of the viewer's user namespace with its name: `uid 1000 (anna)`. */
export function tellUid(graph: NamespaceGraph, pen: Pen, uid: number): string {
  const { name, isUnmapped } = identifyUid(graph, uid);
  if (uid === ALL_IDS) return "a uid that is not mapped here";
  const remarks = [...(name === undefined ? [] : [name]), ...(isUnmapped === false ? [] : ["not mapped here"])];
  return remarks.length === 0 ? `uid ${uid}` : pen.safe(`uid ${uid} (${remarks.join(" or ")})`);
}

function isIdentity(map: readonly IdRange[]): boolean {
  const [range, second] = map;
  return range !== undefined && second === undefined && range[0] === 0 && range[1] === 0 && range[2] >= ALL_IDS;
}

/** The ranges of a map, a phrase each, outside first: `uid 1000 (anna) ↦ 0`. */
export function tellMap(
  graph: NamespaceGraph,
  pen: Pen,
  kind: "uid" | "gid",
  map: readonly IdRange[] | undefined,
): string[] {
  if (map === undefined) return [];
  if (map.length === 0) return [`no ${kind} map yet`];
  if (isIdentity(map)) return [`every ${kind} maps to itself`];
  const { mapsTo, range: to } = pen.glyphs;
  // The signs are ours, and shown as they are; names in the phrase are not.
  return map.map((range) => pen.safe(describeMapRange(graph, kind, range, { mapsTo, to })));
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
export function tellMaps(graph: NamespaceGraph, pen: Pen, namespace: Namespace): string[] {
  const { uidMap, gidMap, initial } = namespace;
  if (uidMap !== undefined && isIdentity(uidMap) && (gidMap === undefined || isIdentity(gidMap)))
    return [initial === true ? "identity map" : "every id maps to itself"];
  if (uidMap?.length === 0 && gidMap?.length === 0) return ["no id maps yet"];
  const uids = fold("uid", tellMap(graph, pen, "uid", uidMap));
  if (uidMap !== undefined && gidMap !== undefined && uidMap.length > 0 && sameMap(uidMap, gidMap))
    return [...uids, uidMap.length === 1 && uidMap[0]?.[2] === 1 ? "gid alike" : "gids alike"];
  return [...uids, ...fold("gid", tellMap(graph, pen, "gid", gidMap))];
}
