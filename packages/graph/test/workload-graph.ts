import { assembleGraph } from "../src/build/build-graph.js";
import type { ContainerNames } from "../src/model/container-names.js";
import { INVISIBLE_LINK, NO_LINK } from "../src/model/link.js";
import type { Namespace } from "../src/model/namespace.js";
import type { NamespaceGraph } from "../src/model/namespace-graph.js";
import { parseNamespaceId } from "../src/model/namespace-id.js";
import { NAMESPACE_TYPES, type NamespaceType } from "../src/model/namespace-type.js";
import type { Membership, Process } from "../src/model/process.js";
import { groupTitle } from "../src/words/group-title.js";
import { type WorkloadGroup, workloads } from "../src/workload/workloads.js";

/** The namespaces of the machine. */
export const INITIAL: Membership = Object.freeze(
  Object.fromEntries(NAMESPACE_TYPES.map((type, i) => [type, `4:${4026531830 + i}`])),
);
/** An id as engines make them. */
export const ID = (digit: string) => digit.repeat(64);

let next = 4026532177;

/** The id of a namespace that nothing is in yet. */
export function newId(): string {
  return `4:${next++}`;
}

/** The machine's namespaces but for new ones of some types. */
export function apart(...types: readonly NamespaceType[]): Membership {
  return { ...INITIAL, ...Object.fromEntries(types.map((type) => [type, newId()])) };
}

/** A graph of processes, in the machine's namespaces unless they say otherwise. */
export function graphOf(
  processes: readonly (Partial<Process> & { readonly pid: number })[],
  {
    initial = true,
    names,
    viewer = {},
  }: { readonly initial?: boolean | undefined; readonly names?: ContainerNames; readonly viewer?: Membership } = {},
): NamespaceGraph {
  const namespaces = new Map<string, Namespace>();
  const complete = processes.map((process): Process => ({ ppid: 1, namespaces: INITIAL, ...process }));
  for (const { namespaces: membership } of complete) {
    for (const type of NAMESPACE_TYPES) {
      const id = membership[type];
      if (id === undefined) continue;
      const isInitial = id === INITIAL[type] ? initial : initial === undefined ? undefined : false;
      namespaces.set(id, {
        id,
        type,
        ...(parseNamespaceId(id) ?? { dev: 4, ino: 1 }),
        ...(isInitial === undefined ? {} : { initial: isInitial }),
        parent: NO_LINK,
        owner: INVISIBLE_LINK,
      });
    }
  }
  return assembleGraph({
    frame: {
      host: {},
      viewer: { namespaces: viewer },
      sources: [],
      ...(names === undefined ? {} : { containerNames: names }),
    },
    namespaces: [...namespaces.values()],
    processes: complete,
    pins: [],
    problems: [],
  });
}

function states({ isolation }: WorkloadGroup): string {
  return NAMESPACE_TYPES.map((type) => isolation[type].state.charAt(0)).join("");
}

/** Each group as what it is called, the state of each type, and its PIDs. */
export function table(graph: NamespaceGraph): string[] {
  return workloads(graph).map((group) => {
    const { engine, name } = groupTitle(graph, group);
    return `${engine} ${name}`.trim().concat(` ${states(group)} ${group.processes.map(({ pid }) => pid).join()}`);
  });
}

/** A program of the machine's. */
export const BORNE_OUT = (path: string) => ({ path, borneOut: "yes" as const });
