import { assembleGraph } from "./build-graph.js";
import { ownerWithMember } from "./enter-command.js";
import { NsGraphError } from "./errors.js";
import { linkedId } from "./link.js";
import type { Namespace } from "./namespace.js";
import type { NamespaceGraph } from "./namespace-graph.js";
import type { NamespaceId } from "./namespace-id.js";
import { NAMESPACE_TYPES, type NamespaceType } from "./namespace-type.js";
import type { Pin } from "./pin.js";
import type { Membership, Process } from "./process.js";
import type { Subject, View } from "./view.js";

/** Which parts of a graph stay. */
interface Cut {
  /** What was asked for. */
  readonly namespaces: ReadonlySet<NamespaceId>;
  /** What stays as context with its memberships and pins. */
  readonly around?: ReadonlySet<NamespaceId>;
  /**
   * The processes that stay; all with a membership that stays, by default. Those that pin what stays are context besides.
   */
  readonly processes?: (process: Process) => boolean;
  readonly view?: Partial<View>;
}

/**
 * Cuts a graph down to some namespaces. The owners and ancestors of what stays remain as context, so that
 * every edge still has its end; memberships in what goes are left out.
 */
function cut(graph: NamespaceGraph, { namespaces: kept, around, processes: keepProcess, view }: Cut): NamespaceGraph {
  const context = findContext(graph, kept, around ?? []);
  const namespaces: Namespace[] = [];
  for (const namespace of graph.namespaces()) {
    if (kept.has(namespace.id)) namespaces.push(namespace);
    else if (context.has(namespace.id)) namespaces.push({ ...namespace, context: true });
  }
  const held = around === undefined ? kept : new Set([...kept, ...around]);
  const pins = graph.pins().filter((pin) => held.has(pin.namespace));
  return assembleGraph({
    frame: {
      ...graph.frame,
      complete: graph.complete,
      ...(view === undefined ? {} : { view: { ...graph.view, ...view } }),
    },
    namespaces,
    processes: cutProcesses(graph, held, pins, keepProcess),
    pins,
    problems: graph.problems(),
  });
}

/** The processes that stay, and as context those that pin what stays. */
function cutProcesses(
  graph: NamespaceGraph,
  held: ReadonlySet<NamespaceId>,
  pins: readonly Pin[],
  keepProcess: Cut["processes"],
): readonly Process[] {
  const narrow = narrowTo(held);
  const holders = new Set<number>();
  for (const pin of pins) if ("pid" in pin) holders.add(pin.pid);
  const processes: Process[] = [];
  for (const process of graph.processes()) {
    const memberships = narrow(process.namespaces);
    const isUnreadable = Object.keys(process.namespaces).length === 0;
    const isMember = Object.keys(memberships).length > 0;
    const isAsked = keepProcess === undefined ? isMember : keepProcess(process) && (isMember || isUnreadable);
    if (isAsked && !process.context)
      processes.push(memberships === process.namespaces ? process : { ...process, namespaces: memberships });
    else if (holders.has(process.pid)) processes.push({ ...process, namespaces: NOWHERE, context: true });
  }
  return processes;
}

const NOWHERE: Membership = Object.freeze({});

/** What stays only as context: what was named as such, and the owners and ancestors of all that stays. */
function findContext(
  graph: NamespaceGraph,
  kept: ReadonlySet<NamespaceId>,
  around: Iterable<NamespaceId>,
): ReadonlySet<NamespaceId> {
  const context = new Set<NamespaceId>(around);
  const queue = [...kept, ...context];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    const namespace = graph.namespace(id);
    if (namespace === undefined) continue;
    for (const link of [namespace.owner, namespace.parent]) {
      const relative = linkedId(link);
      if (relative === undefined || kept.has(relative) || context.has(relative)) continue;
      if (graph.namespace(relative) === undefined) continue;
      context.add(relative);
      queue.push(relative);
    }
  }
  return context;
}

