import type { Membership } from "./process.js";

/** The machine a survey was made on. */
export interface Host {
  /** uname(2) nodename. Hostile text. */
  readonly hostname?: string;
  /** uname(2) release, such as `6.18.44`. */
  readonly kernel?: string;
  /** /proc/sys/kernel/random/boot_id: two documents with the same one come from the same boot. */
  readonly bootId?: string;
  /** When the survey began, RFC 3339 in UTC. */
  readonly takenAt?: string;
  /** Fields of a document that this version does not know. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** Who looked. What is invisible and which uids are shown depends on it. */
export interface Viewer {
  /** Its PID, in its own PID namespace. */
  readonly pid?: number;
  /** Its effective uid, in its own user namespace. */
  readonly euid?: number;
  /** Effective capabilities by their names in capabilities(7), sorted. */
  readonly capabilities?: readonly string[];
  /** The namespaces that it is in. */
  readonly namespaces: Membership;
  /** Fields of a document that this version does not know. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** A range of subordinate uids or gids, subuid(5) and subgid(5). */
export interface SubordinateRange {
  /** Whose they are: a login name, or a uid in decimal, also of gids. Hostile text. */
  readonly owner: string;
  /** The first id. */
  readonly start: number;
  /** How many ids there are. */
  readonly count: number;
}

/** Names that the viewer's machine gives to uids and gids. */
export interface Users {
  /**
   * Whose files have them, where those that the viewer sees in /etc are not those of the machine; absent where they are, or
   * nothing tells otherwise.
   *
   * - `process-1`: those in /etc of process 1, in a file system of its own
   * - `unread`: nobody's, because these may not be read
   */
  readonly from?: "process-1" | "unread";
  /** Login name by uid (decimal), as passwd(5) has it. Hostile text. */
  readonly names: Readonly<Record<string, string>>;
  /** Group name by gid (decimal), as group(5) has it; absent where they were not read. Hostile text. */
  readonly groupNames?: Readonly<Record<string, string>>;
  /** The ranges of /etc/subuid; absent where they were not read. */
  readonly subuids?: readonly SubordinateRange[];
  /** The ranges of /etc/subgid; absent where they were not read. */
  readonly subgids?: readonly SubordinateRange[];
}

/**
 * A place where namespaces are found. The frame of a survey lists those that it searched.
 *
 * - `process`: the links in /proc/PID/ns
 * - `thread`: the links in /proc/PID/task/TID/ns
 * - `for-children`: pid_for_children and time_for_children
 * - `fd`: descriptors of namespaces
 * - `socket`: sockets of network namespaces
 * - `mount`: bind mounts in every reachable mount namespace
 * - `kernel`: the kernel's own list, listns(2)
 */
export type Source = "process" | "thread" | "for-children" | "fd" | "socket" | "mount" | "kernel";

/** All places, in canonical order. */
export const SOURCES: readonly Source[] = ["process", "thread", "for-children", "fd", "socket", "mount", "kernel"];
