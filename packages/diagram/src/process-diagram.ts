import {
  enteredTypes,
  groupBy,
  isZombie,
  knownBelow,
  type Membership,
  machineNamespaces,
  NAMESPACE_TYPES,
  type Namespace,
  type NamespaceGraph,
  type NamespaceId,
  namesOf,
  type Process,
} from "@ns-graph/graph";
import type { Detail, Diagram, Edge, ProcessesNode } from "./diagram.js";
import { countAlike, ownersOf } from "./titles.js";

/** Processes that descend from one another and are in the same namespaces. */
interface Region {
  readonly top: Process;
  /** The drawn namespaces that they are in. */
  readonly namespaces: Membership;
  readonly processes: Process[];
  /** The region that the top's parent is in. */
  readonly above: Region | undefined;
  /** The namespaces above it that are known. */
  readonly known: Membership;
}

/**
 * The process tree (`--tree process`), divided where namespaces change: processes that are in the same namespaces as
 * their parents are one node with them; in full detail each is a node.
 */
export function buildProcessDiagram(graph: NamespaceGraph, detail: Detail): Diagram {
  const machine = machineNamespaces(graph);
  const regions = findRegions(graph, detail === "full");
  const groups = detail === "overview" ? foldLeaves(graph, regions, machine.ids) : regions.map((region) => [region]);
  const nodes: ProcessesNode[] = [];
  const edges: Edge[] = [];
  for (const group of groups) {
    const [first] = group;
    if (first === undefined) continue;
    const id = regionId(first);
    const processes = group.flatMap((region) => region.processes).sort((a, b) => a.pid - b.pid);
    const changed = entered(graph, first, machine.ids);
    nodes.push({
      kind: "processes",
      id,
      box: undefined,
      titles: changed.length === 0 ? [] : ownersOf(graph, processes),
      ...countAlike(group.map((region) => ownersOf(graph, region.processes))),
      processes,
      entered: group.length === 1 ? changed : group.flatMap((region) => entered(graph, region, machine.ids)),
    });
    if (first.above !== undefined) edges.push({ kind: "child", from: { id }, to: { id: regionId(first.above) } });
  }
  return { detail, boxes: [], nodes, edges, machine, parentsLeftOut: 0 };
}

function regionId({ top }: Region): string {
  return `process_${top.pid}`;
}

/** The processes to draw, each with the drawn namespaces that it is in. */
function drawnMemberships(graph: NamespaceGraph): ReadonlyMap<Process, Membership> {
  const memberships = new Map<Process, Membership>();
  for (const { namespaces, processes } of graph.processSets())
    for (const process of processes) memberships.set(process, namespaces);
  return memberships;
}

/** Regions, each by its topmost process; a process that is its own ancestor begins one. */
function findRegions(graph: NamespaceGraph, each: boolean): readonly Region[] {
  const regions: Region[] = [];
  const regionOf = new Map<Process, Region>();
  const memberships = drawnMemberships(graph);
  const parentOf = ({ ppid }: Process): Process | undefined => {
    const parent = ppid === undefined ? undefined : graph.process(ppid);
    return parent !== undefined && memberships.has(parent) ? parent : undefined;
  };
  for (const start of graph.processes()) {
    if (start.context) continue;
    const path = new Set<Process>();
    let process: Process | undefined = start;
    while (process !== undefined && !regionOf.has(process) && !path.has(process)) {
      path.add(process);
      process = parentOf(process);
    }
    for (const step of [...path].reverse()) {
      const parent = parentOf(step);
      const above = parent && regionOf.get(parent);
      const namespaces = memberships.get(step) ?? {};
      if (!each && above !== undefined && isIn(above, memberships.get(parent ?? step), namespaces, step)) {
        above.processes.push(step);
        regionOf.set(step, above);
      } else {
        const known = above === undefined ? {} : knownBelow(above.known, above.namespaces);
        const region: Region = { top: step, namespaces, processes: [step], above, known };
        regions.push(region);
        regionOf.set(step, region);
      }
    }
  }
  return regions.sort((a, b) => a.top.pid - b.top.pid);
}

/** Whether a process is in the same namespaces as its parent, in the region above; a zombie if it was as far as can be seen. */
function isIn(region: Region, parent: Membership | undefined, namespaces: Membership, process: Process): boolean {
  if (parent === namespaces) return true;
  if (!isZombie(process) || Object.keys(namespaces).length === 0) return false;
  const above = knownBelow(region.known, region.namespaces);
  return NAMESPACE_TYPES.every((type) => namespaces[type] === undefined || namespaces[type] === above[type]);
}

/** The namespaces that a region is in and the one above it is not. */
function entered(
  graph: NamespaceGraph,
  { namespaces, known }: Region,
  machine: ReadonlySet<NamespaceId>,
): readonly Namespace[] {
  return enteredTypes(known, namespaces, machine).flatMap((type) => graph.namespace(namespaces[type] ?? "") ?? []);
}

/** Of each region, those below it that have nothing below them, enter the same types and have the same names, as one. */
function foldLeaves(
  graph: NamespaceGraph,
  regions: readonly Region[],
  machine: ReadonlySet<NamespaceId>,
): readonly (readonly Region[])[] {
  const inner = new Set(regions.map(({ above }) => above));
  const groups = groupBy(regions, (region) => {
    if (inner.has(region)) return `${region.top.pid}`;
    const types = entered(graph, region, machine).map(({ type }) => type);
    return JSON.stringify([region.above?.top.pid, types, types.length === 0 ? [] : namesOf(region.processes)]);
  });
  return [...groups.values()];
}
