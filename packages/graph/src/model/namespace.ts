import type { Init } from "./init.js";
import type { Link } from "./link.js";
import type { NamespaceId } from "./namespace-id.js";
import type { NamespaceType } from "./namespace-type.js";

/**
 * One line of /proc/PID/uid_map or gid_map: first id inside, first id outside, count.
 * "Outside" is in terms of the viewer's user namespace (for the viewer's own: of its parent), see
 * user_namespaces(7). 4294967295 outside means that the ids are not mapped there.
 */
export type IdRange = readonly [inside: number, outside: number, count: number];

/** Offsets of a time namespace, from /proc/PID/timens_offsets (Linux 5.6): seconds and nanoseconds. */
export interface TimeOffsets {
  /** Of CLOCK_MONOTONIC. */
  readonly monotonic: readonly [seconds: string, nanoseconds: number];
  /** Of CLOCK_BOOTTIME. */
  readonly boottime: readonly [seconds: string, nanoseconds: number];
}

/** A network interface, as /proc/PID/net shows it to a reader who stays outside. */
export interface NetworkInterface {
  /** Its name, such as `eth0`. Hostile text. */
  readonly name: string;
  /** `up` or `down` where addresses and routes show it, else absent. */
  readonly state?: string;
  /** Addresses in CIDR form, IPv4 before IPv6. */
  readonly addresses: readonly string[];
}

/** What is known of one namespace beyond its identity and relatives; each part is absent where it was not asked for. */
export interface NamespaceFacts {
  /** user: the uid map; empty where none was written yet. */
  readonly uidMap?: readonly IdRange[];
  /** user: the gid map; empty where none was written yet. */
  readonly gidMap?: readonly IdRange[];
  /** user: /proc/PID/setgroups (Linux 3.19). */
  readonly setgroups?: "allow" | "deny";
  /** time: the clocks' offsets. */
  readonly timeOffsets?: TimeOffsets;
  /** net: its interfaces. */
  readonly interfaces?: readonly NetworkInterface[];
  /**
   * net: addresses of which it is not known which interface has them, and in a network of which size; absent where there
   * are none.
   */
  readonly unassignedAddresses?: readonly string[];
  /** mnt: how many mounts a process in it sees. */
  readonly mountCount?: number;
  /** mnt: what is mounted at the root: file system type, source and path within it. */
  readonly rootMount?: string;
  /** uts: the hostname, where it can be had without entering. */
  readonly hostname?: string;
  /** cgroup: the root directory, relative to the viewer's own root. */
  readonly cgroupRoot?: string;
  /** pid: the PID (as the viewer sees it) of the process that is 1 inside. */
  readonly initPid?: number;
}

/** A namespace and what the kernel said of it. Immutable. */
export interface Namespace extends NamespaceFacts {
  /** Which namespace it is, made of `dev` and `ino`. */
  readonly id: NamespaceId;
  /** Its type. */
  readonly type: NamespaceType;
  /** st_dev of nsfs: the same for every namespace of one running kernel, another on the next. */
  readonly dev: number;
  /** st_ino: the number in `net:[4026531833]`. */
  readonly ino: number;
  /** 64-bit id that is never reused, decimal (NS_GET_ID, Linux 6.18). */
  readonly nsId?: string;
  /** Whether it is the one the kernel booted with; absent where that can't be known. */
  readonly initial?: boolean;
  /** Distance to the initial namespace (0) for pid and user; absent where the chain does not reach it. */
  readonly level?: number;
  /** NS_GET_PARENT: pid and user namespaces alone have one. A user namespace's owner is its parent. */
  readonly parent: Link;
  /** NS_GET_USERNS: the user namespace that owns it. */
  readonly owner: Link;
  /** NS_GET_OWNER_UID (user only): the creator's effective uid, in the viewer's user namespace. */
  readonly ownerUid?: number;
  /** pid: what is known of its init, found among all processes when the graph was built: see `initState`. */
  readonly init?: Init;
  /** The number of member processes, in a document that was written without its processes. */
  readonly memberCount?: number;
  /** Drawn by a selection only so that it can be seen where others belong. */
  readonly context?: true;
  /** Fields of a document that this version does not know: written back as they came. */
  readonly extra?: Readonly<Record<string, unknown>>;
}
