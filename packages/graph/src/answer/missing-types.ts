import { obtain } from "../model/group-by.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import { NAMESPACE_TYPES, type NamespaceType } from "../model/namespace-type.js";
import { areZombies, isZombie, type Process } from "../model/process.js";

/** The types of which some processes are in no namespace that is known, in canonical order: by why that is so. */
export interface MissingTypes {
  /** The kernel has none of these (CONFIG_TIME_NS is one that may be missing). */
  readonly lacking: readonly NamespaceType[];
  /** All of the processes are zombies, and have left these. */
  readonly left: readonly NamespaceType[];
  /** It could not be read. */
  readonly unknown: readonly NamespaceType[];
}

/** The types of which some processes are in no namespace that is known; what zombies are in counts where nobody else is there. */
export function missingTypes(graph: NamespaceGraph, processes: readonly Process[]): MissingTypes {
  const isEnded = areZombies(processes);
  const asked = isEnded ? processes : processes.filter((process) => !isZombie(process));
  const missing = NAMESPACE_TYPES.filter((type) => asked.every(({ namespaces }) => namespaces[type] === undefined));
  const none = lackingTypes(graph);
  const remaining = missing.filter((type) => !none.has(type));
  const isLeft = (type: NamespaceType): boolean => isEnded && type !== "pid" && type !== "user";
  return {
    lacking: missing.filter((type) => none.has(type)),
    left: remaining.filter(isLeft),
    unknown: remaining.filter((type) => !isLeft(type)),
  };
}

const known = new WeakMap<NamespaceGraph, ReadonlySet<NamespaceType>>();

/** The types that whoever looked is in none of, where nothing else was seen of one, or failed to be. */
function lackingTypes({ whole: graph }: NamespaceGraph): ReadonlySet<NamespaceType> {
  return obtain(known, graph, () => {
    const own = graph.viewer.namespaces;
    // That one every kernel has.
    if (own.mnt === undefined) return new Set();
    const lacking = new Set(NAMESPACE_TYPES.filter((type) => own[type] === undefined));
    for (const { type } of graph.namespaces()) lacking.delete(type);
    for (const { namespaces } of graph.processSets())
      for (const type of NAMESPACE_TYPES) if (namespaces[type] !== undefined) lacking.delete(type);
    for (const { type } of graph.problems()) if (type !== undefined) lacking.delete(type);
    return lacking;
  });
}
