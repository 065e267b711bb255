import { addTo, obtain } from "./group-by.js";
import type { ProcessSet } from "./namespace-graph.js";
import type { NamespaceId } from "./namespace-id.js";
import { NAMESPACE_TYPES } from "./namespace-type.js";
import { compareProcesses } from "./order.js";
import type { Membership, Process } from "./process.js";

/** Processes by what namespaces they are in. */
export interface SetIndex {
  readonly sets: readonly ProcessSet[];
  readonly byNamespace: ReadonlyMap<NamespaceId, readonly ProcessSet[]>;
}

/** Groups processes, which come by pid, by a membership that is given for each. */
export function indexSets(processes: Iterable<Process>, membershipOf: (process: Process) => Membership): SetIndex {
  const canonical = new Map<Membership, Process[]>();
  const byKey = new Map<string, Process[]>();
  const sets: ProcessSet[] = [];
  for (const process of processes) {
    const namespaces = membershipOf(process);
    let list = canonical.get(namespaces);
    if (list === undefined) {
      list = obtain(byKey, membershipKey(namespaces), () => {
        const set = { namespaces, processes: [] };
        sets.push(set);
        return set.processes;
      });
      canonical.set(namespaces, list);
    }
    list.push(process);
  }
  const byNamespace = new Map<NamespaceId, ProcessSet[]>();
  for (const set of sets) {
    // A document may give two types the same id, and a member is a member once.
    for (const id of new Set(NAMESPACE_TYPES.map((type) => set.namespaces[type]))) {
      if (id !== undefined) addTo(byNamespace, id, set);
    }
  }
  return { sets, byNamespace };
}

/** The processes of all sets that are in a namespace, by pid. */
export function processesIn({ byNamespace }: SetIndex, id: NamespaceId): readonly Process[] {
  const [first, ...others] = byNamespace.get(id) ?? [];
  if (first === undefined) return NOBODY;
  if (others.length === 0) return first.processes;
  return [first, ...others].flatMap(({ processes }) => processes).sort(compareProcesses);
}

const NOBODY: readonly never[] = Object.freeze([]);

/** The same for all memberships that say the same. */
export function membershipKey(namespaces: Membership): string {
  let key = "";
  for (const type of NAMESPACE_TYPES) key += `${namespaces[type] ?? ""} `;
  return key;
}
