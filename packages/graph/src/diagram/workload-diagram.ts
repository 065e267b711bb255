import { knowsMembers } from "../blind-spots.js";
import type { Namespace } from "../namespace.js";
import type { NamespaceGraph } from "../namespace-graph.js";
import type { NamespaceId } from "../namespace-id.js";
import { NAMESPACE_TYPES, type NamespaceType } from "../namespace-type.js";
import { compareNamespaces } from "../order.js";
import { userNaming } from "../user-names.js";
import { groupTitle } from "../workload/group-title.js";
import { describeWorkload } from "../workload/workload.js";
import { type NamespaceUse, type TypeUse, type WorkloadGroup, workloads } from "../workload/workloads.js";
import { bundleId } from "./bundle-id.js";
import type { Detail, Diagram, Isolation, Line, NamespacesNode, ProcessesNode } from "./diagram.js";
import { drawnPins } from "./drawn-pins.js";
import { findCommon } from "./find-common.js";
import { typesIn } from "./isolation.js";
import { NodeIds } from "./node-ids.js";

/**
 * Who is isolated from whom (`--tree workload`): a node for each workload that says in what it is isolated, and lines to
 * what it shares with others.
 */
export function buildWorkloadDiagram(graph: NamespaceGraph, detail: Detail): Diagram {
  const ids = new NodeIds(graph);
  const types = typesIn(graph);
  const nodes: ProcessesNode[] = [];
  const nodeOf = new Map<WorkloadGroup, string>();
  for (const group of workloads(graph)) {
    const id = `workload_${group.leader.pid}`;
    nodeOf.set(group, id);
    nodes.push({
      kind: "processes",
      id,
      box: undefined,
      titles: titlesOf(graph, group),
      count: 1,
      processes: group.processes,
      isolation: types.map((type) => isolationIn(graph, group, type)),
    });
  }
  const sharedNodes: NamespacesNode[] = [];
  const lines: Line[] = [];
  for (const { groups, namespaces } of findShared(graph, nodeOf)) {
    const sorted = namespaces.sort(compareNamespaces);
    const id = bundleId(sorted, ids);
    sharedNodes.push({
      kind: "namespaces",
      id,
      box: undefined,
      titles: [],
      namespaces: sorted,
      processes: [],
      commonTypes: [],
      common: false,
      pins: sorted.flatMap((namespace) => drawnPins(graph, namespace)),
    });
    for (const group of groups) lines.push({ kind: "member", from: { id: nodeOf.get(group) ?? "" }, to: { id } });
  }
  return { detail, boxes: [], nodes: [...nodes, ...sharedNodes], lines, common: findCommon(graph), parentsLeftOut: 0 };
}

interface Shared {
  readonly groups: readonly WorkloadGroup[];
  readonly namespaces: Namespace[];
}

/** Namespaces that more than one workload is in, those of the same workloads together. */
function findShared(graph: NamespaceGraph, nodeOf: ReadonlyMap<WorkloadGroup, string>): Iterable<Shared> {
  const shared = new Map<string, Shared>();
  const met = new Set<NamespaceId>();
  for (const group of nodeOf.keys()) {
    for (const { namespace: id, isMachine, groups: all } of usesOf(group)) {
      if (isMachine || all.length < 2 || met.has(id)) continue;
      met.add(id);
      const namespace = graph.draws(id) ? graph.namespace(id) : undefined;
      const groups = all.filter((each) => nodeOf.has(each));
      if (namespace === undefined || groups.length < 2) continue;
      const key = groups.map((each) => nodeOf.get(each)).join();
      const together = shared.get(key);
      if (together === undefined) shared.set(key, { groups, namespaces: [namespace] });
      else together.namespaces.push(namespace);
    }
  }
  return shared.values();
}

function usesOf(group: WorkloadGroup): readonly NamespaceUse[] {
  return NAMESPACE_TYPES.flatMap((type) => group.isolation[type].uses);
}

/** What a group is called, as in every format; of what only its leader stands for, what it was started in besides. */
function titlesOf(graph: NamespaceGraph, group: WorkloadGroup): readonly string[] {
  const { engine, name } = groupTitle(graph, group);
  const title = [engine, name].filter((part) => part !== "").join(" ");
  const { kind, workload } = group;
  const isLed = kind === "sandbox" || kind === "processes";
  return isLed && workload !== undefined ? [title, describeWorkload(workload, userNaming(graph))] : [title];
}

const STATES: Readonly<Record<TypeUse["state"], Isolation["state"]>> = {
  machine: "common",
  own: "own",
  shared: "shared",
  mixed: "mixed",
  unknown: "unknown",
};

function isolationIn(graph: NamespaceGraph, { isolation, exposed }: WorkloadGroup, type: NamespaceType): Isolation {
  const { state, uses } = isolation[type];
  const count = state === "mixed" ? uses.filter(({ isMachine }) => !isMachine).length : uses.length;
  const isKnown = state !== "own" || uses.every(({ namespace }) => knowsMembers(graph, namespace));
  const doubt = isKnown ? {} : ({ certain: false } as const);
  return { type, state: STATES[state], count, ...doubt, ...(exposed.includes(type) ? { exposed: true } : {}) };
}
