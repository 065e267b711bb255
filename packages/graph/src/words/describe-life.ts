import type { HolderCounts, Life } from "../answer/explain-life.js";
import type { Below } from "../answer/holders-beside.js";
import { hasEnded, type Init } from "../model/init.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import { type NamespaceId, namespaceName } from "../model/namespace-id.js";
import type { ForChildrenPin } from "../model/pin.js";
import { mayHoldToo } from "./certainty-words.js";
import { countPinKinds } from "./describe-pin.js";
import { enumerate } from "./enumerate.js";
import { count, numbered } from "./nouns.js";

function holderPhrases({ processes, pins }: HolderCounts, isBarren = false): string[] {
  return [...(processes === 0 ? [] : [count(processes, "process")]), ...countPinKinds(pins, isBarren)];
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
  if (below.length > 0) phrases.push(nameBelow(graph, below));
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

function nameBelow(graph: NamespaceGraph, below: readonly NamespaceId[]): string {
  const only = below.length === 1 ? graph.whole.namespace(below[0] as NamespaceId) : undefined;
  if (only !== undefined) return `${namespaceName(only)} below it`;
  return numbered(below.length, "namespace below it", "namespaces below it");
}

/** What is below a namespace and so holds it, and who holds that: `2 namespaces below it, held by 3 processes`. */
export function describeBelow(graph: NamespaceGraph, { namespaces, held }: Below): string {
  const holders = holderPhrases(held);
  const which = nameBelow(graph, namespaces);
  return holders.length === 0 ? which : `${which}, held by ${enumerate(holders)}`;
}

const NO_MORE = "nothing can enter it or be born in it any more";

/** What has become of an init, as a sentence. */
function describeInit({ state, pid }: Init, makers: readonly ForChildrenPin[]): string {
  const who = pid === undefined ? "Its init" : `Process ${pid}, its init,`;
  switch (state) {
    case "alive":
      return `The end of ${pid === undefined ? "its init" : `process ${pid}, its init,`} ends every process in it.`;
    case "ending":
      return `${who} has ended and stays until the last process in it is reaped: ${NO_MORE}.`;
    case "zombie":
      return `${who} has ended and was not reaped: ${NO_MORE}.`;
    case "gone":
      return `Its init has ended: ${NO_MORE}.`;
    case "not-begun":
      return `It has had no process yet: the first child of ${nameMakers(makers)} becomes its init.`;
    case "gone-or-not-begun":
      return "It has no init: that has ended, or it has had no process yet.";
    default:
      return `Whether ${pid === undefined ? "its init" : `process ${pid}, its init,`} lives is not known.`;
  }
}

/** Makers that are named one by one. */
const NAMED = 3;

function nameMakers(makers: readonly ForChildrenPin[]): string {
  if (makers.length === 0 || makers.length > NAMED) return "those that hold it for their children";
  return makers
    .map(({ pid, tid }) => (tid === undefined ? `process ${pid}` : `thread ${tid} of process ${pid}`))
    .join(" or ");
}
