import type { NamespaceGraph, ProcessSet } from "../model/namespace-graph.js";
import type { NamespaceId } from "../model/namespace-id.js";
import { NAMESPACE_TYPES, type NamespaceType } from "../model/namespace-type.js";

/** The namespaces that stand for the machine itself. */
export interface MachineNamespaces {
  /** Their ids; there is none of a type of which it is not known. */
  readonly ids: ReadonlySet<NamespaceId>;
  /**
   * Whether they may be those that the kernel booted with. False where one of them is known not to be: the viewer is in
   * a container, and what stands for the machine is what PID 1 is in there.
   */
  readonly mayBeInitial: boolean;
}

/**
 * The namespaces that stand for the machine: the initial ones. For a type of which none is known to be initial it is
 * that of PID 1, or, where that can't be read, that of the most processes which are otherwise in the machine's.
 */
export function machineNamespaces({ whole: graph }: NamespaceGraph): MachineNamespaces {
  const ids = new Set<NamespaceId>();
  const known = new Set<NamespaceType>();
  for (const { id, type, initial } of graph.namespaces()) {
    if (initial !== true) continue;
    ids.add(id);
    known.add(type);
  }
  const open = NAMESPACE_TYPES.filter((type) => !known.has(type));
  if (open.length === 0) return { ids, mayBeInitial: true };
  const first = graph.process(1)?.namespaces;
  const most = largestSet(graph, known, ids)?.namespaces;
  let mayBeInitial = true;
  for (const type of open) {
    const id = first?.[type] ?? most?.[type];
    if (id === undefined) continue;
    // Where the first PID namespace is there, so is the machine itself: a part of its processes may all be apart from it.
    if (first?.[type] === undefined && known.has("pid") && graph.namespace(id)?.initial === false) continue;
    ids.add(id);
    if (graph.namespace(id)?.initial === false) mayBeInitial = false;
  }
  return { ids, mayBeInitial };
}

/** The largest set of processes that are in the machine's namespaces as far as these are known. */
function largestSet(
  graph: NamespaceGraph,
  known: ReadonlySet<NamespaceType>,
  ids: ReadonlySet<NamespaceId>,
): ProcessSet | undefined {
  let largest: ProcessSet | undefined;
  for (const set of graph.processSets()) {
    if (set.processes.length <= (largest?.processes.length ?? 0)) continue;
    if ([...known].every((type) => ids.has(set.namespaces[type] ?? ""))) largest = set;
  }
  return largest;
}