/** Narrows memberships to some namespaces; equal objects stay equal. */
function narrowTo(held: ReadonlySet<NamespaceId>): (membership: Membership) => Membership {
  const narrowed = new Map<Membership, Membership>();
  return (membership) => {
    let result = narrowed.get(membership);
    if (result === undefined) {
      const entries = NAMESPACE_TYPES.filter((type) => held.has(membership[type] ?? "")).map(
        (type) => [type, membership[type]] as const,
      );
      result =
        entries.length === Object.keys(membership).length ? membership : (Object.fromEntries(entries) as Membership);
      narrowed.set(membership, result);
    }
    return result;
  };
}

function idsOf(namespaces: Iterable<Namespace>): Set<NamespaceId> {
  const ids = new Set<NamespaceId>();
  for (const { id } of namespaces) ids.add(id);
  return ids;
}

/** The same graph with another view. */
export function arrange(graph: NamespaceGraph, view: Partial<View>): NamespaceGraph {
  return assembleGraph({
    frame: { ...graph.frame, complete: graph.complete, view: { ...graph.view, ...view } },
    namespaces: graph.namespaces(),
    processes: graph.processes(),
    pins: graph.pins(),
    problems: graph.problems(),
  });
}

/** Only these types; owners stay as context. */
export function selectTypes(graph: NamespaceGraph, types: Iterable<NamespaceType>): NamespaceGraph {
  const wanted = new Set(types);
  return cut(graph, {
    namespaces: idsOf(graph.namespaces().filter((namespace) => wanted.has(namespace.type) && !namespace.context)),
  });
}

/** The PID namespace hierarchy alone. */
export function selectPidHierarchy(graph: NamespaceGraph): NamespaceGraph {
  return cut(graph, {
    namespaces: idsOf(graph.namespaces().filter((namespace) => namespace.type === "pid" && !namespace.context)),
    view: { tree: "parent" },
  });
}

/**
 * What is below the user or pid namespace of a process: that namespace, its descendants, and what they own.
 *
 * @throws NsGraphError `NO_SUCH_PROCESS` if the graph has no such process or does not know its namespace.
 */
export function selectSubtree(graph: NamespaceGraph, pid: number, type: "user" | "pid"): NamespaceGraph {
  const top = requireProcess(graph, pid).namespaces[type];
  if (top === undefined) {
    throw new NsGraphError("NO_SUCH_PROCESS", `the ${type} namespace of process ${pid} is not known`, {
      hint: "It could not be read: run as the process's owner or as root.",
    });
  }
  const kept = new Set<NamespaceId>([top]);
  const queue = [top];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    for (const below of type === "pid" ? graph.children(id) : [...graph.children(id), ...graph.owned(id)]) {
      if (kept.has(below.id)) continue;
      kept.add(below.id);
      if (type === "pid" || below.type === "user") queue.push(below.id);
    }
  }
  return cut(graph, { namespaces: kept });
}

/**
 * Only the memberships of these processes.
 *
 * @throws NsGraphError `NO_SUCH_PROCESS` if the graph lacks one of them.
 */
export function selectProcesses(graph: NamespaceGraph, pids: Iterable<number>): NamespaceGraph {
  const wanted = new Set(pids);
  const kept = new Set<NamespaceId>();
  for (const pid of wanted) for (const id of Object.values(requireProcess(graph, pid).namespaces)) kept.add(id);
  return cut(graph, { namespaces: kept, processes: (process) => wanted.has(process.pid) });
}

/**
 * Only namespaces that no process is in, with what pins them. As context stay the namespaces that hold them up; of the
 * processes those that pin them and those in that context.
 */
export function selectProcessless(graph: NamespaceGraph): NamespaceGraph {
  const kept = idsOf(graph.namespaces().filter(({ id, context }) => !context && graph.memberCount(id) === 0));
  const around = new Set<NamespaceId>();
  const processes = new Set<Process>();
  for (const id of kept) {
    for (const below of [...graph.children(id), ...graph.owned(id)]) if (!kept.has(below.id)) around.add(below.id);
    for (const pin of graph.pins(id)) {
      const holder = "pid" in pin ? graph.process(pin.pid) : undefined;
      if (holder !== undefined) processes.add(holder);
    }
  }
  for (const id of around) for (const process of graph.members(id)) processes.add(process);
  return cut(graph, { namespaces: kept, around, processes: (process) => processes.has(process) });
}

