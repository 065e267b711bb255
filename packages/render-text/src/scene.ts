import {
  groupName,
  groupTitle,
  isSaidByCommand,
  listFitting,
  type MachineNamespaces,
  machineNamespaces,
  NAMESPACE_TYPES,
  type Namespace,
  type NamespaceGraph,
  type NamespaceType,
  namespaceName,
  ownerTitles,
  type Process,
  type Surface,
  spellTitles,
  tenantOf,
  type WorkloadGroup,
  type WorkloadPresence,
  workloads,
  workloadsIn,
} from "@ns-graph/graph";
import { cellWidth } from "./cell-width.js";
import { type Pen, takePen } from "./pen.js";
import type { Style } from "./style.js";

/** Longer names of workloads are cut, unless they take no more than this part of a line. */
const TITLE_CELLS = 60;
/** What stands before the workloads of a namespace takes so many cells; narrower terminals break them into lines. */
const BEFORE_TITLES = 20;
const LEAST_FOR_TITLES = 32;
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
}

/** Looks a graph over before it is drawn. */
export function setScene(graph: NamespaceGraph, surface: Surface): Scene {
  const devices = new Set<number>();
  for (const { dev } of graph.whole.namespaces()) devices.add(dev);
  return {
    graph,
    pen: takePen(surface),
    hasDevices: devices.size > 1,
    asked: graph.namespaces().filter(({ context }) => !context),
    types: graph.selection?.types ?? (graph.selection?.pidHierarchy ? ["pid"] : NAMESPACE_TYPES),
    machine: machineNamespaces(graph),
    groups: workloads(graph),
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
  return showTitle(pen, groupName(graph, group));
}

/** What a workload is called, made fit to be shown, and cut where names are. */
export function showTitle(pen: Pen, title: string): string {
  return pen.fit(pen.safe(title), Math.max(TITLE_CELLS, Math.floor(pen.columns * TITLE_PART)));
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
 * The workloads whose processes are in a namespace, as far as there is room for their names, and how many others there are:
 * `docker web, docker log and 4 more`. Nothing where its members say as much, where the same was said of the namespace right
 * above, and of the machine's own, which nearly everybody is in.
 */
export function workloadTitlesOf(scene: Scene, { id }: Namespace, above: Namespace | undefined): string | undefined {
  const { graph, machine, pen } = scene;
  if (machine.ids.has(id)) return undefined;
  const owners = workloadsIn(graph, id);
  if (above !== undefined && !above.context && areSame(owners, workloadsIn(graph, above.id))) return undefined;
  const [first, second] = owners;
  if (first !== undefined && second === undefined) return onlyTitleOf(scene, first.group);
  const groups = owners.map(({ group }) => group);
  const named = groups.filter(({ kind }) => kind !== "processes");
  if (named.length === 0) return undefined;
  const unnamed = groups.filter(({ kind }) => kind === "processes");
  const titles = spellTitles(ownerTitles(graph, named.concat(unnamed)));
  const shown = titles.map((title) => showTitle(pen, title));
  const room = Math.max(LEAST_FOR_TITLES, pen.columns - BEFORE_TITLES);
  return room === Number.POSITIVE_INFINITY ? shown.join(", ") : listFitting(shown, (list) => cellWidth(list) <= room);
}

function areSame(one: readonly WorkloadPresence[], other: readonly WorkloadPresence[]): boolean {
  return one.length === other.length && one.every(({ group }, at) => group === other[at]?.group);
}

/** What the only workload of a namespace is called, if no command among its members says as well. */
function onlyTitleOf(scene: Scene, group: WorkloadGroup): string | undefined {
  switch (group.kind) {
    case "sandbox": {
      // Where nothing runs in it but the engine itself, its processes are listed.
      if (group.name !== undefined || tenantOf(group) !== group.leader) return titleOf(scene, group);
      const { engine } = groupTitle(scene.graph, group);
      return engine === group.leader.comm ? undefined : scene.pen.safe(engine);
    }
    case "workload":
      return isSaidByCommand(scene.graph, group) ? undefined : titleOf(scene, group);
    default:
      return undefined;
  }
}
