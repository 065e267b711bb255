import { obtain } from "../model/group-by.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import type { NamespaceId } from "../model/namespace-id.js";
import { NAMESPACE_TYPES, type NamespaceType } from "../model/namespace-type.js";
import { isZombie, type Process } from "../model/process.js";
import { groupOf } from "../workload/group-of.js";
import { machineNamespaces } from "../workload/machine-namespaces.js";
import type { Isolation, WorkloadGroup } from "../workload/workloads.js";
import { type WorkloadPresence, workloadsIn } from "../workload/workloads-in.js";
import { knowsMembers } from "./blind-spots.js";

/** A namespace that some processes are in, and who else is. */
export interface NamespaceSharing {
  /** The namespace. */
  readonly namespace: NamespaceId;
  /** Whether nobody else is in it, others are, or it is the machine's. */
  readonly state: Exclude<Isolation, "unknown">;
  /** Whether all members are known: otherwise there may be others than these. */
  readonly certain: boolean;
  /** How many of the processes are in it. */
  readonly count: number;
  /**
   * Who else is in it, with how many processes, in the order of `workloads`; of the machine's own namespaces that is not
   * said.
   */
  readonly others: readonly WorkloadPresence[];
}

/** What some processes use of one type. */
export interface TypeSharing {
  /** `mixed` where they differ; `unknown` where it is known of none of them. */
  readonly state: Isolation | "mixed";
  /** The namespaces, that of most processes first. */
  readonly uses: readonly NamespaceSharing[];
}

/** With whom some processes share what they are in, by type. */
export type Sharing = Readonly<Record<NamespaceType, TypeSharing>>;

const UNKNOWN: TypeSharing = Object.freeze({ state: "unknown", uses: Object.freeze([]) });

/**
 * With whom some processes share each of their namespaces: with those that are not among them. It is answered by the
 * whole graph. Zombies share nothing.
 */
export function sharingOf({ whole: graph }: NamespaceGraph, processes: readonly Process[]): Sharing {
  const machine = machineNamespaces(graph).ids;
  const inside = countInside(graph, processes);
  const shareOf = ([namespace, count]: readonly [NamespaceId, number]): NamespaceSharing => {
    const isMachine = machine.has(namespace);
    const others = isMachine ? [] : othersIn(graph, namespace, inside.get(namespace));
    return {
      namespace,
      state: isMachine ? "machine" : others.length > 0 ? "shared" : "own",
      certain: knowsMembers(graph, namespace),
      count,
      others,
    };
  };
  const sharing: { [Type in NamespaceType]?: TypeSharing } = {};
  for (const type of NAMESPACE_TYPES) {
    const used = new Map<NamespaceId, number>();
    for (const process of processes) {
      const id = process.namespaces[type];
      if (id !== undefined && !isZombie(process)) used.set(id, (used.get(id) ?? 0) + 1);
    }
    const uses = Array.from(used, shareOf).sort((a, b) => b.count - a.count);
    const [state, another] = new Set(uses.map((use) => use.state));
    sharing[type] = state === undefined ? UNKNOWN : { state: another === undefined ? state : "mixed", uses };
  }
  return sharing as Sharing;
}

/** How many of some processes each group has in each namespace, zombies among them. */
function countInside(
  graph: NamespaceGraph,
  processes: readonly Process[],
): ReadonlyMap<NamespaceId, ReadonlyMap<WorkloadGroup, number>> {
  const inside = new Map<NamespaceId, Map<WorkloadGroup, number>>();
  for (const process of processes) {
    const group = groupOf(graph, process.pid);
    if (group === undefined) continue;
    for (const id of Object.values(process.namespaces)) {
      const counts = obtain(inside, id, () => new Map<WorkloadGroup, number>());
      counts.set(group, (counts.get(group) ?? 0) + 1);
    }
  }
  return inside;
}

function othersIn(
  graph: NamespaceGraph,
  id: NamespaceId,
  inside: ReadonlyMap<WorkloadGroup, number> | undefined,
): readonly WorkloadPresence[] {
  const others: WorkloadPresence[] = [];
  for (const { group, count } of workloadsIn(graph, id)) {
    const rest = count - (inside?.get(group) ?? 0);
    if (rest > 0 && livingIn(group).has(id)) others.push({ group, count: rest });
  }
  return others;
}

const known = new WeakMap<WorkloadGroup, ReadonlySet<NamespaceId>>();

/** The namespaces that a group has a living process in. */
function livingIn(group: WorkloadGroup): ReadonlySet<NamespaceId> {
  return obtain(known, group, () => {
    const living = new Set<NamespaceId>();
    for (const { ended, uses } of group.parts)
      if (!ended) for (const { namespace } of Object.values(uses)) living.add(namespace);
    return living;
  });
}
