import {
  compareProcesses,
  groupBy,
  isolationOf,
  livingParts,
  machineNamespaces,
  type NamespaceGraph,
  type NamespaceId,
  type NamespaceType,
  type NamespaceUse,
  type OwnerTitle,
  obtain,
  ownerTitles,
  type Process,
  type WorkloadGroup,
  type WorkloadPart,
  workloadOwner,
  workloads,
} from "@ns-graph/graph";
import { bundleShared } from "./bundle-shared.js";
import type { Detail, Diagram, DiagramNode, RestNode, TypeIsolation } from "./diagram.js";
import { typesIn } from "./isolation.js";
import { processTitle } from "./titles.js";

/** Parts of one group that have a node each; of more, those that look the same are one node. */
const PARTS_LISTED = 12;

/** Parts of a group that one node stands for. */
interface PartsNode {
  readonly id: string;
  readonly group: WorkloadGroup;
  readonly parts: readonly WorkloadPart[];
}

/**
 * Who is isolated from whom (`--tree workload`): a node for each workload that says in what it is isolated, one for each
 * of its parts where its processes differ, and edges to what nodes share.
 */
export function buildWorkloadDiagram(graph: NamespaceGraph, detail: Detail): Diagram {
  const types = typesIn(graph);
  const groups = workloads(graph);
  const users = countUsers(workloads(graph.whole));
  const nodes: DiagramNode[] = [];
  const drawn: PartsNode[] = [];
  for (const group of groups) {
    const parts = livingParts(group);
    const isCut = detail !== "full" && parts.length > PARTS_LISTED;
    const all = isCut ? foldAlike(group, parts, users) : parts.map((part) => partsNode(group, [part]));
    const listed = isCut && all.length > PARTS_LISTED ? all.slice(0, PARTS_LISTED - 1) : all;
    for (const node of listed) {
      drawn.push(node);
      nodes.push({
        kind: "processes",
        id: node.id,
        box: undefined,
        titles: titlesOf(graph, node, node === all[0]),
        count: node.parts.length,
        processes: processesAt(node, all),
        isolation: types.map((type) => isolationIn(node, type, users)),
      });
    }
    if (listed.length < all.length) nodes.push(restOf(group, listed, all.slice(listed.length)));
    if (parts.length === 0) nodes.push(zombiesNode(graph, group));
  }
  const { shared, edges } = bundleShared(graph, usesAt(drawn, users));
  return {
    detail,
    boxes: [],
    nodes: [...nodes, ...shared],
    edges,
    machine: machineNamespaces(graph),
    parentsLeftOut: 0,
  };
}

/** How many parts, of all groups, are in each namespace. */
function countUsers(groups: readonly WorkloadGroup[]): ReadonlyMap<NamespaceUse, number> {
  const users = new Map<NamespaceUse, number>();
  for (const group of groups)
    for (const { uses } of livingParts(group))
      for (const use of Object.values(uses)) users.set(use, (users.get(use) ?? 0) + 1);
  return users;
}

function partsNode(group: WorkloadGroup, parts: readonly WorkloadPart[]): PartsNode {
  return { id: `workload_${parts[0]?.leader.pid}`, group, parts };
}

/** Parts of one command that share the same namespaces, as one; the first, which goes by the group's name, stands alone. */
function foldAlike(
  group: WorkloadGroup,
  parts: readonly WorkloadPart[],
  users: ReadonlyMap<NamespaceUse, number>,
): readonly PartsNode[] {
  const alike = groupBy(parts, (part) => {
    const uses = Object.values(part.uses).map((use) => (stateOf(use, users) === "own" ? "own" : use.namespace));
    return part === parts[0] || JSON.stringify([part.leader.comm, Object.keys(part.uses), uses]);
  });
  return Array.from(alike.values(), (some) => partsNode(group, some));
}

