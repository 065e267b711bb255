import { groupBy, obtain } from "../model/group-by.js";
import { SOURCES, type Source } from "../model/host.js";
import { isInitial, isInitialInode } from "../model/initial.js";
import { INVISIBLE_LINK, type Link, linkedId, NO_LINK, UNKNOWN_LINK } from "../model/link.js";
import type { Namespace } from "../model/namespace.js";
import { type NamespaceId, parseNamespaceId } from "../model/namespace-id.js";
import { isHierarchical, NAMESPACE_TYPES, type NamespaceType } from "../model/namespace-type.js";
import type { Observation } from "../model/observation.js";
import type { Problem } from "../model/problem.js";
import type { Membership, Process } from "../model/process.js";
import type { Fact } from "../model/renderer.js";
import type {
  Finding,
  NamespaceHandle,
  Opened,
  Probe,
  ProcessReading,
  RelativeAnswer,
  Sighting,
  SurveyRequest,
  ValueAnswer,
} from "./probe.js";

/** How often a process whose namespaces change while it is read is read again. */
const PATIENCE = 4;
/** How many members of a namespace are offered for reading its facts and mounts. */
const SAMPLE = 16;

/** What of these sources can't be looked at before all processes and mount namespaces were: see `Probe.readKernelLists`. */
const LOOKED_INTO_AT_THE_END: readonly Source[] = ["kernel", "mount", "fd"];

/** What of a survey can be chosen. */
export interface SurveyOptions {
  /** The places to search; all by default. `process` is always searched. */
  readonly sources?: Iterable<Source>;
  /** The facts to read; none by default. */
  readonly facts?: Iterable<Fact>;
  /** Read these processes alone; the frame says so. */
  readonly pids?: readonly number[];
}

/**
 * Asks a probe for every namespace, and yields what it answers as flat facts.
 *
 * Each process's links are read, and a namespace is opened only the first time its id is seen: to ask for its
 * owner and parent, and theirs, up to the top of what the viewer may see. Threads always share their process's
 * user and pid namespace (clone(2): CLONE_THREAD excludes CLONE_NEWUSER and CLONE_NEWPID; unshare(2) and setns(2)
 * refuse them to a process with threads, or let them take effect for children only), so those two need no scan of threads.
 *
 * @example
 * import { buildGraph, describePin, namespaceName, survey } from "@ns-graph/graph";
 * import { createProbe } from "@ns-graph/sys";
 *
 * const probe = createProbe();
 * try {
 *   const graph = buildGraph(survey(probe, { facts: ["status"] }));
 *   for (const namespace of graph.namespaces()) {
 *     console.log(namespaceName(namespace), graph.memberCount(namespace.id), graph.pins(namespace.id).map(describePin));
 *   }
 * } finally {
 *   probe.close();
 * }
 */
export function* survey(probe: Probe, options: SurveyOptions = {}): Generator<Observation, void, undefined> {
  const wanted = new Set<Source>(options.sources ?? SOURCES).add("process");
  const sources = SOURCES.filter((source) => wanted.has(source));
  const request: SurveyRequest = { sources: wanted, facts: new Set(options.facts ?? []) };
  const { viewer, problems } = probe.viewer();
  yield {
    kind: "frame",
    frame: {
      host: probe.host(),
      viewer,
      sources,
      ...(options.pids === undefined ? {} : { pids: [...options.pids].sort((a, b) => a - b) }),
      ...(request.facts.has("users") ? { users: probe.users() } : {}),
    },
  };
  yield* asProblems(problems);

  const surveyor = new Surveyor(probe, request);
  const listing = options.pids === undefined ? probe.pids() : { pids: options.pids, sightings: [], problems: [] };
  yield* asProblems(listing.problems);
  for (const pid of listing.pids) {
    const reading = surveyor.process(pid);
    if (reading === undefined) continue;
    yield { kind: "process", process: reading.process };
    // Most processes have nothing else, and a generator that is asked costs as much as the rest of this.
    if (reading.problems.length > 0 || reading.sightings.length > 0) yield* surveyor.finding(reading);
  }
  yield* surveyor.mounts("reached");
  if (LOOKED_INTO_AT_THE_END.some((source) => wanted.has(source))) {
    yield* surveyor.finding(probe.readKernelLists(request));
    yield* surveyor.mounts("all");
  }
  yield* surveyor.namespaces();
  yield* surveyor.unseen();
  yield* asProblems(probe.remarks());
}

