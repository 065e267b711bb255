import { describeInit, initState } from "../build/init-state.js";
import { SOURCES, type Source } from "../model/host.js";
import { hasEnded, type Init } from "../model/init.js";
import type { Namespace } from "../model/namespace.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import { type NamespaceId, namespaceName } from "../model/namespace-id.js";
import { compareNamespaces } from "../model/order.js";
import { type ForChildrenPin, PIN_KINDS, type Pin } from "../model/pin.js";
import { isZombie } from "../model/process.js";
import { mayHoldToo } from "../words/certainty-words.js";
import { enumerate } from "../words/enumerate.js";

/** Holders by their number. */
export interface HolderCounts {
  /** Processes, zombies among them. */
  readonly processes: number;
  /** Pins by kind; a kind that does not occur is absent. */
  readonly pins: Readonly<Partial<Record<Pin["kind"], number>>>;
}

/** What keeps a namespace alive, as data. */
export interface Life {
  readonly namespace: NamespaceId;
  /** It is initial: the kernel itself keeps it. */
  readonly permanent: boolean;
  /** What points straight at it. */
  readonly direct: HolderCounts & { readonly zombies: number };
  /** The namespaces that point at it: its children and those it owns, in canonical order. */
  readonly below: readonly NamespaceId[];
  /** What holds those below it, at any depth, besides what is counted in `direct`: it has to go as well. */
  readonly indirect: HolderCounts & { readonly namespaces: number };
  /** pid: the process whose end ends every other process in it, and what has become of it; absent for the initial one. */
  readonly init?: Init;
  /** The places that were not searched, so that more may hold it. */
  readonly unsearched: readonly Source[];
}

/**
 * What keeps a namespace alive, and so what has to go for it to vanish; undefined where the graph has no such
 * namespace. A namespace lives as long as anything points at it, and what points at it lives by the same rule.
 */
export function explainLife(graph: NamespaceGraph, id: NamespaceId): Life | undefined {
  const namespace = graph.namespace(id);
  if (namespace === undefined) return undefined;
  const members = graph.members(id);
  const below = relativesBelow(graph, id);
  const counted = new Set(members.map(({ pid }) => pid));
  const reached = new Set<NamespaceId>([id]);
  const queue = [...below];
  const pins: PinCounts = {};
  let processes = 0;
  let unlisted = 0;
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (reached.has(next.id)) continue;
    reached.add(next.id);
    const inside = graph.members(next.id);
    for (const { pid } of inside) {
      if (counted.has(pid)) continue;
      counted.add(pid);
      processes++;
    }
    // Without a list of processes nobody can say which of them were counted already: the largest number is certain.
    if (inside.length === 0) unlisted = Math.max(unlisted, graph.memberCount(next.id));
    addKinds(pins, graph.pins(next.id));
    for (const relative of relativesBelow(graph, next.id)) queue.push(relative);
  }
  const init = initState(graph, namespace);
  return {
    namespace: id,
    permanent: namespace.initial === true,
    direct: {
      processes: graph.memberCount(id),
      zombies: members.filter(isZombie).length,
      pins: addKinds({}, graph.pins(id)),
    },
    below: below.map((one) => one.id),
    indirect: { namespaces: reached.size - 1, processes: Math.max(processes, unlisted), pins },
    ...(init === undefined ? {} : { init }),
    unsearched: SOURCES.filter((source) => !graph.sources.includes(source)),
  };
}

function relativesBelow(graph: NamespaceGraph, id: NamespaceId): readonly Namespace[] {
  const owned = graph.owned(id);
  const children = graph.children(id);
  if (children.length === 0) return owned;
  if (owned.length === 0) return children;
  return [...new Set([...children, ...owned])].sort(compareNamespaces);
}

type PinCounts = Partial<Record<Pin["kind"], number>>;

function addKinds(counts: PinCounts, pins: readonly Pin[]): PinCounts {
  for (const { kind, more = 0 } of pins) counts[kind] = (counts[kind] ?? 0) + 1 + more;
  return counts;
}

type Noun = readonly [one: string, many: string];

const PIN_NOUNS: Readonly<Record<Pin["kind"], Noun>> = {
  thread: ["thread of its own", "threads of their own"],
  fd: ["open descriptor", "open descriptors"],
  socket: ["socket", "sockets"],
  mount: ["mount", "mounts"],
  "for-children": ["process that will start its children in it", "processes that will start their children in it"],
  unseen: ["thing that was not seen", "things that were not seen"],
  other: ["holder of a kind unknown here", "holders of a kind unknown here"],
};

function counted(number: number, [one, many]: Noun): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** Of a pid namespace whose init has ended: fork(2) fails with ENOMEM there. */
const BARREN: Noun = [
  "process that can start no child in it any more",
  "processes that can start no child in it any more",
];

function holderPhrases({ processes, pins }: HolderCounts, isBarren = false): string[] {
  const phrases = processes === 0 ? [] : [counted(processes, ["process", "processes"])];
  for (const kind of [...PIN_KINDS, "other"] as const) {
    const number = pins[kind] ?? 0;
    if (number > 0) phrases.push(counted(number, isBarren && kind === "for-children" ? BARREN : PIN_NOUNS[kind]));
  }
  return phrases;
}

function makersOf(graph: NamespaceGraph, id: NamespaceId): readonly ForChildrenPin[] {
  return graph.pins(id).filter((pin) => pin.kind === "for-children");
}

function total({ processes, pins }: HolderCounts): number {
  return Object.values(pins).reduce((sum, number) => sum + number, processes);
}

/**
 * Why a namespace is alive and what would have to go for it to vanish, as sentences; the latter only where nothing else can
 * hold it. Holds no hostile text.
 */
export function describeLife(graph: NamespaceGraph, life: Life): string {
  const { permanent, direct, below, indirect, init } = life;
  if (permanent) return "It is alive because the kernel booted with it: it stays until the machine stops.";
  const phrases = holderPhrases(direct, init !== undefined && hasEnded(init));
  if (direct.zombies > 0) phrases[0] += ` (${direct.zombies === direct.processes ? "" : `${direct.zombies} `}zombie)`;
  if (below.length > 0) {
    const only = below.length === 1 ? graph.namespace(below[0] as NamespaceId) : undefined;
    phrases.push(
      only === undefined
        ? counted(below.length, ["namespace below it", "namespaces below it"])
        : `${namespaceName(only)} below it`,
    );
  }
  const unseen = mayHoldToo(graph, life.namespace);
  const outlook = init === undefined ? "" : ` ${describeInit(init, makersOf(graph, life.namespace))}`;
  if (phrases.length === 0) {
    const why = unseen ?? "something that can't be seen from here does, or it has vanished since";
    return `Nothing was found that keeps it alive: ${why}.${outlook}`;
  }
  const number = total(direct) + below.length;
  const gone = number === 1 ? "that is gone" : number === 2 ? "both are gone" : `all ${number} are gone`;
  const held = holderPhrases(indirect);
  const also = held.length === 0 ? "" : `; what is below it is held by ${enumerate(held)}`;
  const why = `alive because of ${enumerate(phrases)}`;
  return unseen === undefined
    ? `It is ${why}, and vanishes when ${gone}${also}.${outlook}`
    : `Of what could be seen, it is ${why}${also}; ${unseen}.${outlook}`;
}
