import { assembleGraph } from "../build/build-graph.js";
import { NsGraphError } from "../model/errors.js";
import { linkedId } from "../model/link.js";
import type { Namespace } from "../model/namespace.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import type { NamespaceId } from "../model/namespace-id.js";
import { NAMESPACE_TYPES, type NamespaceType } from "../model/namespace-type.js";
import type { SurveyFrame } from "../model/observation.js";
import type { Process } from "../model/process.js";
import type { Selection } from "../model/selection.js";
import type { Subject, View } from "../model/view.js";
import { noProcess, noWorkload, unknownNamespace } from "../words/absence.js";
import { type Drawing, drawingOf, drawPart } from "./drawn-graph.js";

/** Which parts of a graph are selected of those that it draws. */
interface Cut {
  readonly namespaces: ReadonlySet<NamespaceId>;
  /** Whether the owners and ancestors of these are drawn as context: both by default. */
  readonly above?: "all" | "parents" | "none";
  /** What is drawn as context besides. */
  readonly beside?: Iterable<NamespaceId>;
  /** The processes; all that are known to be in a selected namespace, by default. */
  readonly processes?: (process: Process) => boolean;
  readonly selection?: Selection;
  readonly view?: Partial<View>;
}

function cut(
  graph: NamespaceGraph,
  { namespaces, above = "all", beside = [], processes, selection, view }: Cut,
): NamespaceGraph {
  const isAsked = processes ?? ((process: Process) => isIn(process, namespaces));
  return drawPart(graph.whole, {
    namespaces,
    context: above === "none" ? NOTHING : findAbove(graph, namespaces, beside, above),
    // Of one subject everything is shown, also where it was not selected before.
    processes: (view?.subject === undefined ? graph : graph.whole)
      .processes()
      .filter((process) => !process.context && isAsked(process)),
    selection: { ...graph.selection, ...selection },
    view: { ...graph.view, ...view },
  });
}

const NOTHING: ReadonlySet<NamespaceId> = new Set();

function isIn({ namespaces }: Process, kept: ReadonlySet<NamespaceId>): boolean {
  return NAMESPACE_TYPES.some((type) => kept.has(namespaces[type] ?? ""));
}

/** What is drawn as context of some namespaces: what stands beside them, and the owners and ancestors of all of these. */
function findAbove(
  graph: NamespaceGraph,
  kept: ReadonlySet<NamespaceId>,
  beside: Iterable<NamespaceId>,
  which: "all" | "parents",
): ReadonlySet<NamespaceId> {
  const above = new Set<NamespaceId>();
  for (const id of beside) if (!kept.has(id)) above.add(id);
  const queue = [...kept, ...above];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    const namespace = graph.namespace(id);
    if (namespace === undefined) continue;
    for (const link of which === "all" ? [namespace.owner, namespace.parent] : [namespace.parent]) {
      const relative = linkedId(link);
      if (relative === undefined || kept.has(relative) || above.has(relative) || !mayDraw(graph, relative)) continue;
      above.add(relative);
      queue.push(relative);
    }
  }
  return above;
}

/** Whether a relative may be drawn as context: what is above a subtree stays out, whatever is selected of it. */
function mayDraw(graph: NamespaceGraph, id: NamespaceId): boolean {
  return graph.selection?.subtree === undefined ? graph.namespace(id) !== undefined : graph.draws(id);
}

/** The ids of the namespaces that a graph draws for their own sake, of those that a test holds for. */
function selected(graph: NamespaceGraph, test: (namespace: Namespace) => boolean): Set<NamespaceId> {
  const ids = new Set<NamespaceId>();
  for (const namespace of graph.namespaces()) if (!namespace.context && test(namespace)) ids.add(namespace.id);
  return ids;
}

/** The whole of a graph with something else in its frame. */
export function reframe(graph: NamespaceGraph, change: Partial<SurveyFrame>): NamespaceGraph {
  const { whole } = graph;
  return assembleGraph({
    frame: { ...whole.frame, complete: whole.complete, ...change },
    namespaces: whole.namespaces(),
    processes: whole.processes(),
    pins: whole.pins(),
    problems: whole.problems(),
  });
}