function* asProblems(problems: readonly Problem[]): Generator<Observation, void, undefined> {
  for (const problem of problems) yield { kind: "problem", problem };
}

interface Draft {
  readonly id: NamespaceId;
  readonly type: NamespaceType;
  parent: Link;
  owner: Link;
  ownerUid?: number;
  nsId?: string;
  /** Whether it was opened, so that its relatives could be asked for. */
  opened: boolean;
  /** Why it could not be opened; forgotten once another way to it leads there. */
  failure?: Problem;
  /** Something that holds it was found: a member or a pin. */
  held: boolean;
  /** The kernel lists it. */
  listed: boolean;
}

class Surveyor {
  readonly #probe: Probe;
  readonly #request: SurveyRequest;
  readonly #drafts = new Map<NamespaceId, Draft>();
  readonly #samples = new Map<Membership, number[]>();
  /** Nothing stands below a mount namespace: one lives if something holds it or the kernel lists it. */
  readonly #mountNamespaces: Draft[] = [];
  readonly #searched = new Set<NamespaceId>();
  #kthreadd: Membership | undefined;

  constructor(probe: Probe, request: SurveyRequest) {
    this.#probe = probe;
    this.#request = request;
  }

  /** Reads a process and opens what it is in that is not open yet; undefined where it has gone. */
  process(pid: number): ProcessReading | undefined {
    const problems: Problem[] = [];
    for (let attempt = 0; ; attempt++) {
      const reading = this.#probe.readProcess(pid, this.#request);
      if (reading === undefined) return undefined;
      const { namespaces } = reading.process;
      if (!this.#samples.has(namespaces) && !this.#openAll(pid, namespaces, problems)) {
        if (attempt < PATIENCE) continue;
        problems.push({ code: "NAMESPACE_CHANGED", pid });
        for (const type of NAMESPACE_TYPES) if (namespaces[type] !== undefined) this.#draft(namespaces[type], type);
      }
      this.#count(reading.process);
      return problems.length === 0 ? reading : { ...reading, problems: [...problems, ...reading.problems] };
    }
  }

