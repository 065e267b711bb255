import type { Init } from "../model/init.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import type { NamespaceId } from "../model/namespace-id.js";
import { NAMESPACE_TYPES, type NamespaceType } from "../model/namespace-type.js";
import type { Process } from "../model/process.js";
import type { Subject } from "../model/view.js";
import { workloadsAround } from "../select/workload-subjects.js";
import { describeLife } from "../words/describe-life.js";
import { groupName } from "../words/group-name.js";
import { quoteForShell } from "../words/quote-for-shell.js";
import { pictureLines } from "../words/sharing-words.js";
import { groupOf } from "../workload/group-of.js";
import { leadingProcess } from "../workload/leading-process.js";
import type { WorkloadGroup } from "../workload/workloads.js";
import { type WorkloadPresence, workloadsIn } from "../workload/workloads-in.js";
import { type EnterCommand, enterCommand, enterProcessesCommand } from "./enter-command.js";
import { explainLife } from "./explain-life.js";
import { type NamespaceSharing, type Sharing, sharingOf } from "./sharing.js";

/** A workload by its name, with processes that matter where this stands. */
export interface NamedWorkload {
  /** What it is called, as drawings call it. Hostile text. */
  readonly name: string;
  /** Who leads it, by PID. */
  readonly leader: number;
  /** How many of its processes are meant. */
  readonly processCount: number;
}

/** A namespace, and who else is in it. */
export interface NamedSharing {
  /** The namespace. */
  readonly id: NamespaceId;
  /** Whether nobody else is in it, others are, or it is the machine's. */
  readonly state: NamespaceSharing["state"];
  /** `false` where others may be in it who could not be seen; absent where all are known. */
  readonly certain?: boolean;
  /** How many processes of the subject are in it. */
  readonly processCount: number;
  /** Whose processes are in it besides, and how many; absent for nobody, and for the machine's own. */
  readonly others?: readonly NamedWorkload[];
}

/** What is answered of one type: `mixed` where processes differ. */
export interface NamedTypeSharing {
  /** What is true of all of its namespaces. */
  readonly state: NamedSharing["state"] | "mixed";
  /** The namespaces, that of most processes first. */
  readonly namespaces: readonly NamedSharing[];
}

/** What is answered about the subject of a view, besides what the graph says of it. */
export interface Answer {
  /** Of a namespace: why it is alive, and what would have to go for it to vanish, as sentences. Holds no hostile text. */
  readonly why?: string;
  /** Of a pid namespace but the initial one: what has become of its init. */
  readonly init?: Init;
  /** Of a workload: the process that leads it, by PID. */
  readonly leader?: number;
  /**
   * Of a namespace: whose processes are in it. Of a process: what it is of, the narrowest first, such as its container and
   * the pod of that. Of a workload: what it consists of, where that has names of its own. Absent where there is none.
   */
  readonly workloads?: readonly NamedWorkload[];
  /** Of a process and of a workload: with whom it shares what it is in; a type of which nothing is known is absent. */
  readonly sharing?: Readonly<Partial<Record<NamespaceType, NamedTypeSharing>>>;
  /** The words of a command that enters it, see `EnterCommand`; absent where none can be offered. Hostile text: see `quoteForShell`. */
  readonly enterWith?: readonly string[];
  /** What whoever runs that has to know, or why none is offered. Holds no hostile text. */
  readonly enterNote?: string;
}

/** What is answered about the subject of the graph's view; undefined where there is none, or the graph lacks it. */
export function answerSubject(graph: NamespaceGraph): Answer | undefined {
  const { subject } = graph.view;
  switch (subject?.kind) {
    case undefined:
      return undefined;
    case "process": {
      const process = graph.process(subject.pid);
      return process && answerProcess(graph, process);
    }
    case "workload":
      return answerWorkload(graph, subject);
    case "namespace":
      return answerNamespace(graph, subject.id);
  }
}

/** The groups that the answer names. */
export function groupsInAnswer(graph: NamespaceGraph): ReadonlySet<WorkloadGroup> {
  const { subject } = graph.view;
  const groups = new Set<WorkloadGroup>();
  if (subject?.kind === "namespace") for (const { group } of workloadsIn(graph, subject.id)) groups.add(group);
  if (subject === undefined || subject.kind === "namespace") return groups;
  const pids = subject.kind === "process" ? [subject.pid] : subject.pids;
  const processes = pids.flatMap((pid) => graph.process(pid) ?? []);
  for (const { pid } of processes) {
    const group = groupOf(graph, pid);
    if (group !== undefined) groups.add(group);
  }
  for (const { uses } of Object.values(sharingOf(graph, processes)))
    for (const { others } of uses) for (const { group } of others) groups.add(group);
  return groups;
}

