import {
  compareProcesses,
  isZombie,
  NAMESPACE_TYPES,
  type Namespace,
  type NamespaceGraph,
  type NamespaceId,
  type Process,
  type ProcessSet,
} from "@ns-graph/graph";
import type { CommonNamespaces } from "./diagram.js";

/** Namespaces in one box that exactly the same processes are in. */
export interface Bundle {
  readonly box: string | undefined;
  readonly common: boolean;
  /** In canonical order. */
  readonly namespaces: Namespace[];
  /** The sets of processes that have their place here. */
  readonly sets: ProcessSet[];
}

/** A set of processes that has no place at a bundle. */
export interface Stray {
  readonly box: string | undefined;
  readonly set: ProcessSet;
}

/** Where namespaces and processes have their places. */
export interface Grouping {
  readonly bundles: readonly Bundle[];
  readonly strays: readonly Stray[];
  readonly bundleOf: ReadonlyMap<NamespaceId, Bundle>;
}

/**
 * Puts namespaces that exactly the same processes are in together, box by box, and gives each set of processes
 * its place: the bundle that is its alone, in the box of the user namespace it is in.
 */
export function groupNamespaces(
  graph: NamespaceGraph,
  common: CommonNamespaces,
  boxOf: (namespace: Namespace) => string | undefined,
): Grouping {
  const sets = graph.processSets();
  const signatures = signNamespaces(sets);
  const bundles = new Map<string, Bundle>();
  const bundleOf = new Map<NamespaceId, Bundle>();
  for (const namespace of graph.namespaces()) {
    if (namespace.type === "user") continue;
    const box = boxOf(namespace);
    const isCommon = common.ids.has(namespace.id);
    const signature = isCommon
      ? `common ${namespace.initial !== false}`
      : (signatures.get(namespace.id)?.join() ?? `alone ${namespace.id}`);
    const key = `${box} ${namespace.context ? "context" : ""} ${signature}`;
    let bundle = bundles.get(key);
    if (bundle === undefined) {
      bundle = { box, common: isCommon, namespaces: [], sets: [] };
      bundles.set(key, bundle);
    }
    bundle.namespaces.push(namespace);
    bundleOf.set(namespace.id, bundle);
  }

  const strays: Stray[] = [];
  for (const [index, set] of sets.entries()) {
    if (Object.keys(set.namespaces).length === 0) continue;
    const user = graph.namespace(set.namespaces.user ?? "");
    const box = user === undefined ? undefined : boxOf(user);
    const home = findHome(set, index, box, { signatures, bundleOf, common });
    if (home === undefined) strays.push({ box, set });
    else home.sets.push(set);
  }
  return { bundles: [...bundles.values()], strays, bundleOf };
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
    for (const id of Object.values(set.namespaces)) sign(signatures, id, index);
  }
  const partial = new Map<NamespaceId, number[]>();
  for (const [index, set] of sets.entries()) {
    if (isWhole(set)) continue;
    for (const id of Object.values(set.namespaces)) if (!signatures.has(id)) sign(partial, id, index);
  }
  for (const [id, signature] of partial) signatures.set(id, signature);
  return signatures;
}

function sign(signatures: Map<NamespaceId, number[]>, id: NamespaceId, index: number): void {
  const signature = signatures.get(id);
  if (signature === undefined) signatures.set(id, [index]);
  else signature.push(index);
}

interface Places {
  readonly signatures: ReadonlyMap<NamespaceId, readonly number[]>;
  readonly bundleOf: ReadonlyMap<NamespaceId, Bundle>;
  readonly common: CommonNamespaces;
}

function findHome(
  set: ProcessSet,
  index: number,
  box: string | undefined,
  { signatures, bundleOf, common }: Places,
): Bundle | undefined {
  const isHere = (bundle: Bundle | undefined): boolean =>
    bundle !== undefined && (box === undefined || bundle.box === box);
  let onlyCommon: Bundle | undefined;
  let allCommon = true;
  for (const type of NAMESPACE_TYPES) {
    const id = set.namespaces[type];
    if (id === undefined) continue;
    if (common.ids.has(id)) {
      if (isHere(bundleOf.get(id))) onlyCommon ??= bundleOf.get(id);
      continue;
    }
    if (type === "user") continue;
    allCommon = false;
    const signature = signatures.get(id);
    if (signature?.length === 1 && signature[0] === index && isHere(bundleOf.get(id))) return bundleOf.get(id);
  }
  if (allCommon) return onlyCommon;
  const pid = bundleOf.get(set.namespaces.pid ?? "");
  return isHere(pid) && set.processes.every(isZombie) ? pid : undefined;
}
