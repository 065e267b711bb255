import { knowsMembers } from "../answer/blind-spots.js";
import type { ContainerNames } from "../model/container-names.js";
import type { Evidence } from "../model/evidence.js";
import { obtain } from "../model/group-by.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import type { NamespaceId } from "../model/namespace-id.js";
import { NAMESPACE_TYPES, type NamespaceType } from "../model/namespace-type.js";
import { compareProcesses } from "../model/order.js";
import { isZombie, type Membership, type Process } from "../model/process.js";
import { nameWorkload } from "./container-names.js";
import { type Gathering, groupProcesses } from "./group-processes.js";
import { leadingProcess } from "./leading-process.js";
import { machineNamespaces } from "./machine-namespaces.js";
import { mergeParts } from "./merge-parts.js";
import { sandboxOf } from "./sandboxes.js";
import type { Workload, WorkloadKind } from "./workload.js";
import { workloadOf } from "./workload-of.js";

/** A namespace and the groups of processes that use it. */
export interface NamespaceUse {
  /** The namespace. */
  readonly namespace: NamespaceId;
  /** Whether it is the machine's own, so that it isolates nothing. */
  readonly isMachine: boolean;
  /** Whether nobody else can be in it, because all members are known: otherwise "own" is only what could be seen. */
  readonly certain: boolean;
  /** All groups with a living process in it, in their order: one list for all of them. */
  readonly groups: readonly WorkloadGroup[];
}

/**
 * How processes are isolated in one type.
 *
 * - `own`: in a namespace that no other group is in
 * - `shared`: in one that another group is in too
 * - `machine`: in the machine's
 * - `unknown`: could not be read, was not asked for, or this kernel has no such type
 */
export type Isolation = "own" | "shared" | "machine" | "unknown";

/** What a group uses of one type. */
export interface TypeUse {
  /** `mixed` where its processes differ: some are in the machine's namespace and others are not, say. See its parts. */
  readonly state: Isolation | "mixed";
  /** The namespaces, that of most processes first. */
  readonly uses: readonly NamespaceUse[];
}

/** The processes of a group that are in the same namespaces. */
export interface WorkloadPart {
  /** What all of its processes are in. */
  readonly namespaces: Membership;
  /** By PID; never empty. */
  readonly processes: readonly Process[];
  /** Who stands for them: the group's own leader in the part that it is in. */
  readonly leader: Process;
  /**
   * Whether all of them have exited: zombies, or, where nobody looked at that, processes that have nothing but what
   * zombies have left. They are isolated from nobody.
   */
  readonly ended: boolean;
  /** What they use of each type; absent where it is unknown. */
  readonly uses: Readonly<Partial<Record<NamespaceType, NamespaceUse>>>;
}

/**
 * What the processes of a group have in common.
 *
 * - `machine`: they are in the machine's namespaces and nothing else
 * - `workload`: they belong to it, as their cgroup or their monitor shows
 * - `sandbox`: they descend from one process that is apart from the machine and says that it is of a known program
 * - `processes`: they descend from one process that is apart from the machine
 * - `unreadable`: none of their namespaces could be read
 */
export type GroupKind = "machine" | "workload" | "sandbox" | "processes" | "unreadable";

/** Processes that belong together, and how they are isolated from the rest. */
export interface WorkloadGroup {
  /** What holds them together. */
  readonly kind: GroupKind;
  /** The workload, where a cgroup or a monitor shows it; of a sandbox or of other processes, that in which they were started. */
  readonly workload?: Workload;
  /** Who made a sandbox, as its leader says: `bubblewrap`, `chromium` … */
  readonly engine?: string;
  /** Of a sandbox: whether the leader's executable bears that out. */
  readonly borneOut?: Evidence;
  /** Of a sandbox: what its leader's command line says that it is called. Hostile text. */
  readonly name?: string;
  /** Of a sandbox: whom its leader's command line says that it serves, by PID, path or command. Hostile text. */
  readonly serves?: string;
  /** By PID; never empty. */
  readonly processes: readonly Process[];
  /** Who stands for them. */
  readonly leader: Process;
  /**
   * The largest parts first. Processes of which little is known (zombies) are where they can belong to; see
   * `livingParts` for those that have not ended.
   */
  readonly parts: readonly WorkloadPart[];
  /** Of all parts together that have not ended. */
  readonly isolation: Readonly<Record<NamespaceType, TypeUse>>;
  /** The types in which it uses the machine's namespace although workloads of its kind mostly have their own. */
  readonly exposed: readonly NamespaceType[];
}