/** The processes of a node; those of a group that are in no node (zombies) stand with its first. */
function processesAt({ group, parts }: PartsNode, all: readonly PartsNode[]): readonly Process[] {
  if (all.length === 1 && parts.length === 1) return group.processes;
  const others = parts[0] === all[0]?.parts[0] ? group.parts.filter(({ ended }) => ended) : [];
  return [...parts, ...others].flatMap(({ processes }) => processes).sort(compareProcesses);
}

/** What a node is called: as the group is, in every format; what is not its first part, by its leader before that. */
function titlesOf(graph: NamespaceGraph, { group, parts }: PartsNode, isFirst: boolean): readonly OwnerTitle[] {
  const titles = groupTitles(graph, group);
  const [part] = parts;
  return isFirst || part === undefined ? titles : [processTitle(part.leader), ...titles.slice(0, 1)];
}

/** What a group is called; of what only its leader stands for, what it was started in besides. */
function groupTitles(graph: NamespaceGraph, group: WorkloadGroup): readonly OwnerTitle[] {
  const titles = ownerTitles(graph, [group]);
  const { kind, workload } = group;
  const isLed = kind === "sandbox" || kind === "processes";
  return isLed && workload !== undefined ? [...titles, workloadOwner(graph, workload)] : titles;
}

/** What is a group's own is shared where several of its parts are in it. */
function stateOf(use: NamespaceUse | undefined, users: ReadonlyMap<NamespaceUse, number>): TypeIsolation["state"] {
  const state = isolationOf(use);
  return state === "own" && use !== undefined && (users.get(use) ?? 0) > 1 ? "shared" : state;
}

function isolationIn(
  { group, parts }: PartsNode,
  type: NamespaceType,
  users: ReadonlyMap<NamespaceUse, number>,
): TypeIsolation {
  const use = parts[0]?.uses[type];
  const state = stateOf(use, users);
  const isExposed = use?.isMachine === true && group.exposed.includes(type);
  return {
    type,
    state,
    count: use === undefined ? 0 : 1,
    ...(state !== "own" || parts.every(({ uses }) => uses[type]?.certain) ? {} : { certain: false }),
    ...(isExposed ? { exposed: true } : {}),
  };
}

/** The namespaces that more than one part is in, each with the nodes that are: those that are drawn. */
function usesAt(
  drawn: readonly PartsNode[],
  users: ReadonlyMap<NamespaceUse, number>,
): ReadonlyMap<NamespaceId, ReadonlySet<string>> {
  const nodesIn = new Map<NamespaceId, Set<string>>();
  for (const { id, parts } of drawn) {
    for (const use of parts.flatMap(({ uses }) => Object.values(uses))) {
      if (use.isMachine || (users.get(use) ?? 0) < 2) continue;
      obtain(nodesIn, use.namespace, () => new Set()).add(id);
    }
  }
  return nodesIn;
}

/** What is left of the parts of a group. */
function restOf(group: WorkloadGroup, listed: readonly PartsNode[], rest: readonly PartsNode[]): RestNode {
  const usesOf = (drawn: readonly PartsNode[]): Set<NamespaceUse> =>
    new Set(drawn.flatMap(({ parts }) => parts.flatMap(({ uses }) => Object.values(uses))));
  const drawn = usesOf(listed);
  return {
    kind: "rest",
    id: `rest_of_workload_${group.leader.pid}`,
    box: undefined,
    namespaces: [...usesOf(rest)].filter((use) => !use.isMachine && !drawn.has(use)).length,
    processes: rest.reduce((sum, { parts }) => parts.reduce((all, { processes }) => all + processes.length, sum), 0),
    titles: [],
  };
}

/** A group of zombies alone, of which there is nothing to say but that they are there. */
function zombiesNode(graph: NamespaceGraph, group: WorkloadGroup): DiagramNode {
  return {
    kind: "processes",
    id: `workload_${group.leader.pid}`,
    box: undefined,
    titles: groupTitles(graph, group),
    count: 1,
    processes: group.processes,
  };
}
