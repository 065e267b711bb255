import {
  groupTitle,
  type MachineNamespaces,
  machineNamespaces,
  NAMESPACE_TYPES,
  type Namespace,
  type NamespaceGraph,
  type NamespaceId,
  type NamespaceType,
  namespaceName,
  type Process,
  type Surface,
  tenantOf,
  type WorkloadGroup,
  workloads,
} from "@ns-graph/graph";
import { type Pen, takePen } from "./pen.js";
import type { Style } from "./style.js";

/** Longer names of workloads are cut, unless they take no more than this part of a line. */
const TITLE_CELLS = 60;
const TITLE_PART = 2 / 3;

/** What is drawn, with what, and what is known of all of it at once. */
export interface Scene {
  readonly graph: NamespaceGraph;
  readonly pen: Pen;
  /** Whether namespaces of several devices occur, so that inodes alone may mean two. */
  readonly hasDevices: boolean;
  /** The namespaces that were asked for, without those that are there as context. */
  readonly asked: readonly Namespace[];
  /** The types that were asked for: all where none was chosen. */
  readonly types: readonly NamespaceType[];
  readonly machine: MachineNamespaces;
  readonly groups: readonly WorkloadGroup[];
  /** The groups that use a namespace. */
  readonly groupsIn: ReadonlyMap<NamespaceId, readonly WorkloadGroup[]>;
}

/** Looks a graph over before it is drawn. */
export function setScene(graph: NamespaceGraph, surface: Surface): Scene {
  const devices = new Set<number>();
  for (const { dev } of graph.whole.namespaces()) devices.add(dev);
  const groups = workloads(graph);
  const groupsIn = new Map<NamespaceId, readonly WorkloadGroup[]>();
  for (const { isolation } of groups)
    for (const { uses } of Object.values(isolation)) for (const use of uses) groupsIn.set(use.namespace, use.groups);
  return {
    graph,
    pen: takePen(surface),
    hasDevices: devices.size > 1,
    asked: graph.namespaces().filter(({ context }) => !context),
    types: graph.selection?.types ?? (graph.selection?.pidHierarchy ? ["pid"] : NAMESPACE_TYPES),
    machine: machineNamespaces(graph),
    groups,
    groupsIn,
  };
}

/** The kernel's spelling, and the device where it matters. */
export function nameOf({ hasDevices }: Pick<Scene, "hasDevices">, namespace: Namespace): string {
  return hasDevices ? `${namespaceName(namespace)} dev ${namespace.dev}` : namespaceName(namespace);
}

/** The style a namespace's name stands in. */
export function nameStyle({ machine }: Pick<Scene, "machine">, namespace: Namespace): Style | undefined {
  if (namespace.context) return "faint";
  if (namespace.type === "user") return "user";
  return machine.ids.has(namespace.id) ? undefined : "own";
}

/** What a group of processes is called: `docker web (3f2a91c04b7d)`, `nginx.service`, `4711 nginx`. */
export function titleOf({ graph, pen }: Pick<Scene, "graph" | "pen">, group: WorkloadGroup): string {
  const { engine, name } = groupTitle(graph, group);
  // A unit's own name says that it is one.
  const isUnit = engine === "service" || engine === "session" || engine === "scope";
  const parts = [isUnit && name !== "" ? "" : engine, name].filter((part) => part !== "");
  return pen.fit(pen.safe(parts.join(" ")), Math.max(TITLE_CELLS, Math.floor(pen.columns * TITLE_PART)));
}

/**
 * The same where no member is listed beside it: what runs in a workload that has only an id says more than the id.
 *
 * @param leader who stands for those that are shown by it, where these are not all.
 */
export function fullTitleOf(
  scene: Pick<Scene, "graph" | "pen">,
  group: WorkloadGroup,
  leader: Process = group.leader,
): string {
  const title = titleOf(scene, group);
  const { kind, workload } = group;
  return kind === "workload" && workload?.name === undefined && leader.comm !== undefined
    ? `${title} ${scene.pen.safe(leader.comm)}`
    : title;
}

/** What several groups that have no names of their own are called together: what leads them, and whose they are. */
export function sharedTitleOf({ graph, pen }: Pick<Scene, "graph" | "pen">, group: WorkloadGroup): string {
  const { kind, workload } = group;
  const { engine } = groupTitle(graph, group);
  const isShown = kind === "sandbox" || (kind === "workload" && workload?.borneOut !== "yes");
  return pen.safe([...(isShown ? [engine] : []), tenantOf(group).comm ?? ""].join(" "));
}

/**
 * The workload a namespace is of, where it is that of one alone, has a name of its own that no command among its
 * members says as well, and was not said of the namespace right above.
 */
export function workloadTitleOf(scene: Scene, { id }: Namespace, above: Namespace | undefined): string | undefined {
  const { machine, groupsIn } = scene;
  const [only, another] = groupsIn.get(id) ?? [];
  if (only === undefined || another !== undefined || machine.ids.has(id)) return undefined;
  if (above !== undefined && groupsIn.get(above.id)?.length === 1 && groupsIn.get(above.id)?.[0] === only)
    return undefined;
  if (only.kind === "sandbox") {
    if (only.name !== undefined) return titleOf(scene, only);
    const { engine } = groupTitle(scene.graph, only);
    return engine === only.leader.comm ? undefined : scene.pen.safe(engine);
  }
  if (only.kind !== "workload") return undefined;
  const title = titleOf(scene, only);
  return isSaidBy(only, title) ? undefined : title;
}

/** Whether the command of a unit's process says what the unit is called: `sshd` in `sshd.service`. */
function isSaidBy({ workload, leader, processes }: WorkloadGroup, title: string): boolean {
  if (workload?.kind !== "service" || leader.comm === undefined || leader.comm === "" || processes.length > 1)
    return false;
  const unit = title.replace(/\.[a-z]+$/, "");
  return unit.startsWith(leader.comm) || leader.comm.startsWith(unit);
}
