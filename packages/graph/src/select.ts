import { assembleGraph } from "./build-graph.js";
import { NsGraphError } from "./errors.js";
import { linkedId } from "./link.js";
import type { Namespace } from "./namespace.js";
import type { NamespaceGraph } from "./namespace-graph.js";
import type { NamespaceId } from "./namespace-id.js";
import { NAMESPACE_TYPES, type NamespaceType } from "./namespace-type.js";
import type { Membership, Process } from "./process.js";
import type { Subject, View } from "./view.js";

/** Which parts of a graph stay. */
interface Cut {
  /** What was asked for. */
  readonly namespaces: ReadonlySet<NamespaceId>;
  /** The processes that stay; all with a membership that stays, by default. */
  readonly processes?: (process: Process) => boolean;
  readonly view?: Partial<View>;
}

/**
 * Cuts a graph down to some namespaces. The owners and ancestors of what stays remain as context, so that
 * every edge still has its end; memberships in what goes are left out.
 */
function cut(graph: NamespaceGraph, { namespaces: kept, processes: keepProcess, view }: Cut): NamespaceGraph {
  const context = new Set<NamespaceId>();
  const queue = [...kept];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    const namespace = graph.namespace(id);
    if (namespace === undefined) continue;
    for (const link of [namespace.owner, namespace.parent]) {
      const relative = linkedId(link);
      if (
        relative === undefined ||
        kept.has(relative) ||
        context.has(relative) ||
        graph.namespace(relative) === undefined
      )
        continue;
      context.add(relative);
      queue.push(relative);
    }
  }
  const namespaces: Namespace[] = [];
  for (const namespace of graph.namespaces()) {
    if (kept.has(namespace.id)) namespaces.push(namespace);
    else if (context.has(namespace.id)) namespaces.push({ ...namespace, context: true });
  }
  const narrowed = new Map<Membership, Membership>();
  const narrow = (membership: Membership): Membership => {
    let result = narrowed.get(membership);
    if (result === undefined) {
      const entries = NAMESPACE_TYPES.filter((type) => kept.has(membership[type] ?? "")).map(
        (type) => [type, membership[type]] as const,
      );
      result =
        entries.length === Object.keys(membership).length ? membership : (Object.fromEntries(entries) as Membership);
      narrowed.set(membership, result);
    }
    return result;
  };
  const processes: Process[] = [];
  for (const process of graph.processes()) {
    if (keepProcess !== undefined && !keepProcess(process)) continue;
    const memberships = narrow(process.namespaces);
    if (
      Object.keys(memberships).length === 0 &&
      (keepProcess === undefined || Object.keys(process.namespaces).length > 0)
    )
      continue;
    processes.push(memberships === process.namespaces ? process : { ...process, namespaces: memberships });
  }
  return assembleGraph({
    frame: {
      ...graph.frame,
      complete: graph.complete,
      ...(view === undefined ? {} : { view: { ...graph.view, ...view } }),
    },
    namespaces,
    processes,
    pins: graph.pins().filter((pin) => kept.has(pin.namespace)),
    problems: graph.problems(),
  });
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

/** Only namespaces that no process is in, with what pins them. */
export function selectProcessless(graph: NamespaceGraph): NamespaceGraph {
  return cut(graph, {
    namespaces: idsOf(graph.namespaces().filter(({ id, context }) => !context && graph.memberCount(id) === 0)),
  });
}

/** One namespace with its relatives, members and pins, or one process with its namespaces; the view's subject is set. */
export function selectSubject(graph: NamespaceGraph, subject: Subject): NamespaceGraph {
  const kept = new Set<NamespaceId>();
  if (subject.kind === "process") {
    const process = requireProcess(graph, subject.pid);
    for (const id of Object.values(process.namespaces)) kept.add(id);
    const related = new Set([subject.pid, process.ppid]);
    return cut(graph, { namespaces: kept, processes: ({ pid }) => related.has(pid), view: { subject } });
  }
  kept.add(subject.id);
  for (const { id } of graph.children(subject.id)) kept.add(id);
  for (const { id } of graph.owned(subject.id)) kept.add(id);
  for (const pin of graph.pins(subject.id))
    if (pin.kind === "mount" && graph.namespace(pin.mountNamespace)) kept.add(pin.mountNamespace);
  const holders = new Set<number>();
  for (const pin of graph.pins(subject.id)) if ("pid" in pin) holders.add(pin.pid);
  const isMember = (process: Process): boolean => Object.values(process.namespaces).includes(subject.id);
  return cut(graph, {
    namespaces: kept,
    processes: (process) => holders.has(process.pid) || isMember(process),
    view: { subject },
  });
}

function requireProcess(graph: NamespaceGraph, pid: number): Process {
  const process = graph.process(pid);
  if (process === undefined) throw new NsGraphError("NO_SUCH_PROCESS", `there is no process ${pid}`);
  return process;
}
