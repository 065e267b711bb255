import type { Namespace } from "../namespace.js";
import type { NamespaceGraph } from "../namespace-graph.js";
import { NAMESPACE_TYPES } from "../namespace-type.js";
import type { Process } from "../process.js";
import { summarizeProcesses } from "../summarize-processes.js";
import type { Detail, Diagram, Line, ProcessesNode } from "./diagram.js";
import { findCommon } from "./find-common.js";
import { workloadTitles } from "./titles.js";

/** Processes that descend from one another and are in the same namespaces. */
interface Region {
  readonly top: Process;
  readonly processes: Process[];
  /** The region that the top's parent is in. */
  readonly above: Region | undefined;
}

/**
 * The process tree (`--tree process`), told by where namespaces change: processes that are in the same namespaces as
 * their parents are one node with them; in full detail each is a node.
 */
export function buildProcessDiagram(graph: NamespaceGraph, detail: Detail): Diagram {
  const regions = findRegions(graph, detail === "full");
  const groups = detail === "overview" ? foldLeaves(graph, regions) : regions.map((region) => [region]);
  const nodes: ProcessesNode[] = [];
  const lines: Line[] = [];
  for (const group of groups) {
    const [first] = group;
    if (first === undefined) continue;
    const id = regionId(first);
    const processes = group.flatMap((region) => region.processes).sort((a, b) => a.pid - b.pid);
    const changed = entered(graph, first);
    nodes.push({
      kind: "processes",
      id,
      box: undefined,
      titles:
        changed.length === 0
          ? []
          : workloadTitles(
              graph,
              group.map(({ top, processes: own }) => ({ namespaces: top.namespaces, processes: own })),
            ),
      count: group.length,
      processes,
      entered: group.length === 1 ? changed : group.flatMap((region) => entered(graph, region)),
    });
    if (first.above !== undefined) lines.push({ kind: "child", from: { id }, to: { id: regionId(first.above) } });
  }
  return { detail, boxes: [], nodes, lines, common: findCommon(graph), parentsLeftOut: 0 };
}

function regionId({ top }: Region): string {
  return `process_${top.pid}`;
}

/** Regions, each by its topmost process; a process that is its own ancestor begins one. */
function findRegions(graph: NamespaceGraph, each: boolean): readonly Region[] {
  const regions: Region[] = [];
  const regionOf = new Map<Process, Region>();
  for (const start of graph.processes()) {
    const path: Process[] = [];
    const met = new Set<Process>();
    let process: Process | undefined = start;
    while (process !== undefined && !regionOf.has(process) && !met.has(process)) {
      met.add(process);
      path.push(process);
      process = process.ppid === undefined ? undefined : graph.process(process.ppid);
    }
    for (const step of path.reverse()) {
      const parent = step.ppid === undefined ? undefined : graph.process(step.ppid);
      const above = parent && regionOf.get(parent);
      if (!each && above !== undefined && parent?.namespaces === step.namespaces) {
        above.processes.push(step);
        regionOf.set(step, above);
      } else {
        const region: Region = { top: step, processes: [step], above };
        regions.push(region);
        regionOf.set(step, region);
      }
    }
  }
  return regions.sort((a, b) => a.top.pid - b.top.pid);
}

/** The namespaces that a region is in and its parent is not; of one without a parent, none. */
function entered(graph: NamespaceGraph, { top, above }: Region): readonly Namespace[] {
  if (above === undefined) return [];
  return NAMESPACE_TYPES.flatMap((type) => {
    const id = top.namespaces[type];
    const namespace = id === undefined || id === above.top.namespaces[type] ? undefined : graph.namespace(id);
    return namespace ?? [];
  });
}

/** Of each region, those below it that have nothing below them, enter the same types and have the same names, as one. */
function foldLeaves(graph: NamespaceGraph, regions: readonly Region[]): readonly (readonly Region[])[] {
  const inner = new Set(regions.map(({ above }) => above));
  const groups = new Map<string, Region[]>();
  for (const region of regions) {
    const names = summarizeProcesses(region.processes).map(({ kind, comm }) => `${kind} ${comm ?? ""}`);
    const types = entered(graph, region).map(({ type }) => type);
    const key = inner.has(region)
      ? `${region.top.pid}`
      : JSON.stringify([region.above?.top.pid, types, types.length === 0 ? [] : names.sort()]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [region]);
    else group.push(region);
  }
  return [...groups.values()];
}