/** The same graph with another view. */
export function arrange(graph: NamespaceGraph, view: Partial<View>): NamespaceGraph {
  const drawing: Drawing | undefined = drawingOf(graph);
  const arranged = { ...graph.view, ...view };
  return drawing === undefined
    ? reframe(graph, { view: arranged })
    : drawPart(graph.whole, { ...drawing, view: arranged });
}

/**
 * Only these types; owners and parents are drawn as context.
 *
 * @example
 * import { readFileSync } from "node:fs";
 * import { namespaceName, selectTypes } from "@ns-graph/graph";
 * import { readDocument } from "@ns-graph/render-json";
 *
 * const graph = selectTypes(readDocument(readFileSync("host.json")), ["net", "mnt"]);
 * for (const namespace of graph.namespaces()) {
 *   if (!namespace.context) console.log(namespaceName(namespace), graph.memberCount(namespace.id));
 * }
 */
export function selectTypes(graph: NamespaceGraph, types: Iterable<NamespaceType>): NamespaceGraph {
  const wanted = new Set(types);
  return cut(graph, {
    namespaces: selected(graph, ({ type }) => wanted.has(type)),
    selection: { types: NAMESPACE_TYPES.filter((type) => wanted.has(type)) },
  });
}

/**
 * The PID namespace hierarchy alone.
 *
 * @example
 * import { readFileSync } from "node:fs";
 * import { forest, namespaceName, selectPidHierarchy } from "@ns-graph/graph";
 * import { readDocument } from "@ns-graph/render-json";
 *
 * const graph = selectPidHierarchy(readDocument(readFileSync("host.json")));
 * for (const grove of forest(graph, "parent")) {
 *   for (const { namespace, children } of grove.roots) console.log(namespaceName(namespace), children.length);
 * }
 */
export function selectPidHierarchy(graph: NamespaceGraph): NamespaceGraph {
  return cut(graph, {
    namespaces: selected(graph, ({ type }) => type === "pid"),
    above: "parents",
    selection: { pidHierarchy: true },
    view: { tree: "parent" },
  });
}

/**
 * What is below the user or pid namespace of a process: that namespace, its descendants, and what they own. What is above
 * is not drawn.
 *
 * @example
 * import { readFileSync } from "node:fs";
 * import { selectSubtree } from "@ns-graph/graph";
 * import { readDocument } from "@ns-graph/render-json";
 *
 * const graph = selectSubtree(readDocument(readFileSync("host.json")), 4711, "user");
 * console.log(graph.namespaces().length, "namespaces", graph.processes().length, "processes");
 *
 * @throws NsGraphError `NO_SUCH_PROCESS` if the graph has no such process or does not know its namespace.
 */
export function selectSubtree(graph: NamespaceGraph, pid: number, type: "user" | "pid"): NamespaceGraph {
  const top = requireProcess(graph, pid).namespaces[type];
  if (top === undefined) {
    throw new NsGraphError("NO_SUCH_PROCESS", ...unknownNamespace(graph, type, pid));
  }
  const below = new Set<NamespaceId>([top]);
  const queue = [top];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    for (const one of type === "pid" ? graph.children(id) : graph.below(id)) {
      if (below.has(one.id)) continue;
      below.add(one.id);
      if (type === "pid" || one.type === "user") queue.push(one.id);
    }
  }
  return cut(graph, {
    namespaces: selected(graph, ({ id }) => below.has(id)),
    above: "none",
    selection: { subtree: { pid, type } },
  });
}

/**
 * Only the memberships of these processes.
 *
 * @example
 * import { readFileSync } from "node:fs";
 * import { namespaceName, selectProcesses } from "@ns-graph/graph";
 * import { readDocument } from "@ns-graph/render-json";
 *
 * const graph = selectProcesses(readDocument(readFileSync("host.json")), [4711, 4712]);
 * for (const namespace of graph.namespaces()) {
 *   const theirs = graph.drawnMembers(namespace.id).map(({ pid }) => pid);
 *   console.log(namespaceName(namespace), theirs, "of", graph.memberCount(namespace.id));
 * }
 *
 * @throws NsGraphError `NO_SUCH_PROCESS` if the graph lacks one of them.
 */