/** What is isolated unless somebody wants it otherwise. */
const USUALLY_OWN: Readonly<Partial<Record<WorkloadKind, readonly NamespaceType[]>>> = {
  container: ["ipc", "mnt", "net", "pid", "uts"],
  app: ["mnt"],
};
/** The types of which workloads of a kind mostly have their own namespace. */
export function usuallyOwn(workload: Workload | undefined): readonly NamespaceType[] {
  return (workload && USUALLY_OWN[workload.kind]) ?? NOTHING;
}

const NOTHING: readonly never[] = Object.freeze([]);
const UNKNOWN: TypeUse = Object.freeze({ state: "unknown", uses: NOTHING });

/** How a use isolates the processes that have it. */
export function isolationOf(use: NamespaceUse | undefined): Isolation {
  if (use === undefined) return "unknown";
  if (use.isMachine) return "machine";
  return use.groups.length > 1 ? "shared" : "own";
}

/**
 * The parts of a group that have not ended: more than one where its processes differ, none where all of it has ended.
 *
 * The one that goes by the group's name comes first: of a workload the largest, else that of its leader. The largest of
 * the others come first.
 */
export function livingParts({ kind, leader, parts }: WorkloadGroup): readonly WorkloadPart[] {
  const living = withLiving(parts);
  const first = kind === "workload" ? undefined : living.find((part) => part.leader === leader);
  return first === undefined || first === living[0] ? living : [first, ...living.filter((part) => part !== first)];
}

function withLiving(parts: readonly WorkloadPart[]): readonly WorkloadPart[] {
  return parts.filter(({ ended }) => !ended);
}

interface GrowingUse extends NamespaceUse {
  readonly groups: WorkloadGroup[];
  /** What it is as all that a group uses of its type: most groups use no other. */
  alone?: TypeUse;
}
type GrowingGroup = { -readonly [Key in keyof WorkloadGroup]: WorkloadGroup[Key] };
type GrowingPart = WorkloadPart & { leader: Process };

/**
 * All processes, grouped by what they belong to, and how each group is isolated from the machine and from the others.
 * The machine itself is the first group, what could not be read the last; the others come by their first PID.
 *
 * The more of `status`, `cgroup` and `command-line` was read, the more has a name. Of a selection they are those groups
 * of the whole graph that a selected process is in, as they are there.
 */
export function workloads(graph: NamespaceGraph): readonly WorkloadGroup[] {
  const groups = obtain(known, graph.whole, () => groupAll(graph.whole));
  if (graph === graph.whole) return groups;
  const drawn = new Set<number>();
  for (const { pid, context } of graph.processes()) if (!context) drawn.add(pid);
  // Those of which nothing is known may be in what was selected.
  const areAsked = graph.selection?.pids === undefined && graph.view.subject === undefined;
  return groups.filter(
    ({ kind, processes }) => (areAsked && kind === "unreadable") || processes.some(({ pid }) => drawn.has(pid)),
  );
}

/** Several parts of one drawing ask for the groups. */
const known = new WeakMap<NamespaceGraph, readonly WorkloadGroup[]>();

function groupAll(graph: NamespaceGraph): readonly WorkloadGroup[] {
  const { ids: machine } = machineNamespaces(graph);
  const gatherings = [...groupProcesses(graph, machine)].sort((a, b) => rankOf(a) - rankOf(b) || a.first - b.first);
  const uses = new Map<NamespaceId, GrowingUse>();
  const useOf = (namespace: NamespaceId): GrowingUse =>
    obtain(uses, namespace, () => ({
      namespace,
      isMachine: machine.has(namespace),
      certain: knowsMembers(graph, namespace),
      groups: [],
    }));
  const hasMore = graph.namespaces().some(({ type }) => !LEFT.has(type));
  const hasEnded = (process: Process): boolean =>
    isZombie(process) || (hasMore && process.state === undefined && mayBeLeft(process.namespaces));
  const groups = gatherings.map((gathering) => toGroup(gathering, useOf, hasEnded, graph.frame.containerNames ?? {}));
  // Who shares with whom is known only now that all are there.
  for (const group of groups) judge(group);
  return groups;
}