/**
 * One namespace with its relatives, members and pins, or one process with its namespaces; the view's subject is set.
 * As context stay what holds the namespace by holding those below it, the mount namespaces that its mounts are in, an
 * owner that is entered together with it, the namespaces of the process's parent, and those that the process pins.
 *
 * @throws NsGraphError `NO_SUCH_PROCESS` or `NO_SUCH_SUBJECT` if the graph has no such process or namespace.
 */
export function selectSubject(graph: NamespaceGraph, subject: Subject): NamespaceGraph {
  return subject.kind === "process" ? selectOneProcess(graph, subject) : selectOneNamespace(graph, subject);
}

function selectOneProcess(graph: NamespaceGraph, subject: Subject & { kind: "process" }): NamespaceGraph {
  const process = requireProcess(graph, subject.pid);
  const parent = graph.process(process.ppid ?? 0);
  const around = new Set<NamespaceId>(Object.values(parent?.namespaces ?? {}));
  for (const pin of graph.pins()) if ("pid" in pin && pin.pid === subject.pid) around.add(pin.namespace);
  const processes = new Set([process, parent]);
  const namespaces = new Set(Object.values(process.namespaces));
  const mnt = graph.namespace(process.namespaces.mnt ?? "");
  if (mnt !== undefined) keepWayToOwner(graph, mnt, namespaces, around, processes);
  return cut(graph, {
    namespaces,
    around,
    processes: (one) => processes.has(one),
    view: { subject },
  });
}

function selectOneNamespace(graph: NamespaceGraph, subject: Subject & { kind: "namespace" }): NamespaceGraph {
  const { id } = subject;
  const namespace = graph.namespace(id);
  if (namespace === undefined) throw new NsGraphError("NO_SUCH_SUBJECT", `there is no namespace ${id}`);
  const kept = new Set<NamespaceId>([id]);
  for (const below of [...graph.children(id), ...graph.owned(id)]) kept.add(below.id);
  // An initial namespace needs no holder, and is above nearly all there is.
  const around = namespace.initial === true ? new Set<NamespaceId>() : findBelow(graph, kept);
  const processes = new Set<Process | undefined>();
  for (const one of [...kept, ...around]) for (const process of graph.members(one)) processes.add(process);
  for (const pin of graph.pins(id)) {
    if (pin.kind === "mount") {
      if (kept.has(pin.mountNamespace) || graph.namespace(pin.mountNamespace) === undefined) continue;
      around.add(pin.mountNamespace);
    }
    // One member is enough to say whose mount namespace it is.
    const holder = pin.kind === "mount" ? graph.members(pin.mountNamespace)[0] : "pid" in pin && graph.process(pin.pid);
    if (holder) processes.add(holder);
  }
  keepWayToOwner(graph, namespace, kept, around, processes);
  return cut(graph, { namespaces: kept, around, processes: (process) => processes.has(process), view: { subject } });
}

/** Keeps what leads into an owner that is entered together with what it owns: its pins, and one member. */
function keepWayToOwner(
  graph: NamespaceGraph,
  namespace: Namespace,
  kept: ReadonlySet<NamespaceId>,
  around: Set<NamespaceId>,
  processes: Set<Process | undefined>,
): void {
  const [owner, member] = ownerWithMember(graph, namespace) ?? [];
  if (owner === undefined || kept.has(owner.id)) return;
  around.add(owner.id);
  processes.add(member);
}

/** What is below some namespaces, at any depth, besides themselves. */
function findBelow(graph: NamespaceGraph, tops: ReadonlySet<NamespaceId>): Set<NamespaceId> {
  const found = new Set<NamespaceId>();
  const queue = [...tops];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    for (const below of [...graph.children(id), ...graph.owned(id)]) {
      if (tops.has(below.id) || found.has(below.id)) continue;
      found.add(below.id);
      queue.push(below.id);
    }
  }
  return found;
}

function requireProcess(graph: NamespaceGraph, pid: number): Process {
  const process = graph.process(pid);
  if (process === undefined) throw new NsGraphError("NO_SUCH_PROCESS", `there is no process ${pid}`);
  return process;
}
