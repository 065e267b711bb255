import {
  addTo,
  compareProcesses,
  isZombie,
  type MachineNamespaces,
  NAMESPACE_TYPES,
  type Namespace,
  type NamespaceGraph,
  type NamespaceId,
  obtain,
  type Process,
  type ProcessSet,
} from "@ns-graph/graph";
import { ownersKey } from "./titles.js";

/** Namespaces in one box that exactly the same of the drawn processes are in, and of the others the same owners. */
export interface Bundle {
  readonly box: string | undefined;
  readonly isMachine: boolean;
  /** In canonical order. */
  readonly namespaces: Namespace[];
  /** The sets of processes that have their place here. */
  readonly sets: ProcessSet[];
}

/** A set of processes that has no place at a bundle. */
export interface LooseSet {
  readonly box: string | undefined;
  readonly set: ProcessSet;
}

/** Where namespaces and processes have their places. */
export interface Grouping {
  readonly bundles: readonly Bundle[];
  readonly looseSets: readonly LooseSet[];
  readonly bundleOf: ReadonlyMap<NamespaceId, Bundle>;
}

/**
 * Puts namespaces that exactly the same processes are in together, box by box, and gives each set of processes
 * its place: the bundle that is its alone, in the box of the user namespace it is in. Of a selection, whose processes are only
 * some, those are apart that others have a part in: what is one container's own is not together with what is its pod's.
 *
 * @param isApart whether each namespace is by itself, and no processes are at home anywhere.
 */
export function groupNamespaces(
  graph: NamespaceGraph,
  machine: MachineNamespaces,
  boxOf: (namespace: Namespace) => string | undefined,
  isApart = false,
): Grouping {
  const sets = graph.processSets();
  const signatures = signNamespaces(sets);
  const bundles = new Map<string, Bundle>();
  const bundleOf = new Map<NamespaceId, Bundle>();
  for (const namespace of graph.namespaces().filter(({ type }) => type !== "user")) {
    const box = boxOf(namespace);
    const isMachine = machine.ids.has(namespace.id);
    const shared = isMachine
      ? `machine ${namespace.initial !== false}`
      : signatures.has(namespace.id) && `${signatures.get(namespace.id)} of ${ownersKey(graph, namespace)}`;
    const signature = (!isApart && shared) || `alone ${namespace.id}`;
    const key = `${box} ${namespace.context ? "context" : ""} ${signature}`;
    const bundle = obtain(bundles, key, (): Bundle => ({ box, isMachine, namespaces: [], sets: [] }));
    bundle.namespaces.push(namespace);
    bundleOf.set(namespace.id, bundle);
  }

  const looseSets: LooseSet[] = [];
  for (const [index, set] of sets.entries()) {
    if (Object.keys(set.namespaces).length === 0) continue;
    const user = graph.namespace(set.namespaces.user ?? "");
    const box = user === undefined ? undefined : boxOf(user);
    const home = isApart ? undefined : findHome(graph, set, index, box, { signatures, bundleOf, machine });
    if (home === undefined) looseSets.push({ box, set });
    else home.sets.push(set);
  }
  return { bundles: [...bundles.values()], looseSets, bundleOf };
}

/** The processes of some sets, by pid; none where the view shows none. */
export function processesOf(graph: NamespaceGraph, sets: readonly ProcessSet[]): readonly Process[] {
  if (graph.view.members === "none") return [];
  if (sets.length === 1) return (sets[0] as ProcessSet).processes;
  return sets.flatMap(({ processes }) => processes).sort(compareProcesses);
}

/**
 * For each namespace, the sets of processes in it. Those of which not all is known (zombies have only a user and a pid
 * namespace) count only where there are no others, or else they would tear apart what belongs together.
 */
function signNamespaces(sets: readonly ProcessSet[]): ReadonlyMap<NamespaceId, readonly number[]> {
  const most = Math.max(0, ...new Set(sets.map(({ namespaces }) => Object.keys(namespaces).length)));
  const isWhole = ({ namespaces }: ProcessSet): boolean => Object.keys(namespaces).length === most;
  const signatures = new Map<NamespaceId, number[]>();
  for (const [index, set] of sets.entries()) {
    if (!isWhole(set)) continue;
    for (const id of Object.values(set.namespaces)) addTo(signatures, id, index);
  }
  const partial = new Map<NamespaceId, number[]>();
  for (const [index, set] of sets.entries()) {
    if (isWhole(set)) continue;
    for (const id of Object.values(set.namespaces)) if (!signatures.has(id)) addTo(partial, id, index);
  }
  for (const [id, signature] of partial) signatures.set(id, signature);
  return signatures;
}

interface GroupingIndex {
  readonly signatures: ReadonlyMap<NamespaceId, readonly number[]>;
  readonly bundleOf: ReadonlyMap<NamespaceId, Bundle>;
  readonly machine: MachineNamespaces;
}

/** Where several bundles are a set's alone, as may be in a selection, it is at home where the fewest others are. */
function findHome(
  graph: NamespaceGraph,
  { namespaces, processes }: ProcessSet,
  index: number,
  box: string | undefined,
  { signatures, bundleOf, machine }: GroupingIndex,
): Bundle | undefined {
  const isHere = (bundle: Bundle | undefined): boolean =>
    bundle !== undefined && (box === undefined || bundle.box === box);
  const ids = NAMESPACE_TYPES.flatMap((type) => (type === "user" ? [] : (namespaces[type] ?? [])));
  const apart = ids.filter((id) => !machine.ids.has(id));
  if (apart.length === 0) return ids.map((id) => bundleOf.get(id)).find(isHere);
  const [first, ...others] = apart.filter((id) => {
    const signature = signatures.get(id);
    return signature?.length === 1 && signature[0] === index && isHere(bundleOf.get(id));
  });
  if (first !== undefined)
    return bundleOf.get(others.reduce((a, b) => (graph.memberCount(b) < graph.memberCount(a) ? b : a), first));
  const pid = bundleOf.get(namespaces.pid ?? "");
  return isHere(pid) && processes.every(isZombie) ? pid : undefined;
}
