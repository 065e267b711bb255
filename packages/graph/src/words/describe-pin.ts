import type { NamespaceGraph } from "../model/namespace-graph.js";
import { parseNamespaceId } from "../model/namespace-id.js";
import {
  countPins,
  type FdPin,
  type FilePin,
  type ForChildrenPin,
  PIN_KINDS,
  type Pin,
  type PinCounts,
  type SocketPin,
} from "../model/pin.js";
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

/** Pins as whoever looks for a holder needs them: `held by fd 4 of 12`; of a namespace that also has processes, `also held by …`. */
export function heldBy(pin: Pin, isOnly: boolean): string {
  return `${isOnly ? "held" : "also held"}${pin.kind === "for-children" ? "" : " by"}`;
}

/** Pins that are the same but for a number, in words: `3 mounts at /run/x`, `5 open descriptors of 1044 dockerd`. Hostile text. */
export function describeAlikePins(graph: NamespaceGraph, pins: readonly [Pin, ...Pin[]]): string {
  const [pin] = pins;
  const number = countPins(pins);
  // The number stands before the path, which is hostile text of any length, and may be cut at its end.
  if (pin.kind === "mount") return number === 1 ? pin.path : `${numbered(number, ...NOUNS.mount)} at ${pin.path}`;
  if (!("pid" in pin)) return describePin(pin);
  const comm = graph.process(pin.pid)?.comm;
  const holder = comm === undefined ? "" : ` ${comm}`;
  if (number === 1) return `${describePin(pin)}${holder}`;
  if (pin.kind === "for-children") return `for children of ${number} threads of ${pin.pid}${holder}`;
  const what = pin.kind === "thread" ? `${number} threads` : numbered(number, ...NOUNS[pin.kind]);
  return `${what} of ${pin.pid}${holder}`;
}
