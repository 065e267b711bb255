import type { NamespaceGraph } from "../model/namespace-graph.js";
import type { NamespaceId } from "../model/namespace-id.js";
import { NAMESPACE_TYPES } from "../model/namespace-type.js";
import type { Pin } from "../model/pin.js";
import type { Process } from "../model/process.js";
import { type Sharing, sharingOf } from "./sharing.js";

/**
 * What holds the namespaces of some processes besides themselves, by namespace in canonical order: pins of other processes, and
 * mounts in mount namespaces that are not theirs alone. Of the machine's own namespaces it is not said.
 */
export function pinsBeside(
  { whole: graph }: NamespaceGraph,
  processes: readonly Process[],
  sharing: Sharing = sharingOf(graph, processes),
): ReadonlyMap<NamespaceId, readonly Pin[]> {
  const own = new Set<number>();
  for (const { pid } of processes) own.add(pid);
  const mounts = new Set<NamespaceId>();
  for (const { namespace, state } of sharing.mnt.uses) if (state === "own") mounts.add(namespace);
  const isBeside = (pin: Pin): boolean => {
    if (pin.kind === "mount") return !mounts.has(pin.mountNamespace);
    return !("pid" in pin) || !own.has(pin.pid);
  };
  const beside = new Map<NamespaceId, readonly Pin[]>();
  for (const type of NAMESPACE_TYPES) {
    for (const { namespace, state } of sharing[type].uses) {
      const pins = state === "machine" ? [] : graph.pins(namespace).filter(isBeside);
      if (pins.length > 0) beside.set(namespace, pins);
    }
  }
  return beside;
}
