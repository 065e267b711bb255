import { obtain } from "../model/group-by.js";
import type { ProcessSet } from "../model/namespace-graph.js";
import type { NamespaceId } from "../model/namespace-id.js";
import { NAMESPACE_TYPES, type NamespaceType } from "../model/namespace-type.js";
import { compareProcesses } from "../model/order.js";
import type { Membership, Process } from "../model/process.js";

interface MergedSet extends ProcessSet {
  /** Whether all of its processes have exited. */
  readonly ended: boolean;
}

interface GrowingSet extends MergedSet {
  readonly processes: Process[];
}

function knownTypes(namespaces: Membership): readonly NamespaceType[] {
  return NAMESPACE_TYPES.filter((type) => namespaces[type] !== undefined);
}

function textOf(namespaces: Membership, types: readonly NamespaceType[]): string {
  return types.map((type): NamespaceId | undefined => namespaces[type]).join(" ");
}

/**
 * Sets of processes, the largest first. One of which less is known than of others (of a zombie only two namespaces are)
 * is added to the largest that it does not contradict: living processes to none that has ended. The processes of each
 * come by PID, and go so.
 *
 * @param hasEnded whether a process has exited, as far as its state and its namespaces show
 */
export function mergeParts(
  gathered: ReadonlyMap<Membership, readonly Process[]>,
  hasEnded: (process: Process) => boolean,
): readonly MergedSet[] {
  const toSet = ([namespaces, processes]: readonly [Membership, readonly Process[]]): MergedSet => ({
    namespaces,
    processes,
    ended: processes.every(hasEnded),
  });
  if (gathered.size === 1) return Array.from(gathered, toSet);
  const sets = Array.from(gathered, (entry): GrowingSet => ({ ...toSet(entry), processes: [...entry[1]] }));
  // Of those alone that have ended nothing is known that others could belong to.
  const living = new Set(sets.filter(({ ended }) => !ended));
  const bases = living.size === 0 ? new Set(sets) : living;
  let most = 0;
  for (const { namespaces } of bases) most = Math.max(most, knownTypes(namespaces).length);
  const isWhole = (set: GrowingSet): boolean => bases.has(set) && knownTypes(set.namespaces).length === most;
  const parts = sets.filter(isWhole).sort(bySize);
  const whole = [...parts];
  const indexes = new Map<string, Map<string, GrowingSet>>();
  for (const set of sets) {
    if (isWhole(set)) continue;
    const types = knownTypes(set.namespaces);
    // Of equals the largest comes last and stays.
    const index = obtain(
      indexes,
      types.join(),
      () => new Map(whole.toReversed().map((part) => [textOf(part.namespaces, types), part])),
    );
    const home = index.get(textOf(set.namespaces, types));
    if (home === undefined) parts.push(set);
    else for (const process of set.processes) home.processes.push(process);
  }
  for (const { processes } of parts) processes.sort(compareProcesses);
  return parts.sort(bySize);
}

function bySize(a: ProcessSet, b: ProcessSet): number {
  return b.processes.length - a.processes.length || (a.processes[0]?.pid ?? 0) - (b.processes[0]?.pid ?? 0);
}
