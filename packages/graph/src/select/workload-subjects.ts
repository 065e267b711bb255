import { obtain } from "../model/group-by.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import { compareProcesses } from "../model/order.js";
import type { Process } from "../model/process.js";
import type { Subject } from "../model/view.js";
import { podTitle, shortId, type WorkloadTitle, workloadTitle } from "../words/describe-workload.js";
import { spellTitle } from "../words/group-name.js";
import { groupTitle, numberedTitle, tenantOf } from "../words/group-title.js";
import { printable } from "../words/printable.js";
import { userNaming } from "../words/user-names.js";
import { leadingProcess } from "../workload/leading-process.js";
import { toldByMonitors } from "../workload/monitors.js";
import { workloadIn } from "../workload/name-containers.js";
import { unescapeUnitName } from "../workload/unescape-unit-name.js";
import { isUnit, type Workload } from "../workload/workload.js";
import { workloadOfCgroup } from "../workload/workload-of.js";
import { type WorkloadGroup, workloads } from "../workload/workloads.js";

/** A workload that can be asked for. */
export interface WorkloadSubject {
  /** What stands for it: what it is called, and its processes. */
  readonly subject: Subject & { readonly kind: "workload" };
  /** Who leads it. */
  readonly leader: Process;
  /** What it is called, the way of drawings first; each text names it, and perhaps others too. Hostile texts. */
  readonly names: readonly string[];
  /** What it is called with the PID of its leader, which means nothing else. Hostile text. */
  readonly numbered: string;
  /** The id of its engine, which the beginning stands for. */
  readonly id?: string;
  /** Whether it may be only what a user, or what is in a container, calls it. */
  readonly isClaimed: boolean;
  /** Whether its name is only what its monitor was started with, and its engine may call it otherwise by now. */
  readonly mayBeRenamed: boolean;
  /** The name that its monitor was started with, where its engine calls it otherwise. Hostile text. */
  readonly startedAs?: string;
  /** The group of processes that it is, or that its processes are which are apart from the machine; none of a unit or a pod. */
  readonly group?: WorkloadGroup;
}

/** What can be asked for in a graph, and by which names. */
interface Catalog {
  readonly all: readonly WorkloadSubject[];
  readonly byName: ReadonlyMap<string, readonly WorkloadSubject[]>;
  readonly byNumber: ReadonlyMap<string, readonly WorkloadSubject[]>;
}

const known = new WeakMap<NamespaceGraph, Catalog>();

function catalogOf({ whole }: NamespaceGraph): Catalog {
  return obtain(known, whole, () => {
    const all = findAll(whole);
    return {
      all,
      byName: index(all, ({ names }) => names),
      // A leader of which nothing is known but the PID: that names the process.
      byNumber: index(all, ({ numbered }) => (NUMBER.test(numbered) ? [] : [numbered])),
    };
  });
}

function index(
  all: readonly WorkloadSubject[],
  namesOf: (one: WorkloadSubject) => readonly string[],
): ReadonlyMap<string, readonly WorkloadSubject[]> {
  const known = new Map<string, WorkloadSubject[]>();
  for (const one of all) {
    // What was shown made visible can be typed so.
    const names = new Set<string>();
    for (const name of namesOf(one)) if (name !== "") names.add(name).add(printable(name));
    for (const name of names) obtain(known, name, () => [] as WorkloadSubject[]).push(one);
  }
  return known;
}

/** All workloads that can be asked for: containers, pods, units, applications, machines, sandboxes, whatever drawings name. */
export function workloadSubjects(graph: NamespaceGraph): readonly WorkloadSubject[] {
  return catalogOf(graph).all;
}

/** The workloads that a process is of, the narrowest first: its container and the pod of that. One that is a process by itself is none. */
export function workloadsAround(graph: NamespaceGraph, { pid }: Process): readonly WorkloadSubject[] {
  const isTelling = ({ group, subject }: WorkloadSubject): boolean =>
    group?.kind !== "machine" && (group?.kind !== "processes" || subject.pids.length > 1);
  return catalogOf(graph)
    .all.filter((one) => isTelling(one) && has(one.subject.pids, pid))
    .sort((a, b) => a.subject.pids.length - b.subject.pids.length);
}

/** Whether a sorted list has a number. */
function has(sorted: readonly number[], number: number): boolean {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < number) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === number;
}

/** The workloads that are called so: with the PID of their leader, by name, by id, or as drawings call them. */
export function workloadsCalled(graph: NamespaceGraph, name: string): readonly WorkloadSubject[] {
  const { byName, byNumber } = catalogOf(graph);
  // First of all what a name with a PID means: anybody may call their own thing like that.
  return byNumber.get(name) ?? byName.get(name) ?? [];
}

/** What somebody types who abbreviates an id. */
const BEGINNING = /^(?=(?:[0-9a-f]-?){4})[0-9a-f-]+$/;

