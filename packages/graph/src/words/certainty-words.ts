import { allBlindSpots, blindSpots } from "../answer/blind-spots.js";
import type { BlindSpot, Unseen } from "../model/blind-spot.js";
import { SOURCES } from "../model/host.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import type { NamespaceId } from "../model/namespace-id.js";
import { NAMESPACE_TYPES } from "../model/namespace-type.js";
import { enumerate } from "./enumerate.js";
import { numbered } from "./nouns.js";

/** Reasons that are listed before the rest is counted. */
const REASONS = 4;

/**
 * What could not be looked at, as clauses that a sentence can be made of: all of it, or what may be missing of one namespace.
 * Nothing where nothing is missing. Holds no hostile text.
 */
export function blindSpotClauses(graph: NamespaceGraph, id?: NamespaceId): readonly string[] {
  const spots = id === undefined ? allBlindSpots(graph) : blindSpots(graph, id);
  const clauses: string[] = [];
  const unsearched = spots.filter(isUnsearched);
  const counted = spots.filter((spot) => !isUnsearched(spot));
  for (const what of new Set(counted.map((spot) => spot.what)))
    clauses.push(describeSpot(graph, what, countOf(counted, what)));
  if (unsearched.length > 0) clauses.push(describeUnsearched(unsearched.map(({ what }) => what)));
  if (clauses.length <= REASONS + 1) return clauses;
  return [...clauses.slice(0, REASONS), `${clauses.length - REASONS} more things were not looked at`];
}

function isUnsearched({ codes }: BlindSpot): boolean {
  return codes.includes("NOT_SEARCHED");
}

/** Whether it is about processes of which nothing is known, each of which is in one such. */
function isUnread({ of, what, level }: BlindSpot): boolean {
  return of === "members" && what === "processes" && level === undefined;
}

/** Counted by process, of which each may be in several such. */
const OF_PROCESSES: ReadonlySet<Unseen> = new Set<Unseen>(["descriptors", "children"]);

/** How many things of a kind were not seen; undefined where they were not counted. */
function countOf(spots: readonly BlindSpot[], what: Unseen): number | undefined {
  const those = spots.filter((spot) => spot.what === what);
  if (those.some(({ count }) => count === undefined)) return undefined;
  if (OF_PROCESSES.has(what) && those.length > 1) return undefined;
  const sum = (some: readonly BlindSpot[]): number => some.reduce((all, { count = 0 }) => all + count, 0);
  if (what !== "processes") return sum(those);
  // A process counts once, though it may be in another namespace of each type, and hold what it is not in.
  const counts = NAMESPACE_TYPES.flatMap((type) => {
    const possible = those.filter(({ types }) => types.includes(type));
    return [sum(possible.filter(({ of }) => of === "members")), sum(possible.filter(({ of }) => of === "holders"))];
  });
  return Math.max(...counts);
}

function describeUnsearched(places: readonly Unseen[]): string {
  const isOne = places.length === 1 && places[0] === "list";
  return `${enumerate(places.map((what) => PLACES[what]))} ${isOne ? "was" : "were"} not searched`;
}

const PLACES: Readonly<Record<Unseen, string>> = {
  processes: "processes",
  unnamed: "processes that were not named",
  unlisted: "other processes",
  threads: "threads",
  children: "the namespaces of processes' children",
  descriptors: "descriptors",
  sockets: "sockets",
  mounts: "mounts",
  relatives: "relatives",
  list: "the kernel's list",
  machine: "other parts of the machine",
  selection: "other parts of the machine",
};

function describeSpot(graph: NamespaceGraph, what: Unseen, count: number | undefined): string {
  const some = (one: string, many: string): string =>
    count === undefined ? `some ${many}` : numbered(count, one, many);
  switch (what) {
    case "processes": {
      const total = graph.whole.processes().length;
      if (count === undefined || count > total) return `${some("process", "processes")} could not be read`;
      const unread = countOf(allBlindSpots(graph).filter(isUnread), "processes") ?? count;
      return count < unread && unread <= total
        ? `${count} of the ${unread} processes that could not be read may hold it too`
        : `${count} of ${total} processes could not be read`;
    }
    case "unlisted":
      return "not all processes can be seen from here";
    case "unnamed":
      return "processes that were not named were not read";
    case "threads":
      return `the threads of ${some("process", "processes")} could not be looked at`;
    case "descriptors":
      return `descriptors of ${some("process", "processes")} could not be looked at`;
    case "sockets":
      return `sockets of ${some("process", "processes")} could not be looked at`;
    case "children":
      return `it is not known what the children of ${some("process", "processes")} will be in`;
    case "mounts":
      return `${some("mount or list of mounts", "mounts or lists of mounts")} could not be looked at`;
    case "relatives":
      return `${some("namespace", "namespaces")} could not be asked what is above`;
    case "list":
      return "the kernel's list of namespaces could not be used";
    case "machine":
      return "part of the machine can't be seen from here";
    case "selection":
      return "the document has only a part of the machine";
  }
}

/** What may hold a namespace besides what was found, as a clause: `149 of 195 processes could not be read and may hold it too`. */
export function mayHoldToo(graph: NamespaceGraph, id: NamespaceId): string | undefined {
  const clauses = blindSpotClauses(graph, id);
  if (clauses.length === 0) return undefined;
  const [only = ""] = clauses;
  if (clauses.length > 1 || !only.includes("could not be read"))
    return `${enumerate(clauses)}, so that more may hold it`;
  return only.endsWith(" too") ? only : `${only} and may hold it too`;
}

/** The places that were not searched, by the names of `SOURCES`, and whether processes were left out. */
export function placesNotSearched({ sources, frame }: NamespaceGraph): readonly string[] {
  const skipped = SOURCES.filter((source) => !sources.includes(source));
  return frame.pids === undefined ? skipped : ["other processes", ...skipped];
}
