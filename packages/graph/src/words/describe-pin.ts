import type { PinGroup, ProcessPin } from "../answer/group-pins.js";
import { groupBy } from "../model/group-by.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import { type NamespaceId, parseNamespaceId } from "../model/namespace-id.js";
import {
  countKinds,
  countPins,
  type FdPin,
  type FilePin,
  type ForChildrenPin,
  type MountPin,
  PIN_KINDS,
  type Pin,
  type PinCounts,
  type SocketPin,
} from "../model/pin.js";
import { seemsPassing } from "../model/process.js";
import { leadingProcess } from "../workload/leading-process.js";
import { describeProcess } from "./describe-process.js";
import { enumerate } from "./enumerate.js";
import { countMembers } from "./member-words.js";
import { numbered } from "./nouns.js";

const NOUNS: Readonly<Record<Pin["kind"], readonly [one: string, many: string]>> = {
  thread: ["thread of its own", "threads of their own"],
  fd: ["open descriptor", "open descriptors"],
  socket: ["socket", "sockets"],
  file: ["descriptor of something else that keeps it", "descriptors of something else that keep it"],
  mount: ["mount", "mounts"],
  "for-children": ["process that will start its children in it", "processes that will start their children in it"],
  unseen: ["thing that was not seen", "things that were not seen"],
  other: ["holder of a kind unknown here", "holders of a kind unknown here"],
};

/** Of a pid namespace whose init has ended: fork(2) fails with ENOMEM there. */
const BARREN = [
  "process that can start no child in it any more",
  "processes that can start no child in it any more",
] as const;

/** Pins by their kinds, in canonical order: `2 open descriptors`, `1 mount`. */
export function countPinKinds(pins: PinCounts, isBarren = false): string[] {
  return ([...PIN_KINDS, "other"] as const).flatMap((kind) => {
    const number = pins[kind] ?? 0;
    return number === 0 ? [] : numbered(number, ...(isBarren && kind === "for-children" ? BARREN : NOUNS[kind]));
  });
}

/**
 * A pin in words, without the namespace it holds: `fd 4 of 12`, `mount /run/netns/blue in mnt:[4026531832]`.
 * A path stands as it is: pass the result through `printable` before people see it.
 */
export function describePin(pin: Pin): string {
  return `${describeOne(pin)}${moreLikeIt(pin)}`;
}

/** What is said behind a pin that stands for others: ` and 9 more like it`; nothing of one that stands for itself. */
export function moreLikeIt({ more }: Pin): string {
  return more === undefined ? "" : ` and ${more} more like it`;
}

/** A mount as `describePin` has it, and whose mount namespace it is in where that is not the viewer's own. Hostile text. */
export function describeMount(graph: NamespaceGraph, pin: MountPin): string {
  const whose = whoseMounts(graph, pin.mountNamespace);
  return `${describeOne(pin)}${whose === undefined ? "" : ` ${whose}`}${moreLikeIt(pin)}`;
}

function describeOne(pin: Pin): string {
  switch (pin.kind) {
    case "thread":
      return `thread ${pin.tid} of ${pin.pid}`;
    case "fd":
      return `fd ${pin.fd} of ${describeHolder(pin)}`;
    case "socket":
      return `socket ${pin.fd} of ${describeHolder(pin)}`;
    case "file":
      return `fd ${pin.fd} (${pin.of}) of ${describeHolder(pin)}`;
    case "mount":
      return `mount ${pin.path} in mnt:[${parseNamespaceId(pin.mountNamespace)?.ino ?? pin.mountNamespace}]`;
    case "for-children":
      return `for children of ${describeHolder(pin)}`;
    case "unseen":
      return "something that was not seen (a descriptor in flight, a file system, what could not be read)";
    case "other":
      return pin.name;
  }
}

function describeHolder({ pid, tid }: FdPin | FilePin | SocketPin | ForChildrenPin): string {
  return tid === undefined ? `${pid}` : `thread ${tid} of ${pid}`;
}

/** What stands before what holds a namespace: `held by`; of one that also has processes, `also held by`. */
export function heldBy(group: PinGroup, isOnly: boolean): string {
  const isForChildren = group.kind === "processes" && isMadeForChildren(group.processes[0].pins);
  return `${isOnly ? "held" : "also held"}${isForChildren ? "" : " by"}`;
}

function isMadeForChildren(pins: readonly Pin[]): boolean {
  return pins.every(({ kind }) => kind === "for-children");
}

/** Mount namespaces whose processes are named before the rest is counted. */
const NAMED = 3;

/** A group of processes. */
type ProcessGroup = Extract<PinGroup, { readonly kind: "processes" }>;

/**
 * Pins of a group in words, counted: `3 mounts at /run/x`, `fd 12 of 1044 dockerd`, `12 open descriptors of 1044 dockerd`,
 * `12 open descriptors of each of 7405 7406 7407 docker-proxy`. Hostile text.
 *
 * @param most how many processes are named before the rest is counted.
 */
export function describePinGroup(graph: NamespaceGraph, group: PinGroup, most = Number.POSITIVE_INFINITY): string {
  switch (group.kind) {
    case "mounts":
      return describeMounts(graph, group.pins);
    case "processes":
      return withName(describeHolders(group, most), group);
    case "other":
      return describePin(group.pin);
  }
}