/** What a word may mean that nothing is called: workloads whose ids begin so, with four hexadecimal digits or more, or that were called so once. */
export function workloadsOnceCalled(graph: NamespaceGraph, word: string): readonly WorkloadSubject[] {
  const isBeginning = BEGINNING.test(word);
  return catalogOf(graph).all.filter(
    ({ id, startedAs }) => startedAs === word || (isBeginning && id?.startsWith(word)),
  );
}

/** Nobody wants to type more, as long as there is something shorter. */
const LONG = 100;

/** What a workload may be asked for as: the way of drawings first, that of nothing else last. Hostile texts. */
export function* spellingsOf({ names, numbered }: WorkloadSubject): Generator<string> {
  yield* names.filter(({ length }) => length > 0 && length <= LONG);
  yield numbered;
}

/** A workload while it is gathered. */
interface Gathering {
  /** What it is called, the way of drawings first. */
  names: readonly string[];
  /** The same without a PID, unless it has no other name. */
  readonly title: WorkloadTitle;
  readonly id: string | undefined;
  readonly isClaimed: boolean;
  readonly mayBeRenamed: boolean;
  readonly startedAs: string | undefined;
  group: WorkloadGroup | undefined;
  readonly processes: Set<Process>;
}

function findAll(graph: NamespaceGraph): readonly WorkloadSubject[] {
  const gatherer = new Gatherer(graph);
  for (const group of workloads(graph)) gatherer.add(group);
  return gatherer.gatherings.map(toSubject);
}

function toSubject(gathering: Gathering): WorkloadSubject {
  const { names, title, id, isClaimed, mayBeRenamed, startedAs, group, processes } = gathering;
  const sorted = [...processes].sort(compareProcesses);
  const leader = leadingProcess(sorted) as Process;
  const [name = `${leader.pid}`] = names;
  return {
    subject: { kind: "workload", name, pids: sorted.map(({ pid }) => pid) },
    leader,
    names,
    numbered: spellTitle(group?.kind === "processes" ? title : numberedTitle(title, leader)),
    isClaimed,
    mayBeRenamed,
    ...(startedAs === undefined ? {} : { startedAs }),
    ...(id === undefined ? {} : { id }),
    ...(group === undefined ? {} : { group }),
  };
}

class Gatherer {
  readonly gatherings: Gathering[] = [];
  readonly #graph: NamespaceGraph;
  readonly #nameUser;
  readonly #units = new Map<string, Gathering>();
  readonly #pods = new Map<string, Gathering>();
  /** What is no unit or pod, but for containers that are a group: what is in the machine's namespaces is in no group of its own. */
  readonly #others = new Map<string, Gathering>();
  /** What processes of a cgroup belong to that no monitor speaks of. */
  readonly #byCgroup = new Map<string, readonly Gathering[]>();

  constructor(graph: NamespaceGraph) {
    this.#graph = graph;
    this.#nameUser = userNaming(graph);
  }

