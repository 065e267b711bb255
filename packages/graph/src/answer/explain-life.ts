import { initState } from "../build/init-state.js";
import type { Init } from "../model/init.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import type { NamespaceId } from "../model/namespace-id.js";
import { countKinds, type PinCounts } from "../model/pin.js";
import { isZombie } from "../model/process.js";

/** Holders by their number. */
export interface HolderCounts {
  /** Processes, zombies among them. */
  readonly processes: number;
  /** Pins by kind; a kind that does not occur is absent. */
  readonly pins: PinCounts;
}

/** What keeps a namespace alive, as data. */
export interface Life {
  /** The namespace that this is about. */
  readonly namespace: NamespaceId;
  /** It is initial: the kernel itself keeps it. */
  readonly permanent: boolean;
  /** What points straight at it. */
  readonly direct: HolderCounts & {
    /** How many of the processes are zombies. */
    readonly zombies: number;
  };
  /** The namespaces that point at it: its children and those it owns, in canonical order. */
  readonly below: readonly NamespaceId[];
  /** What holds those below it, at any depth, besides what is counted in `direct`: it has to go as well. */
  readonly indirect: HolderCounts & {
    /** How many namespaces are below it, at any depth. */
    readonly namespaces: number;
  };
  /** pid: the process whose end ends every other process in it, and what has become of it; absent for the initial one. */
  readonly init?: Init;
}

/**
 * What keeps a namespace alive, and so what has to go for it to vanish; undefined where the graph has no such
 * namespace. A namespace lives as long as anything points at it, and what points at it lives by the same rule.
 */
export function explainLife(graph: NamespaceGraph, id: NamespaceId): Life | undefined {
  const namespace = graph.namespace(id);
  if (namespace === undefined) return undefined;
  const members = graph.members(id);
  const below = graph.below(id);
  const counted = new Set(members.map(({ pid }) => pid));
  const reached = new Set<NamespaceId>([id]);
  const queue = [...below];
  const pins: { -readonly [Kind in keyof PinCounts]: PinCounts[Kind] } = {};
  let processes = 0;
  let unlisted = 0;
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (reached.has(next.id)) continue;
    reached.add(next.id);
    const inside = graph.members(next.id);
    for (const { pid } of inside) {
      if (counted.has(pid)) continue;
      counted.add(pid);
      processes++;
    }
    // Without a list of processes nobody can say which of them were counted already: the largest number is certain.
    if (inside.length === 0) unlisted = Math.max(unlisted, graph.memberCount(next.id));
    countKinds(graph.pins(next.id), pins);
    for (const relative of graph.below(next.id)) queue.push(relative);
  }
  const init = initState(graph, namespace);
  return {
    namespace: id,
    permanent: namespace.initial === true,
    direct: {
      processes: graph.memberCount(id),
      zombies: members.filter(isZombie).length,
      pins: countKinds(graph.pins(id)),
    },
    below: below.map((one) => one.id),
    indirect: { namespaces: reached.size - 1, processes: Math.max(processes, unlisted), pins },
    ...(init === undefined ? {} : { init }),
  };
}
