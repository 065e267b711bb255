import type { NamespaceGraph, ProcessSet } from "./namespace-graph.js";
import type { NamespaceId } from "./namespace-id.js";
import { NAMESPACE_TYPES, type NamespaceType } from "./namespace-type.js";
import { compareProcesses } from "./order.js";
import type { Membership, Process } from "./process.js";

/**
 * Whose a namespace is, as seen from processes in it.
 *
 * - `machine`: that of the machine itself
 * - `shared`: processes of another workload are in it as well
 * - `own`: nobody else's
 */
export type SharingState = "machine" | "shared" | "own";

/** Processes that are in the same namespaces, some of which are not the machine's own. */
export interface SharingRow {
  /** The leading process of the workload: the topmost in the process tree that is apart from the machine. */
  readonly leader: Process;
  /** The topmost of these processes; the leader itself in the workload's first row. */
  readonly lead: Process;
  /** By pid. */
  readonly processes: readonly Process[];
  readonly namespaces: Membership;
  /** A type that could not be read, or was not asked for, is absent. */
  readonly states: Readonly<Partial<Record<NamespaceType, SharingState>>>;
}

/** Who shares namespaces with whom. */
export interface Sharing {
  readonly machine: {
    /** The initial namespaces, and where it is not known which these are, those of most processes. */
    readonly namespaces: Membership;
    /** Whether none of them is known to be another than the initial one. */
    readonly isInitial: boolean;
    /** Processes in none but these, by pid. */
    readonly processes: readonly Process[];
  };
  /** Workloads by the pid of their leader, and the rows of each by the pid of their lead. */
  readonly rows: readonly SharingRow[];
}

/** The machine's own namespaces, and who is apart from them in what. */
export function shareNamespaces(graph: NamespaceGraph): Sharing {
  const machine = findMachine(graph);
  const { common, apart } = partSets(graph, machine);
  const leaderOf = findLeaders(graph, apart);
  const drafts = apart.map((set) => {
    const lead = findLead(set);
    return { set, lead, leader: leaderOf(lead) };
  });
  const users = new Map<NamespaceId, Process | "many">();
  for (const { set, leader } of drafts) {
    for (const id of Object.values(set.namespaces)) {
      const user = users.get(id);
      users.set(id, user === undefined || user === leader ? leader : "many");
    }
  }
  const rows = drafts.map(({ set, lead, leader }): SharingRow => {
    const { namespaces, processes } = set;
    const states: Partial<Record<NamespaceType, SharingState>> = {};
    for (const type of NAMESPACE_TYPES) {
      const id = namespaces[type];
      if (id === undefined) continue;
      states[type] = id === machine[type] ? "machine" : users.get(id) === "many" ? "shared" : "own";
    }
    return { leader, lead, processes, namespaces, states };
  });
  return {
    machine: {
      namespaces: machine,
      isInitial: Object.values(machine).every((id) => graph.namespace(id)?.initial !== false),
      processes: common.flatMap(({ processes }) => processes).sort(compareProcesses),
    },
    rows: rows.sort((a, b) => compareProcesses(a.leader, b.leader) || compareProcesses(a.lead, b.lead)),
  };
}

function findMachine(graph: NamespaceGraph): Membership {
  const machine: Partial<Record<NamespaceType, NamespaceId>> = {};
  for (const { id, type, initial } of graph.namespaces()) if (initial === true) machine[type] ??= id;
  const most = new Map<NamespaceType, number>();
  for (const { id, type } of graph.namespaces()) {
    const count = graph.memberCount(id);
    if (graph.namespace(machine[type] ?? "")?.initial === true || count <= (most.get(type) ?? 0)) continue;
    machine[type] = id;
    most.set(type, count);
  }
  return machine;
}

interface Part {
  readonly namespaces: Membership;
  readonly processes: readonly Process[];
}

/**
 * Parts the sets of processes that are in the machine's namespaces from the others. What is not known (of a zombie only
 * two namespaces are) counts for neither: such processes go with those that they could belong to.
 */
function partSets(
  graph: NamespaceGraph,
  machine: Membership,
): { common: readonly ProcessSet[]; apart: readonly Part[] } {
  const common: ProcessSet[] = [];
  const apart = new Map<string, { namespaces: Membership; processes: Process[] }>();
  const partial: ProcessSet[] = [];
  const sets = graph.processSets().map((set) => [set, Object.keys(set.namespaces) as NamespaceType[]] as const);
  const whole = Math.max(0, ...new Set(sets.map(([, types]) => types.length)));
  for (const [set, types] of sets) {
    if (types.length === 0) continue;
    if (types.every((type) => set.namespaces[type] === machine[type])) common.push(set);
    else if (types.length < whole) partial.push(set);
    else apart.set(apartKey(set), { namespaces: set.namespaces, processes: [...set.processes] });
  }
  const byPlace = new Map([...apart.values()].map((part) => [placeKey(part), part]));
  for (const set of partial) {
    const home = byPlace.get(placeKey(set));
    if (home === undefined) apart.set(apartKey(set), { namespaces: set.namespaces, processes: [...set.processes] });
    else home.processes.push(...set.processes);
  }
  for (const { processes } of apart.values()) processes.sort(compareProcesses);
  return { common, apart: [...apart.values()] };
}

function apartKey({ processes }: ProcessSet): string {
  return `${processes[0]?.pid}`;
}

function placeKey({ namespaces }: Part): string {
  return `${namespaces.user} ${namespaces.pid}`;
}

/** The process of a set whose parent is not in it. */
function findLead({ processes }: Part): Process {
  const pids = new Set(processes.map(({ pid }) => pid));
  return processes.find(({ ppid }) => ppid === undefined || !pids.has(ppid)) ?? (processes[0] as Process);
}

/** Tells of each process that is apart from the machine its topmost ancestor that is so too. */
function findLeaders(graph: NamespaceGraph, apart: readonly Part[]): (process: Process) => Process {
  const isApart = new Set<Process>();
  for (const { processes } of apart) for (const process of processes) isApart.add(process);
  const leaders = new Map<Process, Process>();
  return (start) => {
    const path = new Set<Process>();
    let process = start;
    let leader = leaders.get(process);
    while (leader === undefined) {
      path.add(process);
      const parent = graph.process(process.ppid ?? 0);
      if (parent === undefined || !isApart.has(parent) || path.has(parent)) leader = process;
      else {
        process = parent;
        leader = leaders.get(process);
      }
    }
    for (const step of path) leaders.set(step, leader);
    return leader;
  };
}
