import type { Namespace, NetworkInterface, TimeOffsets } from "../model/namespace.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import { isHierarchical } from "../model/namespace-type.js";
import { describeUid } from "./user-names.js";

/** One fact: what it is called, and what is said of it, each phrase for itself. Hostile text. */
export type FactWords = readonly [label: string, phrases: readonly string[]];

/** What is known of a namespace besides its relatives, members and id maps; nothing for what was not asked for. Hostile text. */
export function* describeFacts(namespace: Namespace): Generator<FactWords, void, undefined> {
  const { timeOffsets, interfaces, mountCount, rootMount, hostname, cgroupRoot, initPid } = namespace;
  if (hostname !== undefined) yield ["hostname", [hostname]];
  if (interfaces !== undefined)
    yield ["interfaces", interfaces.length === 0 ? ["none"] : interfaces.map(describeInterface)];
  if (mountCount !== undefined) yield ["mounts", [`${mountCount}`]];
  if (rootMount !== undefined) yield ["root", [rootMount]];
  if (cgroupRoot !== undefined) yield ["root", [cgroupRoot]];
  if (initPid !== undefined) yield ["init", [`${initPid}`]];
  if (timeOffsets !== undefined) yield ["clocks", [describeOffsets(timeOffsets)]];
}

/** An interface in a few words: `eth0 up 10.1.2.3/24`. */
function describeInterface({ name, state, addresses }: NetworkInterface): string {
  return [name, ...(state === undefined ? [] : [state]), ...addresses].join(" ");
}

/** Clock offsets: `monotonic 86400 s`. */
function describeOffsets({ monotonic, boottime }: TimeOffsets): string {
  const shifted = Object.entries({ monotonic, boottime }).filter(
    ([, [seconds, rest]]) => seconds !== "0" || rest !== 0,
  );
  if (shifted.length === 0) return "not shifted";
  return shifted.map(([name, [seconds, rest]]) => `${name} ${seconds} s${rest === 0 ? "" : ` ${rest} ns`}`).join(", ");
}

/** Who made a user namespace: `made by uid 1000 (anna)`; undefined where that is not known, or was the kernel. Hostile text. */
export function describeMaker(graph: NamespaceGraph, { type, initial, ownerUid }: Namespace): string | undefined {
  return type === "user" && initial !== true && ownerUid !== undefined
    ? `made by ${describeUid(graph, ownerUid)}`
    : undefined;
}

/** Whether a namespace is the one that the kernel booted with: `initial`, `not initial`, or that nobody knows. */
export function describeInitial({ initial }: Pick<Namespace, "initial">): string {
  if (initial === undefined) return "not known whether it is initial";
  return initial ? "initial" : "not initial";
}

/** That the parent of a namespace which has one is not known, or not to be seen from here; undefined where it is known. */
export function describeMissingParent(graph: NamespaceGraph, namespace: Namespace): string | undefined {
  if (namespace.initial || !isHierarchical(namespace.type)) return undefined;
  if (namespace.parent.state === "invisible") return "parent not visible from here";
  return graph.parent(namespace) === undefined ? "parent not known" : undefined;
}

/** That the owner of a namespace is not known, or not to be seen from here; undefined where it is known. */
export function describeMissingOwner({ owner }: Namespace): string | undefined {
  if (owner.state === "invisible") return "owner not visible from here";
  return owner.state === "known" ? undefined : "owner not known";
}