  #count(process: Process): void {
    const { namespaces, pid } = process;
    const sample = this.#samples.get(namespaces);
    if (sample === undefined) {
      this.#samples.set(namespaces, [pid]);
      for (const type of NAMESPACE_TYPES) {
        const draft = this.#drafts.get(namespaces[type] ?? "");
        if (draft !== undefined) draft.held = true;
      }
    } else if (sample.length < SAMPLE) {
      sample.push(pid);
    }
    if (isKthreadd(process)) this.#kthreadd = namespaces;
  }

  /** Opens what a membership names and was not opened before; false where the process is not in it any more. */
  #openAll(pid: number, namespaces: Membership, problems: Problem[]): boolean {
    for (const type of NAMESPACE_TYPES) {
      const id = namespaces[type];
      if (id === undefined || this.#drafts.get(id)?.opened) continue;
      const opened = this.#probe.openMember(pid, type, id);
      if (opened.state === "changed" || opened.state === "gone") return false;
      this.#learn(id, type, opened, problems);
    }
    return true;
  }

  *finding(finding: Finding): Generator<Observation, void, undefined> {
    yield* asProblems(finding.problems);
    for (const sighting of finding.sightings) yield* this.#sighting(sighting);
  }

  *#sighting(sighting: Sighting): Generator<Observation, void, undefined> {
    const { id, pin } = sighting;
    const known = this.#drafts.get(id);
    if (!known?.opened) {
      const problems: Problem[] = [];
      const opened = sighting.open();
      if (known === undefined && (opened.state === "changed" || opened.state === "gone")) return;
      const type = opened.state === "open" ? opened.handle.type : sighting.type;
      if (type !== undefined) this.#learn(id, type, opened, problems);
      else if (opened.state === "failed") problems.push(opened.problem);
      yield* asProblems(problems);
    }
    const draft = this.#drafts.get(id);
    if (draft === undefined) return;
    if (pin !== undefined) {
      draft.held = true;
      yield { kind: "pin", pin };
    } else if (known === undefined) {
      // What this survey itself has open is listed too: only what was not met before says something.
      draft.listed = true;
    }
  }

  /**
   * Mount namespaces may hold mounts of mount namespaces: searched until no new one turns up. Those that were `reached`
   * have members or are open; the kernel's own lists may yet open others. One that vanished is not searched: a mount in
   * it would be in nothing.
   */
  *mounts(which: "reached" | "all"): Generator<Observation, void, undefined> {
    if (!this.#request.sources.has("mount")) return;
    const members = this.#members();
    // Those that are found on the way come to its end, and are searched in their turn.
    for (const { id, opened, held, listed } of this.#mountNamespaces) {
      if (this.#searched.has(id) || !(held || listed)) continue;
      if (which === "reached" && !opened && !members.has(id)) continue;
      this.#searched.add(id);
      yield* this.finding(this.#probe.readMounts(id, members.get(id) ?? []));
    }
  }

  *namespaces(): Generator<Observation, void, undefined> {
    const drafts = this.#living();
    const initial = judgeInitial(drafts, this.#kthreadd);
    const levels = findLevels(this.#drafts, initial);
    const members = this.#request.facts.size > 0 ? this.#members() : undefined;
    for (const draft of drafts) {
      const { id, type, failure } = draft;
      if (failure !== undefined) yield { kind: "problem", problem: failure };
      const read = members && this.#probe.readFacts(id, type, members.get(id) ?? [], this.#request.facts);
      if (read !== undefined && read.problems.length > 0) yield* asProblems(read.problems);
      const namespace = describeNamespace(draft, initial.get(id), levels.get(id));
      yield { kind: "namespace", namespace: read === undefined ? namespace : Object.assign(namespace, read.facts) };
    }
  }

  /** What something holds; a namespace that vanished while it was looked at, and what only it held, is left out. */
  *unseen(): Generator<Observation, void, undefined> {
    const below = new Set<NamespaceId>();
    for (const draft of this.#living()) for (const id of relatives(draft)) below.add(id);
    for (const { id, held, listed } of this.#drafts.values()) {
      if (listed && !held && !below.has(id)) yield { kind: "pin", pin: { kind: "unseen", namespace: id } };
    }
  }

  #living(): Draft[] {
    const living = new Set<NamespaceId>();
    const queue: NamespaceId[] = [];
    const visit = (id: NamespaceId): void => {
      if (living.has(id) || !this.#drafts.has(id)) return;
      living.add(id);
      queue.push(id);
    };
    for (const { id, held, listed } of this.#drafts.values()) if (held || listed) visit(id);
    for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
      const draft = this.#drafts.get(id);
      if (draft !== undefined) relatives(draft).forEach(visit);
    }
    return [...this.#drafts.values()].filter(({ id }) => living.has(id));
  }

  #members(): Map<NamespaceId, number[]> {
    const members = new Map<NamespaceId, number[]>();
    for (const [namespaces, pids] of this.#samples) {
      for (const type of NAMESPACE_TYPES) {
        const id = namespaces[type];
        if (id === undefined) continue;
        const list = members.get(id);
        if (list === undefined) members.set(id, [...pids]);
        else if (list.length < SAMPLE) list.push(...pids.slice(0, SAMPLE - list.length));
      }
    }
    return members;
  }

  #draft(id: NamespaceId, type: NamespaceType): Draft {
    return obtain(this.#drafts, id, () => {
      const parent = isHierarchical(type) ? UNKNOWN_LINK : NO_LINK;
      const draft = { id, type, parent, owner: UNKNOWN_LINK, opened: false, held: false, listed: false };
      if (type === "mnt") this.#mountNamespaces.push(draft);
      return draft;
    });
  }

  /** Writes down what is known of a namespace, and climbs to its owner and ancestors. */
  #learn(id: NamespaceId, type: NamespaceType, opened: Opened, problems: Problem[]): void {
    const draft = this.#draft(id, type);
    if (opened.state === "failed") draft.failure ??= opened.problem;
    if (opened.state !== "open") return;
    const queue: [Draft, NamespaceHandle][] = [[draft, opened.handle]];
    for (let entry = queue.pop(); entry !== undefined; entry = queue.pop()) this.#climb(...entry, queue, problems);
  }

  #climb(draft: Draft, handle: NamespaceHandle, queue: [Draft, NamespaceHandle][], problems: Problem[]): void {
    draft.opened = true;
    delete draft.failure;
    const follow = (answer: RelativeAnswer): Link => {
      if (answer.state === "none") return NO_LINK;
      if (answer.state === "invisible") return INVISIBLE_LINK;
      if (answer.state === "failed") {
        problems.push(answer.problem);
        return UNKNOWN_LINK;
      }
      const { id, type } = answer.handle;
      const relative = this.#draft(id, type);
      if (!relative.opened) queue.push([relative, answer.handle]);
      return { state: "known", id };
    };
    draft.owner = follow(handle.owner());
    draft.parent = draft.type === "user" ? draft.owner : draft.type === "pid" ? follow(handle.parent()) : NO_LINK;
    const take = <T>(answer: ValueAnswer<T>): T | undefined => {
      if (answer === undefined || "value" in answer) return answer?.value;
      problems.push(answer.problem);
      return undefined;
    };
    const ownerUid = draft.type === "user" ? take(handle.ownerUid()) : undefined;
    const nsId = take(handle.nsId());
    if (ownerUid !== undefined) draft.ownerUid = ownerUid;
    if (nsId !== undefined) draft.nsId = nsId;
  }
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** What is known of a namespace. An absent fact is an absent field. */
function describeNamespace(
  { id, type, nsId, parent, owner, ownerUid }: Draft,
  initial: boolean | undefined,
  level: number | undefined,
): Namespace {
  const { dev, ino } = parseNamespaceId(id) ?? { dev: 0, ino: 0 };
  const namespace: Writable<Namespace> = { id, type, dev, ino, parent, owner };
  if (nsId !== undefined) namespace.nsId = nsId;
  if (initial !== undefined) namespace.initial = initial;
  if (level !== undefined) namespace.level = level;
  if (ownerUid !== undefined) namespace.ownerUid = ownerUid;
  return namespace;
}

function relatives(draft: Draft): NamespaceId[] {
  const ids: NamespaceId[] = [];
  for (const link of [draft.parent, draft.owner]) if (link.state === "known") ids.push(link.id);
  return ids;
}

function isKthreadd(process: Process): boolean {
  if (process.pid !== 2 || process.ppid !== 0 || process.comm !== "kthreadd") return false;
  const pid = process.namespaces.pid;
  return pid !== undefined && isInitialInode("pid", inodeOf(pid));
}

function inodeOf(id: NamespaceId): number {
  return parseNamespaceId(id)?.ino ?? 0;
}

function judgeInitial(
  drafts: readonly Draft[],
  kthreadd: Membership | undefined,
): ReadonlyMap<NamespaceId, boolean | undefined> {
  const fixedNetAndMnt = drafts.some(
    ({ id, type }) => (type === "net" || type === "mnt") && isInitialInode(type, inodeOf(id)),
  );
  return new Map(
    drafts.map(({ id, type }) => [id, isInitial({ id, type, ino: inodeOf(id) }, { kthreadd, fixedNetAndMnt })]),
  );
}

/** Nesting levels, from the initial namespaces down, of those from which an initial one is reached. */
function findLevels(
  drafts: ReadonlyMap<NamespaceId, Draft>,
  initial: ReadonlyMap<NamespaceId, boolean | undefined>,
): ReadonlyMap<NamespaceId, number> {
  const below = groupBy(drafts.values(), ({ parent }) => linkedId(parent));
  const levels = new Map<NamespaceId, number>();
  for (const [id, { type }] of drafts) if (isHierarchical(type) && initial.get(id) === true) levels.set(id, 0);
  // Those that are found on the way come to its end, and have what is below them found in their turn.
  for (const [id, level] of levels)
    for (const draft of below.get(id) ?? []) if (!levels.has(draft.id)) levels.set(draft.id, level + 1);
  return levels;
}
