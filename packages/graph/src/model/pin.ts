import type { NamespaceId } from "./namespace-id.js";

interface PinBase {
  /** The namespace that is held. */
  readonly namespace: NamespaceId;
  /**
   * How many more like this one hold the namespace without being listed: of the same kind, and of the same process or in
   * the same mount namespace. Absent where there are none: it takes somebody with very many for that.
   */
  readonly more?: number;
  /** Fields of a document that this version does not know. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** A thread that is in another namespace than its process's main thread. */
export interface ThreadPin extends PinBase {
  /** Tells this kind of pin from others. */
  readonly kind: "thread";
  /** The process that the thread belongs to. */
  readonly pid: number;
  /** The thread's own number. */
  readonly tid: number;
}

/** An open descriptor of an nsfs file. */
export interface FdPin extends PinBase {
  /** Tells this kind of pin from others. */
  readonly kind: "fd";
  /** The process that has it open. */
  readonly pid: number;
  /** A thread with that descriptor, where the main thread's file table lacks it: it has exited, or theirs is another one. */
  readonly tid?: number;
  /** The descriptor's number. */
  readonly fd: number;
}

/** A socket that was created in a network namespace and keeps it. */
export interface SocketPin extends PinBase {
  /** Tells this kind of pin from others. */
  readonly kind: "socket";
  /** A process that has the socket open. */
  readonly pid: number;
  /** A thread with that descriptor, where the main thread's file table lacks it: it has exited, or theirs is another one. */
  readonly tid?: number;
  /** The descriptor's number. */
  readonly fd: number;
}

/**
 * What keeps a namespace by an open descriptor that is not of the namespace itself.
 *
 * - `tun`: a descriptor of /dev/net/tun keeps the network namespace that it was opened in
 * - `inotify`, `fanotify`: a watch keeps the nsfs file that is watched, inotify(7), fanotify(7)
 * - `io_uring`: the nsfs file is registered, io_uring_register(2)
 * - `mount-tree`: it is mounted in a tree of mounts that is attached nowhere, open_tree(2)
 */
export type FileOf = "tun" | "inotify" | "fanotify" | "io_uring" | "mount-tree";

/** An open descriptor of something else, which keeps the namespace and does not lead to it. */
export interface FilePin extends PinBase {
  /** Tells this kind of pin from others. */
  readonly kind: "file";
  /** What the descriptor is of; a later version's document may have others. Hostile text. */
  readonly of: FileOf | (string & {});
  /** The process that has it open. */
  readonly pid: number;
  /** A thread with that descriptor, where the main thread's file table lacks it: it has exited, or theirs is another one. */
  readonly tid?: number;
  /** The descriptor's number. */
  readonly fd: number;
}

/** A bind mount of an nsfs file. */
export interface MountPin extends PinBase {
  /** Tells this kind of pin from others. */
  readonly kind: "mount";
  /** Mount point, as a process in that mount namespace sees it. Hostile text. */
  readonly path: string;
  /** The mount namespace the mount is in. */
  readonly mountNamespace: NamespaceId;
  /**
   * The process or thread in that mount namespace through whose root directory (`/proc/PID/root`, proc_pid_root(5)) the
   * path was seen to lead to the namespace. Absent where no way was found: another mount may cover it, or it lies outside
   * of every root.
   */
  readonly reachableFrom?: number;
}

/** The namespace a process's (or thread's) next child will be in: unshare(2) of CLONE_NEWPID and CLONE_NEWTIME. */
export interface ForChildrenPin extends PinBase {
  /** Tells this kind of pin from others. */
  readonly kind: "for-children";
  /** The process whose children will be in it. */
  readonly pid: number;
  /** The thread, where it is not the main one. */
  readonly tid?: number;
  /**
   * pid: whether the namespace has had a process. Absent where that can't be known: by /proc/PID/ns/pid_for_children, which
   * could be read only then before Linux 7.0 (pidns_for_children_get, kernel/pid_namespace.c).
   */
  readonly begun?: boolean;
}

/** listns(2) lists the namespace and nothing that can be looked at holds it: a descriptor in flight, say. */
export interface UnseenPin extends PinBase {
  /** Tells this kind of pin from others. */
  readonly kind: "unseen";
}

/** A kind that a later version of the document knows: kept, shown by its name, written back as it came. */
export interface OtherPin extends PinBase {
  /** Tells this kind of pin from others. */
  readonly kind: "other";
  /** The kind's name in the document. */
  readonly name: string;
}

/**
 * What keeps a namespace alive besides its member processes and the namespaces below it.
 * The kinds grow with the kernel: a consumer treats one that it does not know by `describePin`.
 */
export type Pin = ThreadPin | FdPin | SocketPin | FilePin | MountPin | ForChildrenPin | UnseenPin | OtherPin;

/** The kinds this version finds, in canonical order. */
export const PIN_KINDS = ["thread", "fd", "socket", "file", "mount", "for-children", "unseen"] as const;

/** A text that is equal for two pins only if they are the same pin. */
export function pinKey(pin: Pin): string {
  switch (pin.kind) {
    case "thread":
      return `${pin.kind} ${pin.namespace} ${pin.pid} ${pin.tid}`;
    case "fd":
    case "socket":
      return `${pin.kind} ${pin.namespace} ${pin.pid} ${pin.fd} ${pin.tid ?? ""}`;
    case "file":
      return `file ${pin.namespace} ${pin.pid} ${pin.fd} ${pin.tid ?? ""} ${pin.of}`;
    case "mount":
      return `${pin.kind} ${pin.namespace} ${pin.mountNamespace} ${pin.path}`;
    case "for-children":
      return `for-children ${pin.namespace} ${pin.pid} ${pin.tid ?? ""}`;
    case "unseen":
      return `unseen ${pin.namespace}`;
    case "other":
      return `other ${pin.namespace} ${pin.name} ${JSON.stringify(pin.extra ?? {})}`;
  }
}

/** How many pins there are of each kind that occurs. */
export type PinCounts = Readonly<Partial<Record<Pin["kind"], number>>>;

/** How many pins these are of each kind, those that are counted without being listed among them; added to what was counted. */
export function countKinds(pins: readonly Pin[], counts: Partial<Record<Pin["kind"], number>> = {}): PinCounts {
  for (const { kind, more = 0 } of pins) counts[kind] = (counts[kind] ?? 0) + 1 + more;
  return counts;
}

/** How many pins these are, those that are counted without being listed among them. */
export function countPins(pins: Iterable<Pin>): number {
  let number = 0;
  for (const { more = 0 } of pins) number += 1 + more;
  return number;
}