export function selectProcesses(graph: NamespaceGraph, pids: Iterable<number>): NamespaceGraph {
  const wanted = new Set(pids);
  const theirs = new Set<NamespaceId>();
  for (const pid of wanted) for (const id of Object.values(requireProcess(graph, pid).namespaces)) theirs.add(id);
  return cut(graph, {
    namespaces: selected(graph, ({ id }) => theirs.has(id)),
    processes: ({ pid }) => wanted.has(pid),
    selection: { pids: [...wanted].sort((a, b) => a - b) },
  });
}

/**
 * Only namespaces in which no process was seen, with what pins them; their owners and parents are drawn as context.
 *
 * @example
 * import { readFileSync } from "node:fs";
 * import { describePin, namespaceName, selectProcessless } from "@ns-graph/graph";
 * import { readDocument } from "@ns-graph/render-json";
 *
 * const graph = selectProcessless(readDocument(readFileSync("host.json")));
 * for (const namespace of graph.namespaces()) {
 *   if (!namespace.context) console.log(namespaceName(namespace), graph.pins(namespace.id).map(describePin));
 * }
 */
export function selectProcessless(graph: NamespaceGraph): NamespaceGraph {
  return cut(graph, {
    namespaces: selected(graph, ({ id }) => graph.memberCount(id) === 0),
    processes: () => false,
    selection: { processless: true },
  });
}

/**
 * One namespace with what is right below it and their members, one process or one workload with its namespaces; the view's
 * subject is set.
 *
 * @example
 * import { readFileSync } from "node:fs";
 * import { answerSubject, selectSubject } from "@ns-graph/graph";
 * import { readDocument } from "@ns-graph/render-json";
 *
 * const graph = selectSubject(readDocument(readFileSync("host.json")), { kind: "process", pid: 4711 });
 * console.log(answerSubject(graph)?.enterWith);
 *
 * @throws NsGraphError `NO_SUCH_PROCESS` or `NO_SUCH_SUBJECT` if the graph has no such process or namespace, or no process of
 *   the workload.
 */
export function selectSubject(graph: NamespaceGraph, subject: Subject): NamespaceGraph {
  if (subject.kind === "process") {
    const process = requireProcess(graph, subject.pid);
    return cut(graph, {
      namespaces: new Set(Object.values(process.namespaces).filter((id) => graph.namespace(id) !== undefined)),
      processes: ({ pid }) => pid === process.pid,
      view: { subject },
    });
  }
  if (subject.kind === "workload") return cutWorkload(graph, subject);
  const { id } = subject;
  if (graph.namespace(id) === undefined) throw new NsGraphError("NO_SUCH_SUBJECT", `there is no namespace ${id}`);
  const kept = new Set<NamespaceId>([id]);
  for (const below of graph.below(id)) kept.add(below.id);
  return cut(graph, {
    namespaces: kept,
    // A picture has a line from each to what is mounted there.
    beside: graph.pins(id).flatMap((pin) => (pin.kind === "mount" ? pin.mountNamespace : [])),
    view: { subject },
  });
}

function cutWorkload(graph: NamespaceGraph, subject: Subject & { readonly kind: "workload" }): NamespaceGraph {
  const pids = new Set(subject.pids);
  const namespaces = new Set<NamespaceId>();
  let isThere = false;
  for (const pid of pids) {
    const process = graph.process(pid);
    if (process === undefined) continue;
    isThere = true;
    for (const id of Object.values(process.namespaces)) if (graph.namespace(id) !== undefined) namespaces.add(id);
  }
  if (!isThere) throw new NsGraphError("NO_SUCH_SUBJECT", noWorkload(subject.name));
  return cut(graph, {
    namespaces,
    processes: ({ pid }) => pids.has(pid),
    view: { subject: { ...subject, pids: [...pids].sort((a, b) => a - b) } },
  });
}

function requireProcess(graph: NamespaceGraph, pid: number): Process {
  const process = graph.process(pid);
  if (process === undefined) throw new NsGraphError("NO_SUCH_PROCESS", ...noProcess(graph, pid));
  return process;
}
