import { SOURCES, type Source } from "./host.js";
import { type InitialEvidence, isInitial, isInitialInode } from "./initial.js";
import { INVISIBLE_LINK, type Link, linkedId, NO_LINK, UNKNOWN_LINK } from "./link.js";
import type { Namespace } from "./namespace.js";
import { type NamespaceId, parseNamespaceId } from "./namespace-id.js";
import { isHierarchical, NAMESPACE_TYPES, type NamespaceType } from "./namespace-type.js";
import type { Observation } from "./observation.js";
import type {
  Finding,
  NamespaceHandle,
  Opened,
  Probe,
  ProcessReading,
  RelativeAnswer,
  Sighting,
  SurveyRequest,
} from "./probe.js";
import type { Problem } from "./problem.js";
import type { Membership, Process } from "./process.js";
import type { Fact } from "./renderer.js";

/** How often a process whose namespaces change while it is read is read again. */
const PATIENCE = 4;
/** How many members of a namespace are offered for reading its facts and mounts. */
const SAMPLE = 16;

/** What of a survey can be chosen. */
export interface SurveyOptions {
  /** The places to search; all by default. `process` is always searched. */
  readonly sources?: Iterable<Source>;
  /** The facts to read; none by default. */
  readonly facts?: Iterable<Fact>;
  /** Read these processes alone. */
  readonly pids?: readonly number[];
}

/**
 * Asks a probe for every namespace, and yields what it answers as flat facts.
 *
 * Each process's links are read, and a namespace is opened only the first time its id is seen: to ask for its
 * owner and parent, and theirs, up to the top of what the viewer may see. Threads always share their process's
 * user and pid namespace (clone(2): CLONE_THREAD excludes CLONE_NEWUSER and CLONE_NEWPID; unshare(2) and setns(2)
 * refuse them to a process with threads, or let them take effect for children only), so those two need no scan of threads.
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
      ...(request.facts.has("users") ? { users: probe.users() } : {}),
    },
  };
  yield* asProblems(problems);

  const surveyor = new Surveyor(probe, request);
  const listing = options.pids === undefined ? probe.pids() : { pids: options.pids, sightings: [], problems: [] };
  yield* asProblems(listing.problems);
  for (const pid of listing.pids) yield* surveyor.process(pid);
  yield* surveyor.mounts();
  if (wanted.has("kernel") || wanted.has("mount")) {
    yield* surveyor.finding(probe.readKernelLists(request));
    yield* surveyor.mounts();
  }
  yield* surveyor.namespaces();
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
  /** Something that is known to hold it was found. */
  held: boolean;
}

class Surveyor {
  readonly #probe: Probe;
  readonly #request: SurveyRequest;
  readonly #drafts = new Map<NamespaceId, Draft>();
  readonly #samples = new Map<Membership, number[]>();
  readonly #searched = new Set<NamespaceId>();
  #kthreadd: Membership | undefined;

  constructor(probe: Probe, request: SurveyRequest) {
    this.#probe = probe;
    this.#request = request;
  }

  *process(pid: number): Generator<Observation, void, undefined> {
    let reading: ProcessReading | undefined;
    let failures: Problem[] = [];
    for (let attempt = 0; ; attempt++) {
      reading = this.#probe.readProcess(pid, this.#request);
      if (reading === undefined) return;
      const { namespaces } = reading.process;
      if (this.#samples.has(namespaces)) break;
      failures = [];
      const stable = this.#openAll(pid, namespaces, failures);
      if (stable) break;
      if (attempt >= PATIENCE) {
        failures.push({ code: "NAMESPACE_CHANGED", pid });
        break;
      }
    }
    yield* asProblems(failures);
    const { process } = reading;
    yield { kind: "process", process };
    const sample = this.#samples.get(process.namespaces);
    if (sample === undefined) this.#samples.set(process.namespaces, [pid]);
    else if (sample.length < SAMPLE) sample.push(pid);
    if (isKthreadd(process)) this.#kthreadd = process.namespaces;
    yield* this.finding(reading);
  }

  /** Opens what a membership names and was not seen before; false where the process is not in it any more. */
  #openAll(pid: number, namespaces: Membership, failures: Problem[]): boolean {
    for (const type of NAMESPACE_TYPES) {
      const id = namespaces[type];
      if (id === undefined) continue;
      const draft = this.#drafts.get(id);
      if (draft !== undefined) {
        draft.held = true;
        continue;
      }
      const opened = this.#probe.openMember(pid, type, id);
      // A process that has gone in between was in it, as far as anybody can tell.
      if (opened.state === "changed") return false;
      this.#learn(id, type, opened, failures).held = true;
    }
    return true;
  }