  add(group: WorkloadGroup): void {
    const { kind, workload, processes } = group;
    if (kind === "workload" && workload !== undefined) {
      const around = this.#around(workload);
      const own = isUnit(workload.kind) ? around[0] : this.#gatheringOf(workload, group);
      // Of several that would be called the same, drawings number those that have namespaces of their own.
      const drawn = namesOfTitle(groupTitle(this.#graph, group));
      if (own !== undefined) own.names = [...new Set([...drawn, ...own.names])];
      for (const each of around) for (const process of processes) each.processes.add(process);
      return;
    }
    if (kind !== "unreadable")
      this.#open(
        namesOfGroup(this.#graph, group),
        groupTitle(this.#graph, group),
        { isClaimed: kind === "sandbox" },
        group,
      );
    for (const process of processes) for (const own of this.#homesOf(process)) own.processes.add(process);
  }

  #gatheringOf(workload: Workload, group: WorkloadGroup): Gathering {
    // All of a container is one group; several that monitors tell of may be in one cgroup.
    if (workload.kind === "container") return this.#openWorkload(workload, group.leader, group);
    const own = obtain(this.#others, keyOf(workload), () => this.#openWorkload(workload, group.leader));
    own.group = group;
    for (const process of group.processes) own.processes.add(process);
    return own;
  }

  #openWorkload(workload: Workload, leader?: Process, group?: WorkloadGroup): Gathering {
    const title = workloadTitle(workload, this.#nameUser);
    return this.#open(namesOfWorkload(workload, title, leader), title, workload, group);
  }

  #open(
    names: readonly string[],
    title: WorkloadTitle,
    { kind, id, name, startedAs, borneOut, isClaimed }: Partial<Workload> & { readonly isClaimed?: boolean },
    group?: WorkloadGroup,
  ): Gathering {
    // A unit may be started where the viewer sees no root; what is below one may be named by whom it runs as.
    const isRoots = borneOut === "yes" || (borneOut === "unknown" && kind !== undefined && isUnit(kind));
    // What an engine keeps beside a container has the container's id too.
    const gathering: Gathering = {
      names,
      title,
      id: kind === "monitor" ? undefined : id,
      isClaimed: isClaimed ?? !isRoots,
      mayBeRenamed:
        kind === "container" &&
        id !== undefined &&
        name !== undefined &&
        this.#graph.frame.containerNames === undefined,
      startedAs: kind === "monitor" ? undefined : startedAs,
      group,
      processes: new Set(group?.processes),
    };
    this.gatherings.push(gathering);
    return gathering;
  }

  #homesOf(process: Process): readonly Gathering[] {
    const { cgroup } = process;
    if (cgroup === undefined || toldByMonitors(this.#graph).workloads.has(process)) return this.#findHomes(process);
    return obtain(this.#byCgroup, cgroup, () => this.#findHomes(process));
  }

  #findHomes(process: Process): readonly Gathering[] {
    const own = workloadIn(this.#graph, process);
    if (own === undefined) return [];
    if (isUnit(own.kind)) return this.#around(own);
    return [obtain(this.#others, keyOf(own), () => this.#openWorkload(own, process)), ...this.#around(own)];
  }

  /** The unit that a workload is, or was started by, and its pod. */
  #around(workload: Workload): readonly Gathering[] {
    const around: Gathering[] = [];
    const unit = unitAround(workload);
    if (unit !== undefined) around.push(obtain(this.#units, unit.cgroup, () => this.#openWorkload(unit)));
    const { pod, kind, borneOut } = workload;
    const told = kind === "monitor" ? undefined : podTitle(workload, this.#nameUser);
    if (pod === undefined || told === undefined) return around;
    const title = spellTitle(told);
    const { id, name, namespace } = pod;
    const own = name === undefined ? [] : [...(namespace === undefined ? [] : [`${namespace}/${name}`]), name];
    const brief = [...own, shortId(id)];
    const names = [...new Set([title, ...brief.map((one) => `${told.engine} ${one}`), ...brief, id])];
    around.push(obtain(this.#pods, JSON.stringify([id, title]), () => this.#open(names, told, { kind, id, borneOut })));
    return around;
  }
}

function namesOfWorkload(
  { kind, id, name, unit }: Workload,
  title: WorkloadTitle,
  leader: Process | undefined,
): readonly string[] {
  const names = namesOfTitle(title);
  const short = id === undefined ? undefined : shortId(id);
  for (const brief of [name, short]) if (brief !== undefined) names.push(`${title.engine} ${brief}`);
  // What is kept beside a container has its name and its id too, and is not what they mean.
  if (kind === "monitor") return names;
  // What has no name of its own is drawn with what leads it.
  if (name === undefined && leader?.comm !== undefined) names.push(`${names[0]} ${leader.comm}`);
  // The number of a session is no name that anybody gave it.
  if (name !== undefined && kind !== "session") names.push(name);
  if (id !== undefined) names.push(short ?? id, id);
  if (isUnit(kind) && unit !== undefined) names.push(unit);
  return names;
}

/** What processes of an application, a machine or a monitor have in common, wherever they are. */
function keyOf({ kind, engine, cgroup, id, name, user }: Workload): string {
  return JSON.stringify([kind, engine, cgroup, id, name, user]);
}

/** In one text as drawings do, and with who made it. */
function namesOfTitle(title: WorkloadTitle): string[] {
  const { engine, name } = title;
  return [spellTitle(title), [engine, name].filter((part) => part !== "").join(" ")];
}

/** What would be taken for a PID. */
const NUMBER = /^\d+$/;

/** What a group that no cgroup names is called: with the name or the command line of what runs there, whichever was read. */
function namesOfGroup(graph: NamespaceGraph, group: WorkloadGroup): readonly string[] {
  const title = groupTitle(graph, group);
  const { kind, leader, name } = group;
  // Where nothing is known of a leader but the PID, that names the process.
  const names = namesOfTitle(title).filter((one) => kind !== "processes" || !NUMBER.test(one));
  if (name !== undefined) names.push(name);
  const prefix = title.engine === "" ? "" : `${title.engine} `;
  const tenant = tenantOf(group);
  if (kind !== "machine" && tenant.comm !== undefined) {
    names.push(`${prefix}${tenant.pid} ${tenant.comm}`);
    if (kind === "sandbox" && tenant !== leader) names.push(`${prefix}${tenant.comm}`);
  }
  return names;
}

/** The unit of systemd that a workload is, or is below, with the unit's own cgroup; undefined where that is none of the machine's. */
function unitAround(workload: Workload): Workload | undefined {
  const { kind, unit, cgroup, inside } = workload;
  if (inside !== undefined || unit === undefined) return undefined;
  if (isUnit(kind)) return workload;
  const own = cgroupOfUnit(cgroup, unit);
  const around = own === undefined ? undefined : workloadOfCgroup(own);
  return around !== undefined && isUnit(around.kind) ? around : undefined;
}

/** The path down to the cgroup of a unit; undefined where none of the path is called so. */
function cgroupOfUnit(path: string, unit: string): string | undefined {
  for (let end = path.indexOf("/", 1); ; end = path.indexOf("/", end + 1)) {
    const own = end < 0 ? path : path.slice(0, end);
    if (unescapeUnitName(own.slice(own.lastIndexOf("/") + 1)) === unit) return own;
    if (end < 0) return undefined;
  }
}
