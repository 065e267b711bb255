import { explainProcessless, PROCESSLESS_REASONS, type Processless } from "../answer/explain-processless.js";
import { groupBy } from "../model/group-by.js";
import type { Namespace } from "../model/namespace.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import { namespaceName } from "../model/namespace-id.js";
import { count } from "./nouns.js";

/**
 * Why namespaces without a process may be there, in a few words: `named`, `held by a process`; of what can't be certain,
 * `mounted only elsewhere as far as seen`.
 */
export function describeReason({ reason, certain }: Pick<Processless, "reason" | "certain">): string {
  switch (reason) {
    case "elsewhere":
      return `mounted only elsewhere${certain ? "" : " as far as seen"}`;
    case "held":
      return "held by a process";
    case "for-children":
      return "for children";
    case "unseen":
      return "held by nothing that was seen";
    case "other":
      return "held otherwise";
    case "under":
      return "held by other namespaces";
    case "named":
      return "named";
  }
}

/** Why one namespace in which no process was seen may be there; where others hold it, which: `held by net:[4026532602]`, `held by 3 namespaces`. */
export function describeProcessless(graph: NamespaceGraph, processless: Processless): string {
  const [only, another, ...more] = graph.below(processless.namespace);
  if (processless.reason !== "under" || only === undefined) return describeReason(processless);
  return `held by ${another === undefined ? namespaceName(only) : count(more.length + 2, "namespace")}`;
}

/** Why namespaces that are shown as one may be there: `named`, or where they differ `2 named`, `1 held by a process`. */
export function describeReasons(graph: NamespaceGraph, namespaces: readonly Namespace[]): readonly string[] {
  const some = namespaces.flatMap(({ id, context }) => (context ? [] : (explainProcessless(graph, id) ?? [])));
  const ordered = PROCESSLESS_REASONS.flatMap((reason) => some.filter((each) => each.reason === reason));
  const alike = groupBy(ordered, describeReason);
  if (alike.size === 1 && some.length === namespaces.length) return [...alike.keys()];
  return Array.from(alike, ([words, { length }]) => `${length} ${words}`);
}