/** The types of namespaces that a zombie has left. */
const LEFT: ReadonlySet<string> = new Set<NamespaceType>(["pid", "user"]);

/** Whether processes are in such as zombies are. */
function mayBeLeft(namespaces: Membership): boolean {
  const types = Object.keys(namespaces);
  return types.length > 0 && types.every((type) => LEFT.has(type));
}

function rankOf({ location, workload }: Gathering): number {
  return workload !== undefined || location === "apart" ? 1 : location === "machine" ? 0 : 2;
}

function toGroup(
  { location, workload, parts: gathered }: Gathering,
  useOf: (id: NamespaceId) => GrowingUse,
  hasEnded: (process: Process) => boolean,
  names: ContainerNames,
): GrowingGroup {
  const used = new Set<GrowingUse>();
  const parts = mergeParts(gathered, hasEnded).map(({ namespaces, processes, ended }): GrowingPart => {
    const uses: Partial<Record<NamespaceType, GrowingUse>> = {};
    for (const type of NAMESPACE_TYPES) {
      const id = namespaces[type];
      if (id === undefined) continue;
      const use = useOf(id);
      uses[type] = use;
      if (!ended) used.add(use);
    }
    return { namespaces, processes, leader: leadingProcess(processes) as Process, ended, uses };
  });
  const [only, another] = parts;
  const isWhole = only !== undefined && another === undefined;
  const processes = isWhole ? only.processes : parts.flatMap((part) => part.processes).sort(compareProcesses);
  const leader = isWhole ? only.leader : (leadingProcess(processes) as Process);
  const leading = isWhole ? only : parts.find((part) => part.processes.includes(leader));
  if (leading !== undefined) leading.leader = leader;
  const kind = workload !== undefined ? "workload" : location === "apart" ? "processes" : location;
  const sandbox = kind === "processes" ? sandboxOf(leader, (type) => isApart(withLiving(parts), type)) : undefined;
  const own = workload ?? (kind === "processes" ? workloadOf(leader) : undefined);
  const group: GrowingGroup = {
    kind: sandbox === undefined ? kind : "sandbox",
    ...(own === undefined ? {} : { workload: nameWorkload(own, names) }),
    ...sandbox,
    processes,
    leader,
    parts,
    isolation: UNJUDGED,
    exposed: NOTHING,
  };
  for (const { groups } of used) groups.push(group);
  return group;
}

const UNJUDGED = Object.freeze(Object.fromEntries(NAMESPACE_TYPES.map((type) => [type, UNKNOWN]))) as Readonly<
  Record<NamespaceType, TypeUse>
>;

function isApart(parts: readonly WorkloadPart[], type: NamespaceType): boolean {
  return parts.some(({ uses }) => uses[type]?.isMachine === false);
}

function judge(group: GrowingGroup): void {
  const isolation = { ...UNJUDGED };
  const parts = withLiving(group.parts);
  for (const type of NAMESPACE_TYPES) isolation[type] = judgeType(parts, type);
  group.isolation = isolation;
  const usual = group.kind === "workload" ? usuallyOwn(group.workload) : NOTHING;
  if (usual.length > 0) group.exposed = usual.filter((type) => isolation[type].uses.some(({ isMachine }) => isMachine));
}

function judgeType(parts: readonly WorkloadPart[], type: NamespaceType): TypeUse {
  const first = parts[0]?.uses[type] as GrowingUse | undefined;
  if (parts.every(({ uses }) => uses[type] === first)) {
    if (first === undefined) return UNKNOWN;
    first.alone ??= { state: isolationOf(first), uses: [first] };
    return first.alone;
  }
  const uses = [...new Set(parts.flatMap((part) => part.uses[type] ?? []))];
  const [state = "unknown", another] = new Set(uses.map(isolationOf));
  return { state: another === undefined ? state : "mixed", uses };
}