function answerNamespace(graph: NamespaceGraph, id: NamespaceId): Answer | undefined {
  const life = explainLife(graph, id);
  if (life === undefined) return undefined;
  const { init } = life;
  return {
    why: describeLife(graph, life),
    ...(init === undefined ? {} : { init }),
    ...listed(workloadsIn(graph, id).map((presence) => nameGroup(graph, presence))),
    ...entrance(enterCommand(graph, id)),
  };
}

function answerProcess(graph: NamespaceGraph, process: Process): Answer | undefined {
  const around = workloadsAround(graph, process).map(({ subject, leader }): NamedWorkload => {
    return { name: subject.name, leader: leader.pid, processCount: subject.pids.length };
  });
  const answer = {
    ...listed(around),
    ...shared(graph, sharingOf(graph, [process])),
    ...entrance(enterProcessesCommand(graph, [process])),
  };
  return Object.keys(answer).length === 0 ? undefined : answer;
}

function answerWorkload(graph: NamespaceGraph, subject: Subject & { readonly kind: "workload" }): Answer | undefined {
  const processes = processesOf(graph, subject);
  const leader = leadingProcess(processes);
  if (leader === undefined) return undefined;
  return {
    leader: leader.pid,
    ...listed(partsOf(graph, subject).map((presence) => nameGroup(graph, presence))),
    ...shared(graph, sharingOf(graph, processes)),
    ...entrance(enterProcessesCommand(graph, processes)),
  };
}

/** The processes of a workload that was asked for, as far as the graph has them. */
export function processesOf(
  graph: NamespaceGraph,
  { pids }: Subject & { readonly kind: "workload" },
): readonly Process[] {
  return pids.flatMap((pid) => graph.process(pid) ?? []);
}

/** What a workload consists of that has names of its own, with how many of its processes are in each: the containers of a pod. */
export function partsOf(
  graph: NamespaceGraph,
  subject: Subject & { readonly kind: "workload" },
): readonly WorkloadPresence[] {
  const counts = new Map<WorkloadGroup, number>();
  for (const pid of subject.pids) {
    const group = groupOf(graph, pid);
    if (group !== undefined) counts.set(group, (counts.get(group) ?? 0) + 1);
  }
  const parts = Array.from(counts, ([group, count]): WorkloadPresence => ({ group, count })).filter(
    ({ group }) => group.kind !== "machine" && group.kind !== "unreadable",
  );
  const [only, another] = parts;
  return only !== undefined && another === undefined && groupName(graph, only.group) === subject.name ? [] : parts;
}

function nameGroup(graph: NamespaceGraph, { group, count }: WorkloadPresence): NamedWorkload {
  return { name: groupName(graph, group), leader: group.leader.pid, processCount: count };
}

function listed(workloads: readonly NamedWorkload[]): Answer {
  return workloads.length === 0 ? {} : { workloads };
}

function shared(graph: NamespaceGraph, sharing: Sharing): Answer {
  const named: { [Type in NamespaceType]?: NamedTypeSharing } = {};
  for (const type of NAMESPACE_TYPES) {
    const { state, uses } = sharing[type];
    if (state !== "unknown") named[type] = { state, namespaces: uses.map((use) => nameSharing(graph, use)) };
  }
  return Object.keys(named).length === 0 ? {} : { sharing: named };
}

function nameSharing(
  graph: NamespaceGraph,
  { namespace, state, certain, count, others }: NamespaceSharing,
): NamedSharing {
  return {
    id: namespace,
    state,
    ...(certain ? {} : { certain }),
    processCount: count,
    ...(others.length === 0 ? {} : { others: others.map((presence) => nameGroup(graph, presence)) }),
  };
}

function entrance({ words, note }: EnterCommand): Answer {
  return { ...(words === undefined ? {} : { enterWith: words }), ...(note === undefined ? {} : { enterNote: note }) };
}

/** The longest command that a picture shows: longer is none but one with a path that was made up to be long. */
const LONGEST_COMMAND = 500;

/** What is answered about the subject of the graph's view, as lines of a picture: a sentence each, and the command as a shell takes it, whole or not at all. Safe to print as they are. */
export function answerLines(graph: NamespaceGraph): readonly string[] {
  const { why, enterWith, enterNote } = answerSubject(graph) ?? {};
  const { subject } = graph.view;
  const processes = subject?.kind === "workload" ? processesOf(graph, subject) : [];
  const command = enterWith && quoteForShell(enterWith);
  return [
    ...(why === undefined ? [] : why.split(/(?<=\.) /)),
    ...(subject?.kind !== "workload" || processes.length === 0
      ? []
      : pictureLines(graph, subject.name, processes, sharingOf(graph, processes))),
    ...(command === undefined
      ? []
      : [
          `enter with: ${command.length > LONGEST_COMMAND ? "a command that is too long for a picture, see --format text" : command}`,
        ]),
    ...(enterNote === undefined ? [] : [enterNote]),
  ];
}
