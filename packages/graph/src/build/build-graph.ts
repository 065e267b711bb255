import { NsGraphError } from "../model/errors.js";
import { groupBy, obtain } from "../model/group-by.js";
import { SOURCES } from "../model/host.js";
import { type Link, linkedId } from "../model/link.js";
import type { Namespace } from "../model/namespace.js";
import type { Holder, NamespaceGraph } from "../model/namespace-graph.js";
import type { NamespaceId } from "../model/namespace-id.js";
import type { Observation, SurveyFrame } from "../model/observation.js";
import { compareNamespaces, comparePins, compareProblems, compareProcesses, compareText } from "../model/order.js";
import { type Pin, pinKey } from "../model/pin.js";
import { limitsCompleteness, type Problem, problemKey } from "../model/problem.js";
import type { Process } from "../model/process.js";
import { indexSets, processesIn, type SetIndex } from "../model/process-sets.js";
import { describeKind } from "../words/describe-kind.js";
import { FramedGraph } from "./framed-graph.js";
import { withInits } from "./init-state.js";

/** The parts of a graph, each without repetition; the order does not matter. */
export interface GraphParts {
  /** Where, by whom, and which places were searched. */
  readonly frame: SurveyFrame;
  /** All namespaces, no id twice. */
  readonly namespaces: readonly Namespace[];
  /** All processes, no PID twice. */
  readonly processes: readonly Process[];
  /** All pins, none twice (`pinKey`). */
  readonly pins: readonly Pin[];
  /** All problems, none twice. */
  readonly problems: readonly Problem[];
}

const NOTHING: readonly never[] = Object.freeze([]);

/**
 * Builds a graph from observations, in whatever order and however often they come. Where two observations
 * of one thing differ, the result does not depend on which came first.
 *
 * @example
 * import { buildGraph, namespaceName } from "@ns-graph/graph";
 *
 * const graph = buildGraph([
 *   { kind: "frame", frame: { host: {}, viewer: { namespaces: {} }, sources: ["process"] } },
 *   {
 *     kind: "namespace",
 *     namespace: {
 *       id: "4:4026532177",
 *       type: "net",
 *       dev: 4,
 *       ino: 4026532177,
 *       parent: { state: "none" },
 *       owner: { state: "unknown" },
 *     },
 *   },
 *   { kind: "process", process: { pid: 700, comm: "nginx", namespaces: { net: "4:4026532177" } } },
 * ]);
 * for (const namespace of graph.namespaces()) {
 *   console.log(namespaceName(namespace), graph.members(namespace.id).map(({ comm }) => comm));
 * }
 *
 * @throws NsGraphError `BAD_DOCUMENT` if it is given no observations, or there is no frame among them.
 */
export function buildGraph(observations: Iterable<Observation>): NamespaceGraph {
  if (typeof (observations as Partial<Iterable<Observation>> | undefined)?.[Symbol.iterator] !== "function") {
    throw noGraph(`buildGraph was given ${describeKind(observations)}, where an iterable of observations is expected`);
  }
  let frame: SurveyFrame | undefined;
  const namespaces = new Map<NamespaceId, Namespace>();
  const processes = new Map<number, Process>();
  const pins = new Map<string, Pin>();
  const problems = new Map<string, Problem>();
  for (const observation of observations) {
    switch (observation.kind) {
      case "frame":
        frame = frame === undefined ? observation.frame : lesser(frame, observation.frame);
        break;
      case "namespace":
        put(namespaces, observation.namespace.id, observation.namespace, mergeNamespaces);
        break;
      case "process":
        put(processes, observation.process.pid, observation.process, lesser);
        break;
      case "pin":
        put(pins, pinKey(observation.pin), observation.pin, betterPin);
        break;
      case "problem":
        problems.set(problemKey(observation.problem), observation.problem);
        break;
    }
  }
  if (frame === undefined) throw noGraph("buildGraph was given no frame (host, viewer and sources)");
  const parts: GraphParts = {
    frame,
    namespaces: [...namespaces.values()],
    processes: [...processes.values()],
    pins: [...pins.values()],
    problems: [...problems.values()],
  };
  const graph = assembleGraph(parts);
  const known = withInits(graph);
  return known === undefined ? graph : assembleGraph({ ...parts, namespaces: known });
}

function noGraph(message: string): NsGraphError {
  return new NsGraphError("BAD_DOCUMENT", message, {
    hint: 'survey(probe) yields observations, { kind: "frame", frame } before all others.',
  });
}

function put<Key, Item>(items: Map<Key, Item>, key: Key, item: Item, choose: (a: Item, b: Item) => Item): void {
  const before = items.get(key);
  items.set(key, before === undefined ? item : choose(before, item));
}

function betterPin(a: Pin, b: Pin): Pin {
  if (isReachable(a) === isReachable(b)) return lesser(a, b);
  return isReachable(a) ? a : b;
}

function isReachable(pin: Pin): boolean {
  return pin.kind === "mount" && pin.reachableFrom !== undefined;
}

/** Makes a graph from parts in which nothing comes twice. */
export function assembleGraph(parts: GraphParts): NamespaceGraph {
  return new Graph(parts);
}

function stableText(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => compareText(a, b)))
      : inner,
  );
}

function lesser<T>(a: T, b: T): T {
  return a === b || compareText(stableText(a), stableText(b)) <= 0 ? a : b;
}

const LINK_RANK: Readonly<Record<Link["state"], number>> = { known: 0, invisible: 1, none: 2, unknown: 3 };