  *finding(finding: Finding): Generator<Observation, void, undefined> {
    yield* asProblems(finding.problems);
    for (const sighting of finding.sightings) yield* this.#sighting(sighting);
  }

  *#sighting(sighting: Sighting): Generator<Observation, void, undefined> {
    let draft = this.#drafts.get(sighting.id);
    if (draft === undefined) {
      const problems: Problem[] = [];
      const opened = sighting.open();
      if (opened.state === "changed" || opened.state === "gone") return;
      const type = opened.state === "open" ? opened.handle.type : sighting.type;
      if (type !== undefined) draft = this.#learn(sighting.id, type, opened, problems);
      else if (opened.state === "failed") problems.push(opened.problem);
      yield* asProblems(problems);
      if (draft === undefined) return;
    }
    if (sighting.pin !== undefined) {
      draft.held = true;
      yield { kind: "pin", pin: sighting.pin };
    }
  }

  /** Mount namespaces may hold mounts of mount namespaces: searched until no new one turns up. */
  *mounts(): Generator<Observation, void, undefined> {
    if (!this.#request.sources.has("mount")) return;
    for (;;) {
      const fresh = [...this.#drafts.values()].filter((draft) => draft.type === "mnt" && !this.#searched.has(draft.id));
      if (fresh.length === 0) return;
      const members = this.#members();
      for (const { id } of fresh) {
        this.#searched.add(id);
        yield* this.finding(this.#probe.readMounts(id, members.get(id) ?? []));
      }
    }
  }

  *namespaces(): Generator<Observation, void, undefined> {
    const drafts = [...this.#drafts.values()];
    const inodes = new Map(drafts.map((draft) => [draft.id, parseNamespaceId(draft.id) ?? { dev: 0, ino: 0 }]));
    const evidence: InitialEvidence = {
      kthreadd: this.#kthreadd,
      fixedNetAndMnt: drafts.some(
        (d) => (d.type === "net" || d.type === "mnt") && isInitialInode(d.type, inodes.get(d.id)?.ino ?? 0),
      ),
    };
    const initial = new Map<NamespaceId, boolean | undefined>();
    for (const { id, type } of drafts)
      initial.set(id, isInitial({ id, type, ino: inodes.get(id)?.ino ?? 0 }, evidence));
    const levels = new Levels(this.#drafts, initial);
    const below = new Set<NamespaceId>();
    for (const draft of drafts) {
      for (const link of [draft.parent, draft.owner]) {
        const id = linkedId(link);
        if (id !== undefined) below.add(id);
      }
    }
    const members = this.#request.facts.size > 0 ? this.#members() : undefined;
    for (const draft of drafts) {
      const { id, type, parent, owner } = draft;
      const read = members && this.#probe.readFacts(id, type, members.get(id) ?? [], this.#request.facts);
      if (read !== undefined) yield* asProblems(read.problems);
      const first = initial.get(id);
      const level = levels.of(id);
      const namespace: Namespace = {
        id,
        type,
        dev: inodes.get(id)?.dev ?? 0,
        ino: inodes.get(id)?.ino ?? 0,
        ...(draft.nsId === undefined ? {} : { nsId: draft.nsId }),
        ...(first === undefined ? {} : { initial: first }),
        ...(level === undefined ? {} : { level }),
        parent,
        owner,
        ...(draft.ownerUid === undefined ? {} : { ownerUid: draft.ownerUid }),
        ...read?.facts,
      };
      yield { kind: "namespace", namespace };
      if (!draft.held && !below.has(id)) yield { kind: "pin", pin: { kind: "unseen", namespace: id } };
    }
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

  /** Writes down what is known of a namespace seen for the first time, and climbs to its owner and ancestors. */
  #learn(id: NamespaceId, type: NamespaceType, opened: Opened, problems: Problem[]): Draft {
    const draft: Draft = {
      id,
      type,
      parent: isHierarchical(type) ? UNKNOWN_LINK : NO_LINK,
      owner: UNKNOWN_LINK,
      held: false,
    };
    this.#drafts.set(id, draft);
    if (opened.state === "failed") problems.push(opened.problem);
    if (opened.state !== "open") return draft;
    const queue: [Draft, NamespaceHandle][] = [[draft, opened.handle]];
    for (let entry = queue.pop(); entry !== undefined; entry = queue.pop()) this.#climb(...entry, queue, problems);
    return draft;
  }

  #climb(draft: Draft, handle: NamespaceHandle, queue: [Draft, NamespaceHandle][], problems: Problem[]): void {
    const follow = (answer: RelativeAnswer): Link => {
      if (answer.state === "none") return NO_LINK;
      if (answer.state === "invisible") return INVISIBLE_LINK;
      if (answer.state === "failed") {
        problems.push(answer.problem);
        return UNKNOWN_LINK;
      }
      const { id, type } = answer.handle;
      if (!this.#drafts.has(id)) {
        const relative: Draft = {
          id,
          type,
          parent: isHierarchical(type) ? UNKNOWN_LINK : NO_LINK,
          owner: UNKNOWN_LINK,
          held: false,
        };
        this.#drafts.set(id, relative);
        queue.push([relative, answer.handle]);
      }
      return { state: "known", id };
    };
    draft.owner = follow(handle.owner());
    draft.parent = draft.type === "user" ? draft.owner : draft.type === "pid" ? follow(handle.parent()) : NO_LINK;
    if (draft.type === "user") {
      const uid = handle.ownerUid();
      if (uid !== undefined && "value" in uid) draft.ownerUid = uid.value;
      else if (uid !== undefined) problems.push(uid.problem);
    }
    const nsId = handle.nsId();
    if (nsId !== undefined && "value" in nsId) draft.nsId = nsId.value;
    else if (nsId !== undefined) problems.push(nsId.problem);
  }
}

function isKthreadd(process: Process): boolean {
  if (process.pid !== 2 || process.ppid !== 0 || process.comm !== "kthreadd") return false;
  const pid = process.namespaces.pid;
  return pid !== undefined && isInitialInode("pid", parseNamespaceId(pid)?.ino ?? 0);
}

/** Nesting levels, from the initial namespace down; each chain is walked once. */
class Levels {
  readonly #drafts: ReadonlyMap<NamespaceId, { readonly parent: Link }>;
  readonly #levels = new Map<NamespaceId, number | undefined>();

  constructor(
    drafts: ReadonlyMap<NamespaceId, { readonly type: NamespaceType; readonly parent: Link }>,
    initial: ReadonlyMap<NamespaceId, boolean | undefined>,
  ) {
    this.#drafts = drafts;
    for (const [id, draft] of drafts) {
      if (!isHierarchical(draft.type)) this.#levels.set(id, undefined);
      else if (initial.get(id) === true) this.#levels.set(id, 0);
    }
  }

  of(start: NamespaceId): number | undefined {
    const path: NamespaceId[] = [];
    const met = new Set<NamespaceId>();
    let id: NamespaceId | undefined = start;
    while (id !== undefined && !this.#levels.has(id) && !met.has(id)) {
      met.add(id);
      path.push(id);
      id = linkedId(this.#drafts.get(id)?.parent ?? NO_LINK);
    }
    let level = id === undefined ? undefined : this.#levels.get(id);
    for (const step of path.reverse()) {
      if (level !== undefined) level++;
      this.#levels.set(step, level);
    }
    return level;
  }
}
