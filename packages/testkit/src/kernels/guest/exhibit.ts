import { isDeepStrictEqual } from "node:util";
import { type Link, type NamespaceGraph, type Pin, pinKey } from "@ns-graph/graph";
import type { RealNamespace } from "../../real/index.js";
import type { Outcome } from "../guest-report.js";

/** A judgement on one namespace or process. */
export interface Judgement {
  readonly outcome: Outcome;
  readonly why?: string;
}

/** Something that was made for the scan to find. */
export interface Exhibit {
  readonly id: string;
  /** Those it is about. */
  readonly namespaces: readonly RealNamespace[];
  judge(graph: NamespaceGraph): Judgement;
}

/** What is true of a namespace. */
export interface Truth {
  /** The pins it has; the order does not matter. */
  readonly pins?: readonly Pin[];
  readonly owner?: RealNamespace;
  readonly parent?: RealNamespace;
  readonly ownerUid?: number;
  /** PIDs of its members. */
  readonly members?: readonly number[];
}

/** The order from best to worst. */
const OUTCOMES: readonly Outcome[] = ["found", "partly", "reported", "missed", "wrong"];

/** The worst of several judgements; found where there is none. */
export function worst(judgements: readonly Judgement[]): Judgement {
  const rank = Math.max(0, ...judgements.map(({ outcome }) => OUTCOMES.indexOf(outcome)));
  const outcome = OUTCOMES[rank] as Outcome;
  const why = judgements
    .filter((judgement) => judgement.outcome === outcome)
    .flatMap((judgement) => judgement.why ?? []);
  return { outcome, ...(why.length > 0 ? { why: why.join("; ") } : {}) };
}

/** Compares a namespace in the graph with what is true of it. */
export function judgeNamespace(graph: NamespaceGraph, real: RealNamespace, truth: Truth): Judgement {
  const name = `${real.type}:[${real.ino}]`;
  const namespace = graph.namespace(real.id);
  if (namespace === undefined) {
    const said = graph.problems().filter((problem) => problem.namespace === real.id);
    return said.length > 0
      ? { outcome: "reported", why: JSON.stringify(said) }
      : { outcome: "missed", why: `no ${name}` };
  }
  const faults: string[] = [];
  const gaps: string[] = [];
  const compareLink = (what: string, link: Link, relative: RealNamespace | undefined): void => {
    if (relative === undefined) return;
    if (link.state === "unknown") gaps.push(`the ${what} of ${name} is not known`);
    else if (link.state !== "known" || link.id !== relative.id)
      faults.push(`the ${what} of ${name} is ${JSON.stringify(link)}`);
  };
  const compare = (what: string, actual: unknown, expected: unknown): void => {
    if (expected !== undefined && !isDeepStrictEqual(actual, expected))
      faults.push(`the ${what} of ${name}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
  };
  compareLink("owner", namespace.owner, truth.owner);
  compareLink("parent", namespace.parent, truth.parent);
  compare("type", namespace.type, real.type);
  compare("creator", namespace.ownerUid, truth.ownerUid);
  compare("pins", graph.pins(real.id).map(pinKey).sort(), truth.pins?.map(pinKey).sort());
  compare(
    "members",
    graph.members(real.id).map((process) => process.pid),
    truth.members,
  );
  if (faults.length > 0) return { outcome: "wrong", why: faults.join("; ") };
  if (gaps.length === 0) return { outcome: "found" };
  // A gap is allowed only where it is admitted.
  const admitted = graph.problems().some((problem) => problem.namespace === real.id);
  return { outcome: admitted ? "partly" : "wrong", why: gaps.join("; ") };
}