function betterLink(a: Link, b: Link): Link {
  const rank = LINK_RANK[a.state] - LINK_RANK[b.state];
  return rank < 0 ? a : rank > 0 ? b : lesser(a, b);
}

/** Field by field, since a choice between whole observations would depend on the order in which three of them come. */
function mergeNamespaces(a: Namespace, b: Namespace): Namespace {
  if (a === b) return a;
  const fields: Record<string, unknown> = { ...a };
  for (const [name, value] of Object.entries(b)) {
    fields[name] = Object.hasOwn(fields, name) ? lesser(fields[name], value) : value;
  }
  const { context: _, ...merged } = fields as unknown as Namespace;
  return {
    ...merged,
    parent: betterLink(a.parent, b.parent),
    owner: betterLink(a.owner, b.owner),
    ...(a.context && b.context ? { context: true as const } : {}),
  };
}

function sorted<T>(items: readonly T[], compare: (a: T, b: T) => number): readonly T[] {
  for (let i = 1; i < items.length; i++) {
    if (compare(items[i - 1] as T, items[i] as T) > 0) return [...items].sort(compare);
  }
  return items;
}

type Relatives = ReadonlyMap<NamespaceId | undefined, readonly Namespace[]>;

/** Indexes are made when a query first needs them: a JSON writer needs none. */
class Graph extends FramedGraph implements NamespaceGraph {
  readonly complete: boolean;
  readonly #namespaces: readonly Namespace[];
  readonly #processes: readonly Process[];
  readonly #pins: readonly Pin[];
  readonly #problems: readonly Problem[];
  #byId: ReadonlyMap<NamespaceId, Namespace> | undefined;
  #byPid: ReadonlyMap<number, Process> | undefined;
  #setIndex: SetIndex | undefined;
  #children: Relatives | undefined;
  #owned: Relatives | undefined;
  #pinsOf: ReadonlyMap<NamespaceId, readonly Pin[]> | undefined;
  readonly #members = new Map<NamespaceId, readonly Process[]>();

  constructor(parts: GraphParts) {
    super(parts.frame);
    this.#namespaces = sorted(parts.namespaces, compareNamespaces);
    this.#processes = sorted(parts.processes, compareProcesses);
    this.#pins = sorted(parts.pins, comparePins);
    this.#problems = sorted(parts.problems, compareProblems);
    this.complete =
      parts.frame.complete ??
      (parts.frame.pids === undefined &&
        SOURCES.every((source) => parts.frame.sources.includes(source)) &&
        !this.#problems.some(limitsCompleteness));
  }

  get whole(): NamespaceGraph {
    return this;
  }
  get selection() {
    return undefined;
  }

  namespaces() {
    return this.#namespaces;
  }
  processes() {
    return this.#processes;
  }
  problems() {
    return this.#problems;
  }

  processSets() {
    return this.#sets().sets;
  }

  pins(id?: NamespaceId): readonly Pin[] {
    if (id === undefined) return this.#pins;
    this.#pinsOf ??= groupBy(this.#pins, ({ namespace }) => namespace);
    return this.#pinsOf.get(id) ?? NOTHING;
  }

  namespace(id: NamespaceId) {
    this.#byId ??= new Map(this.#namespaces.map((namespace) => [namespace.id, namespace]));
    return this.#byId.get(id);
  }
  process(pid: number) {
    this.#byPid ??= new Map(this.#processes.map((process) => [process.pid, process]));
    return this.#byPid.get(pid);
  }

  parent(namespace: Namespace) {
    return this.namespace(linkedId(namespace.parent) ?? "");
  }
  owner(namespace: Namespace) {
    return this.namespace(linkedId(namespace.owner) ?? "");
  }
  children(id: NamespaceId) {
    this.#children ??= groupBy(this.#namespaces, ({ parent }) => linkedId(parent));
    return this.#children.get(id) ?? NOTHING;
  }
  owned(id: NamespaceId) {
    this.#owned ??= groupBy(this.#namespaces, ({ owner }) => linkedId(owner));
    return this.#owned.get(id) ?? NOTHING;
  }

  below(id: NamespaceId): readonly Namespace[] {
    const children = this.children(id);
    const owned = this.owned(id);
    if (children.length === 0) return owned;
    if (owned.length === 0) return children;
    return [...new Set([...children, ...owned])].sort(compareNamespaces);
  }

  members(id: NamespaceId): readonly Process[] {
    return obtain(this.#members, id, () => processesIn(this.#sets(), id));
  }

  memberCount(id: NamespaceId): number {
    let count = 0;
    for (const set of this.#sets().byNamespace.get(id) ?? []) count += set.processes.length;
    return count || (this.namespace(id)?.memberCount ?? 0);
  }

  draws(id: NamespaceId): boolean {
    return this.namespace(id) !== undefined;
  }
  drawnMembers(id: NamespaceId): readonly Process[] {
    return this.members(id);
  }

  holders(id: NamespaceId): readonly Holder[] {
    const owned = this.owned(id);
    const alsoOwned = new Set(owned);
    const children = this.children(id).filter((child) => !alsoOwned.has(child));
    return [
      ...this.members(id).map((process): Holder => ({ kind: "member", process })),
      ...children.map((namespace): Holder => ({ kind: "child", namespace })),
      ...owned.map((namespace): Holder => ({ kind: namespace.type === "user" ? "child" : "owned", namespace })),
      ...this.pins(id).map((pin): Holder => ({ kind: "pin", pin })),
    ];
  }

  #sets(): SetIndex {
    this.#setIndex ??= indexSets(this.#processes, ({ namespaces }) => namespaces);
    return this.#setIndex;
  }
}
