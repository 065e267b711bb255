import type { Executable, Host, NamespaceFacts, NamespaceType, Problem, Users } from "@ns-graph/graph";
import type { Generation } from "./generation.js";

/**
 * A name for a namespace within a description. The initial namespaces are there without being described, and are
 * called like their types: `user`, `net`, …
 */
export type Key = string;

/** Namespaces by type, named by their keys. */
export type Keys = Readonly<Partial<Record<NamespaceType, Key>>>;

/** A namespace of a fake kernel. */
export interface FakeNamespace {
  readonly type: NamespaceType;
  /** The owning user namespace (for a user namespace: its parent); `user` by default, null for one that has none. */
  readonly owner?: Key | null;
  /** pid: the parent; `pid` by default, null for one that has none. */
  readonly parent?: Key | null;
  /** user: who made it; 0 by default. */
  readonly ownerUid?: number;
  /** The inode number; by default one that nothing else has. */
  readonly ino?: number;
  readonly dev?: number;
  readonly facts?: NamespaceFacts;
  /** The kernel does not count it as in use: a network namespace that a socket alone holds. */
  readonly inactive?: boolean;
  /** The errno that opening it, or asking it, fails with. */
  readonly errno?: Readonly<Partial<Record<"open" | "owner" | "parent" | "ownerUid" | "nsId", string>>>;
}

/** What a place leads to when it is opened: the namespace, another one by now, or nothing any more. */
export type Fate = "open" | "changed" | "gone";

/** A process of a fake kernel, as one look at it finds it. */
export interface FakeProcess {
  readonly pid: number;
  readonly ppid?: number;
  readonly comm?: string;
  readonly uid?: number;
  /** `Z`: it has its user and PID namespaces alone. */
  readonly state?: string;
  readonly kernelThread?: true;
  readonly pids?: readonly number[];
  readonly cgroup?: string;
  readonly commandLine?: string;
  readonly executable?: Executable;
  /** Its namespaces; the initial one where a type is not named. */
  readonly in?: Keys;
  readonly threads?: readonly { readonly tid: number; readonly in: Keys; readonly fate?: Fate }[];
  readonly fds?: readonly { readonly fd: number; readonly holds: Key; readonly fate?: Fate }[];
  readonly sockets?: readonly { readonly fd: number; readonly holds: Key; readonly fate?: Fate }[];
  readonly forChildren?: readonly { readonly holds: Key; readonly tid?: number; readonly fate?: Fate }[];
  /** It is chrooted: its mountinfo shows nothing. */
  readonly chrooted?: boolean;
  /** The errno that reading all of its links fails with, or single ones. */
  readonly errno?: string | Readonly<Partial<Record<NamespaceType, string>>>;
  /** What else could not be learned of it. */
  readonly problems?: readonly Problem[];
  /**
   * What the PID is after this look: the process elsewhere, another process, or nothing. A description may lead
   * back to itself, and the process then never comes to rest.
   */
  readonly next?: FakeProcess | "gone";
}

/** A bind mount of a namespace. */
export interface FakeMount {
  readonly path: string;
  readonly holds: Key;
  /** The mount namespace it is in; `mnt` by default. */
  readonly in?: Key;
  readonly fate?: Fate;
}

/** A whole kernel. */
export interface KernelSpec {
  /** What the kernel can be asked; the newest by default. */
  readonly generation?: Generation;
  /** All of them exist. What nothing holds is held by something that can't be looked at: a descriptor in flight. */
  readonly namespaces?: Readonly<Record<Key, FakeNamespace>>;
  /** In any order. */
  readonly processes?: readonly FakeProcess[];
  /** PIDs that /proc lists although nothing is there when it is looked at. */
  readonly ghosts?: readonly number[];
  readonly mounts?: readonly FakeMount[];
  /** Where the viewer is; in the initial namespaces by default. */
  readonly viewer?: { readonly pid?: number; readonly euid?: number; readonly in?: Keys };
  /** The kernel answers about every relative, however far above the viewer: then the answers may even form a circle. */
  readonly unscoped?: boolean;
  readonly host?: Host;
  readonly users?: Users;
  /** What the viewer's position hides. */
  readonly problems?: readonly Problem[];
}
