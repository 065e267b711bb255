import { groupBy, obtain } from "../model/group-by.js";
import type { Namespace, NetworkInterface, TimeOffsets } from "../model/namespace.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import type { NamespaceId } from "../model/namespace-id.js";
import { isHierarchical } from "../model/namespace-type.js";
import type { Problem } from "../model/problem.js";
import { whyUnread } from "./describe-problem.js";
import { describeUid } from "./user-names.js";

/** One fact: what it is called, and what is said of it, each phrase for itself. Hostile text. */
export type FactWords = readonly [label: string, phrases: readonly string[]];

/**
 * What is known of a namespace besides its relatives, members and id maps, and what of all that could not be read; nothing
 * for what was not asked for. Hostile text.
 */
export function* describeFacts(graph: NamespaceGraph, namespace: Namespace): Generator<FactWords, void, undefined> {
  const {
    timeOffsets,
    interfaces,
    unassignedAddresses = [],
    mountCount,
    rootMount,
    hostname,
    cgroupRoot,
    initPid,
  } = namespace;
  if (hostname !== undefined) yield ["hostname", [hostname]];
  if (interfaces !== undefined)
    yield ["interfaces", interfaces.length === 0 ? ["none"] : interfaces.map(describeInterface)];
  if (unassignedAddresses.length > 0) yield ["addresses", [`${unassignedAddresses.join(" ")} (interface not known)`]];
  if (mountCount !== undefined) yield ["mounts", [`${mountCount}`]];
  if (rootMount !== undefined) yield ["root", [rootMount]];
  if (cgroupRoot !== undefined) yield ["root", [cgroupRoot]];
  if (initPid !== undefined) yield ["init", [`${initPid}`]];
  if (timeOffsets !== undefined) yield ["clocks", [describeOffsets(timeOffsets)]];
  yield* describeUnread(graph, namespace.id);
}

/** What a file has, or what else a problem calls a fact, in the words that it is shown with. */
const LABELS: Readonly<Record<string, string>> = {
  "net/dev": "interfaces",
  "net/igmp": "interface states",
  "net/if_inet6": "IPv6 addresses",
  "net/fib_trie": "IPv4 addresses",
  "net/route": "IPv4 networks",
  timens_offsets: "clocks",
  uid_map: "uid map",
  gid_map: "gid map",
  mountinfo: "mounts",
  cgroup: "root",
  "cgroup root": "root",
};

/** Facts that were asked for and are missing, and why. */
function* describeUnread(graph: NamespaceGraph, id: NamespaceId): Generator<FactWords, void, undefined> {
  for (const problem of problemsOf(graph).get(id) ?? []) {
    const why = whyUnread(problem);
    const { what = "facts" } = problem;
    if (why !== undefined) yield [Object.hasOwn(LABELS, what) ? (LABELS[what] ?? what) : what, [`not known: ${why}`]];
  }
}

const byNamespace = new WeakMap<NamespaceGraph, ReadonlyMap<NamespaceId | undefined, readonly Problem[]>>();

/** The problems of each namespace. */
function problemsOf({ whole }: NamespaceGraph): ReadonlyMap<NamespaceId | undefined, readonly Problem[]> {
  return obtain(byNamespace, whole, () => groupBy(whole.problems(), ({ namespace }) => namespace));
}

/** An interface in a few words: `eth0 up 10.1.2.3/24`. */
function describeInterface({ name, state, addresses }: NetworkInterface): string {
  return [name, ...(state === undefined ? [] : [state]), ...addresses].join(" ");
}

/** Clock offsets: `monotonic 86400 s, boottime -0.5 s`. */
function describeOffsets({ monotonic, boottime }: TimeOffsets): string {
  const shifted = Object.entries({ monotonic, boottime }).filter(
    ([, [seconds, rest]]) => seconds !== "0" || rest !== 0,
  );
  if (shifted.length === 0) return "not shifted";
  return shifted.map(([name, offset]) => `${name} ${inSeconds(offset)} s`).join(", ");
}

const SECOND = 1_000_000_000n;

/** Seconds and the nanoseconds that count up from them, as one number: `-0.5` for -1 and 500000000. */
function inSeconds([seconds, nanoseconds]: TimeOffsets["monotonic"]): string {
  const all = BigInt(seconds) * SECOND + BigInt(nanoseconds);
  const size = all < 0n ? -all : all;
  const fraction = `${size % SECOND}`.padStart(9, "0").replace(/0+$/, "");
  return `${all < 0n ? "-" : ""}${size / SECOND}${fraction === "" ? "" : `.${fraction}`}`;
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
