import type { NamespaceGraph } from "../model/namespace-graph.js";
import type { NamespaceId } from "../model/namespace-id.js";
import { blindSpots } from "./blind-spots.js";

/** The reasons of `Processless`, the most suspicious first. */
export const PROCESSLESS_REASONS = ["elsewhere", "held", "for-children", "unseen", "other", "under", "named"] as const;

/**
 * Why a namespace in which no process was seen may be there.
 *
 * - `elsewhere`: it is mounted, and only in mount namespaces of others than the viewer: often what somebody left behind
 * - `held`: a process holds it, by a thread, descriptor or socket
 * - `for-children`: processes made it for their children, none of which was seen
 * - `unseen`: nothing that was seen holds it
 * - `other`: what holds it says nothing of that: a kind that is unknown here, or a mount where the viewer's mount namespace is
 *   not known
 * - `under`: other namespaces hold it: it is their owner or parent
 * - `named`: it is mounted in the viewer's mount namespace, as by ip-netns(8)
 */
export type ProcesslessReason = (typeof PROCESSLESS_REASONS)[number];

/** A namespace in which no process was seen, and why it may be there. */
export interface Processless {
  /** The namespace. */
  readonly namespace: NamespaceId;
  /** Why it may be there. Where several are true: `named`, else `under`, else the first that holds. */
  readonly reason: ProcesslessReason;
  /**
   * Whether all was seen that may be in it or hold it. Where it was not, it may have a name or a process all the same: see
   * `blindSpots`.
   */
  readonly certain: boolean;
}

/**
 * Why a namespace without a process may be there, as far as that was seen; undefined where somebody is in it, or the graph lacks it.
 * It follows from the whole graph, whatever of it is drawn.
 */
export function explainProcessless({ whole }: NamespaceGraph, id: NamespaceId): Processless | undefined {
  if (whole.namespace(id) === undefined || whole.memberCount(id) > 0) return undefined;
  return { namespace: id, reason: reasonOf(whole, id), certain: blindSpots(whole, id).length === 0 };
}

function reasonOf(graph: NamespaceGraph, id: NamespaceId): ProcesslessReason {
  const home = graph.viewer.namespaces.mnt;
  const pins = graph.pins(id);
  const kinds = new Set(pins.map(({ kind }) => kind));
  if (pins.some((pin) => pin.kind === "mount" && pin.mountNamespace === home)) return "named";
  if (graph.below(id).length > 0) return "under";
  if (kinds.has("mount") && home !== undefined) return "elsewhere";
  if (pins.some((pin) => "pid" in pin && pin.kind !== "for-children")) return "held";
  if (kinds.has("for-children")) return "for-children";
  return kinds.has("mount") || kinds.has("other") ? "other" : "unseen";
}

/**
 * The namespaces of a graph that are drawn for their own sake and in which no process was seen, the most suspicious first.
 *
 * @example
 * import { readFileSync } from "node:fs";
 * import { describeProcessless, namespaceName, processlessNamespaces } from "@ns-graph/graph";
 * import { readDocument } from "@ns-graph/render-json";
 *
 * const graph = readDocument(readFileSync("host.json"));
 * for (const processless of processlessNamespaces(graph)) {
 *   const namespace = graph.namespace(processless.namespace);
 *   if (namespace !== undefined) console.log(namespaceName(namespace), describeProcessless(graph, processless));
 * }
 */
export function processlessNamespaces(graph: NamespaceGraph): readonly Processless[] {
  return graph
    .namespaces()
    .flatMap(({ id, context }) => (context ? [] : (explainProcessless(graph, id) ?? [])))
    .sort((a, b) => PROCESSLESS_REASONS.indexOf(a.reason) - PROCESSLESS_REASONS.indexOf(b.reason));
}