/** What processes hold and which they are, without their name: `12 open descriptors of each of 7405 7406 and 9 more`. */
export function describeHolders(group: ProcessGroup, most = Number.POSITIVE_INFINITY): string {
  const [{ pins, pid }, another] = group.processes;
  if (another !== undefined) return `${countHeld(pins)} of each of ${listPids(group, most)}`;
  return countPins(pins) === 1 ? describePin(pins[0]) : `${countHeld(pins)} of ${pid}`;
}

/** Which processes they are, with their name: `7405 7406 7407 docker-proxy`. Hostile text. */
export function nameHolders(group: ProcessGroup, most = Number.POSITIVE_INFINITY): string {
  return withName(listPids(group, most), group);
}

function listPids({ processes }: ProcessGroup, most: number): string {
  const pids = processes.slice(0, most).map(({ pid }) => pid);
  const rest = processes.length - pids.length;
  return `${pids.join(" ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

function withName(words: string, { processes: [{ comm }] }: ProcessGroup): string {
  return comm === undefined ? words : `${words} ${comm}${passingMark(comm)}`;
}

/** What is said behind the name of a holder that seems to let go soon; nothing of others. */
export function passingMark(comm: string): string {
  return seemsPassing({ comm }) ? " (another run, by its name)" : "";
}

function describeMounts(graph: NamespaceGraph, pins: readonly [MountPin, ...MountPin[]]): string {
  const [{ path }] = pins;
  const number = countPins(pins);
  const mounts = number === 1 ? NOUNS.mount[0] : numbered(number, ...NOUNS.mount);
  const isHere = pins.some(({ mountNamespace }) => mountNamespace === graph.viewer.namespaces.mnt);
  const members = pins.flatMap(({ mountNamespace }) => leadingProcess(graph.members(mountNamespace)) ?? []);
  // What else is said stands before the path, which is hostile text of any length, and may be cut at its end.
  if (isHere || members.length === 0) return number === 1 ? path : `${mounts} at ${path}`;
  const named = members.slice(0, NAMED).map((process) => describeProcess(process));
  if (members.length > NAMED) named.push(`${members.length - NAMED} more`);
  return `${mounts} of ${enumerate(named)} at ${path}`;
}

/** What one process holds, counted. */
function countHeld(pins: readonly ProcessPin[]): string {
  const { thread = 0, "for-children": children = 0, ...counts } = countKinds(pins);
  const phrases = [...(thread === 0 ? [] : [numbered(thread, "thread")]), ...countPinKinds(counts)];
  if (phrases.length === 0) return children === 1 ? "for children" : `for children of ${children} threads`;
  return `${enumerate(phrases)}${children === 0 ? "" : ", and for children,"}`;
}

/** Numbers of one kind that are listed before the rest is counted. */
const NUMBERS = 24;

/** What one process holds, by the numbers of its threads and descriptors: `fd 4 5 6, socket 7`. */
export function numberHeld(pins: readonly ProcessPin[], isWhole: boolean): string {
  const sorts = groupBy(pins, (pin) =>
    pin.kind === "thread" ? pin.kind : `${pin.kind} ${pin.tid} ${pin.kind === "file" ? pin.of : ""}`,
  );
  return Array.from(sorts.values(), (sort) => describeNumbers(sort as [ProcessPin], isWhole)).join(", ");
}

function describeNumbers(pins: readonly [ProcessPin, ...ProcessPin[]], isWhole: boolean): string {
  const [first] = pins;
  const { kind, tid } = first;
  const listed = isWhole ? pins : pins.slice(0, NUMBERS);
  const numbers = listed.flatMap((pin) =>
    pin.kind === "thread" ? pin.tid : pin.kind === "for-children" ? [] : pin.fd,
  );
  const rest = countPins(pins) - listed.length;
  return [
    kind === "for-children" ? "for children" : kind === "file" ? "fd" : kind,
    ...numbers,
    ...(first.kind === "file" ? [`(${first.of})`] : []),
    ...(rest > 0 ? [`and ${rest} more`] : []),
    ...(kind !== "thread" && tid !== undefined ? [`of thread ${tid}`] : []),
  ].join(" ");
}

/**
 * Whose mount namespace something is mounted in: `of 812 containerd-shim and 3 more`, or that it is initial, or that no process
 * is in it; undefined for the viewer's own. Hostile text.
 */
export function whoseMounts(graph: NamespaceGraph, mountNamespace: NamespaceId): string | undefined {
  if (mountNamespace === graph.viewer.namespaces.mnt) return undefined;
  const namespace = graph.namespace(mountNamespace);
  if (namespace === undefined) return "(which is not here)";
  if (namespace.initial === true) return "(initial)";
  const members = graph.members(mountNamespace);
  const leader = leadingProcess(members);
  if (leader === undefined) return `(${countMembers(graph, mountNamespace)})`;
  return `of ${describeProcess(leader)}${members.length === 1 ? "" : ` and ${members.length - 1} more`}`;
}
