import { obtain } from "../model/group-by.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import type { NamespaceId } from "../model/namespace-id.js";
import { NAMESPACE_TYPES } from "../model/namespace-type.js";
import { countKinds, type Pin, type PinCounts } from "../model/pin.js";
import type { Process } from "../model/process.js";
import type { HolderCounts } from "./explain-life.js";
import { type NamespaceSharing, type Sharing, sharingOf } from "./sharing.js";

/**
 * What holds the namespaces of some processes besides themselves, by namespace in canonical order: pins of other processes, and
 * mounts in mount namespaces that are not theirs alone. Of the machine's own namespaces it is not said.
 */
export function pinsBeside(
  { whole: graph }: NamespaceGraph,
  processes: readonly Process[],
  sharing: Sharing = sharingOf(graph, processes),
): ReadonlyMap<NamespaceId, readonly Pin[]> {
  const isBeside = besideOf(pidsOf(processes), sharing);
  const beside = new Map<NamespaceId, readonly Pin[]>();
  for (const { namespace: id } of usesIn(sharing)) {
    const pins = graph.pins(id).filter(isBeside);
    if (pins.length > 0) beside.set(id, pins);
  }
  return beside;
}

/** Namespaces that hold one that is above them, and what holds them. */
export interface Below {
  /** Those right below, in canonical order; never empty. */
  readonly namespaces: readonly NamespaceId[];
  /** Who is in them or pins them, and those below them at any depth. */
  readonly held: HolderCounts;
}

/**
 * Which namespaces below hold the namespaces of some processes, by namespace in canonical order: children and owned ones that
 * none of the processes is in. Of one that is shared, those are left out which only others who are in it hold, for they hold
 * it themselves. Of the machine's own namespaces it is not said.
 */
export function belowBeside(
  { whole: graph }: NamespaceGraph,
  processes: readonly Process[],
  sharing: Sharing = sharingOf(graph, processes),
): ReadonlyMap<NamespaceId, Below> {
  const own = pidsOf(processes);
  const used = new Set<NamespaceId>();
  for (const { namespaces } of processes) for (const id of Object.values(namespaces)) used.add(id);
  const isBeside = besideOf(own, sharing);
  const holdersFrom = (first: readonly NamespaceId[]): HolderCounts => {
    const reached = new Set(first);
    const counted = new Set<number>();
    const pins: { -readonly [Kind in keyof PinCounts]: PinCounts[Kind] } = {};
    // A set is gone through together with what is added meanwhile.
    for (const id of reached) {
      for (const { pid } of graph.members(id)) if (!own.has(pid)) counted.add(pid);
      countKinds(graph.pins(id).filter(isBeside), pins);
      for (const next of graph.below(id)) if (!used.has(next.id)) reached.add(next.id);
    }
    return { processes: counted.size, pins };
  };
  const beside = new Map<NamespaceId, Below>();
  for (const { namespace: id, state } of usesIn(sharing)) {
    const isOfOthers = state === "shared" ? heldBeyond(graph, id) : () => true;
    const namespaces = graph.below(id).flatMap((one) => (used.has(one.id) || !isOfOthers(one.id) ? [] : one.id));
    if (namespaces.length > 0) beside.set(id, { namespaces, held: holdersFrom(namespaces) });
  }
  return beside;
}

function pidsOf(processes: readonly Process[]): ReadonlySet<number> {
  const pids = new Set<number>();
  for (const { pid } of processes) pids.add(pid);
  return pids;
}

/** The namespaces of which it is said what holds them. */
function* usesIn(sharing: Sharing): Generator<NamespaceSharing> {
  for (const type of NAMESPACE_TYPES) for (const use of sharing[type].uses) if (use.state !== "machine") yield use;
}

/** Tells of namespaces below one whether anything holds them, or may, but processes that are in that one themselves. */
function heldBeyond(graph: NamespaceGraph, id: NamespaceId): (below: NamespaceId) => boolean {
  const inside = pidsOf(graph.members(id));
  const areInside = (processes: readonly Process[]): boolean => processes.every(({ pid }) => inside.has(pid));
  const mounts = new Map<NamespaceId, boolean>();
  const isInside = (pin: Pin): boolean => {
    if (pin.kind !== "mount") return "pid" in pin && inside.has(pin.pid);
    const { mountNamespace } = pin;
    return obtain(mounts, mountNamespace, () => {
      const members = graph.members(mountNamespace);
      return (
        members.length > 0 &&
        areInside(members) &&
        graph.pins(mountNamespace).every((one) => one.kind !== "mount" && isInside(one))
      );
    });
  };
  return (first) => {
    const reached = new Set([first]);
    for (const at of reached) {
      const [members, pins, below] = [graph.members(at), graph.pins(at), graph.below(at)];
      if (!areInside(members) || !pins.every(isInside)) return true;
      if (members.length + pins.length + below.length === 0) return true;
      for (const next of below) reached.add(next.id);
    }
    return false;
  };
}

function besideOf(own: ReadonlySet<number>, sharing: Sharing): (pin: Pin) => boolean {
  const mounts = new Set<NamespaceId>();
  for (const { namespace, state } of sharing.mnt.uses) if (state === "own") mounts.add(namespace);
  return (pin) => {
    if (pin.kind === "mount") return !mounts.has(pin.mountNamespace);
    return !("pid" in pin) || !own.has(pin.pid);
  };
}
