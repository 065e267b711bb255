import {
  assembleGraph,
  type Executable,
  INVISIBLE_LINK,
  isHierarchical,
  type Link,
  type Membership,
  NAMESPACE_TYPES,
  type Namespace,
  type NamespaceFacts,
  type NamespaceGraph,
  type NamespaceId,
  type NamespaceType,
  NO_LINK,
  namespaceId,
  type Pin,
  type Problem,
  type Process,
  SOURCES,
  type Users,
} from "@ns-graph/graph";
import { INITIAL_INODES } from "../fake/fake-kernel.js";

const DEV = 4;
/** A realistic number of a first namespace that was made after boot. */
const FIRST_INODE = 4026532177;

/** A namespace to be added; its owner is the initial user namespace and its parent the initial PID namespace where nothing else is said. */
export interface NewNamespace extends NamespaceFacts {
  readonly owner?: NamespaceId | Link;
  readonly parent?: NamespaceId | Link;
  /** user: who made it. */
  readonly ownerUid?: number;
}

/** A process to be added; it is a child of PID 1 in the initial namespaces where nothing else is said. */
export interface NewProcess {
  readonly pid?: number;
  readonly ppid?: number;
  readonly comm: string;
  readonly uid?: number;
  readonly state?: string;
  readonly kernelThread?: true;
  readonly cgroup?: string;
  readonly commandLine?: string;
  /** The machine's program that it runs. */
  readonly program?: string;
  /** What differs from the initial namespaces. */
  readonly in?: Membership;
}

/** How a machine begins. */
export interface MachineOptions {
  readonly hostname?: string;
  readonly types?: readonly NamespaceType[];
  readonly users?: Users;
}

/** An id as engines give it to a container: 64 hexadecimal digits, other ones for every number. */
export function containerId(number: number): string {
  return ((0x9e3779b1 * (number + 1)) >>> 0).toString(16).padStart(8, "0").repeat(8);
}

/** Puts a made-up machine together, as root of it would see it. Numbers are given in the order of the calls, so every build is the same. */
export class HostBuilder {
  /** The initial namespaces. */
  readonly initial: Membership;
  readonly #options: MachineOptions;
  readonly #namespaces: Namespace[] = [];
  readonly #processes: Process[] = [];
  readonly #pins: Pin[] = [];
  readonly #problems: Problem[] = [];
  readonly #memberships = new Map<string, Membership>();
  readonly #levels = new Map<NamespaceId, number>();
  /** Of PID namespaces: the parent, and how many processes were made. */
  readonly #parents = new Map<NamespaceId, NamespaceId>();
  readonly #counts = new Map<NamespaceId, number>();
  #nextInode = FIRST_INODE;
  #nextPid = 1;

  constructor(options: MachineOptions = {}) {
    this.#options = options;
    const types = NAMESPACE_TYPES.filter((type) => (options.types ?? NAMESPACE_TYPES).includes(type));
    this.initial = Object.freeze(
      Object.fromEntries(types.map((type) => [type, namespaceId(DEV, INITIAL_INODES[type])])),
    );
    for (const type of types) this.#addInitial(type);
  }

  /** How many namespaces there are so far. */
  get size(): number {
    return this.#namespaces.length;
  }

  /** Adds a namespace and answers its id. */
  namespace(type: NamespaceType, { owner, parent, ownerUid, ...facts }: NewNamespace = {}): NamespaceId {
    const ino = this.#nextInode++;
    const id = namespaceId(DEV, ino);
    const ownerLink = toLink(owner ?? this.initial.user);
    const parentLink = type === "user" ? ownerLink : type === "pid" ? toLink(parent ?? this.initial.pid) : NO_LINK;
    const above = parentLink.state === "known" ? this.#levels.get(parentLink.id) : undefined;
    const level = isHierarchical(type) && above !== undefined ? above + 1 : undefined;
    if (level !== undefined) this.#levels.set(id, level);
    if (type === "pid" && parentLink.state === "known") this.#parents.set(id, parentLink.id);
    this.#namespaces.push({
      id,
      type,
      dev: DEV,
      ino,
      nsId: String(this.#namespaces.length + 1),
      initial: false,
      ...(level === undefined ? {} : { level }),
      parent: parentLink,
      owner: ownerLink,
      ...(type === "user" ? { ownerUid: ownerUid ?? 0 } : {}),
      ...facts,
    });
    return id;
  }

  /** Adds namespaces of several types that one user namespace owns, and answers them as a membership. */
  unshare(types: readonly NamespaceType[], from: Membership = this.initial, user: NewNamespace = {}): Membership {
    const owner = types.includes("user")
      ? this.namespace("user", { owner: from.user ?? toLink(undefined), ...user })
      : from.user;
    const made = types
      .filter((type) => type !== "user")
      .map((type) => [
        type,
        this.namespace(type, {
          ...(owner === undefined ? {} : { owner }),
          ...(type === "pid" && from.pid !== undefined ? { parent: from.pid } : {}),
        }),
      ]);
    return this.membership({ ...from, ...(owner === undefined ? {} : { user: owner }), ...Object.fromEntries(made) });
  }

  /** The one object for a set of namespaces. */
  membership(namespaces: Membership): Membership {
    const entries = NAMESPACE_TYPES.filter((type) => namespaces[type] !== undefined).map((type) => [
      type,
      namespaces[type],
    ]);
    const key = entries.join(" ");
    const known = this.#memberships.get(key);
    if (known !== undefined) return known;
    const membership: Membership = Object.freeze(Object.fromEntries(entries));
    this.#memberships.set(key, membership);
    return membership;
  }

  /** Adds a process and answers its PID. */
  process({ pid = this.#nextPid, ppid = 1, in: namespaces = {}, program, ...rest }: NewProcess): number {
    this.#nextPid = Math.max(this.#nextPid, pid + 1);
    const { state } = rest;
    const all = { ...this.initial, ...namespaces };
    // A zombie has left all but these.
    const { user, pid: pidNamespace } = all;
    const left = {
      ...(user === undefined ? {} : { user }),
      ...(pidNamespace === undefined ? {} : { pid: pidNamespace }),
    };
    const membership = this.membership(state === "Z" || state === "X" ? left : all);
    const pids = [pid, ...this.#countInside(membership.pid)];
    const executable: Executable | undefined = program === undefined ? undefined : { path: program, borneOut: "yes" };
    this.#processes.push({
      ...{ pid, ppid, uid: 0, state: "S", pids, ...rest },
      ...(executable === undefined ? {} : { executable }),
      namespaces: membership,
    });
    return pid;
  }

  /** The next PID in a PID namespace below the initial one, and in all above it, outermost first. */
  #countInside(id: NamespaceId | undefined): number[] {
    const above = this.#parents.get(id ?? "");
    if (id === undefined || above === undefined) return [];
    const count = (this.#counts.get(id) ?? 0) + 1;
    this.#counts.set(id, count);
    return [...this.#countInside(above), count];
  }

  /** Adds processes 1 to `count` in one go, and builds. The first in each set of namespaces is the parent of the others. */
  populate(
    count: number,
    describe: (pid: number) => { readonly comm: string; readonly uid: number; readonly namespaces: Membership },
  ): NamespaceGraph {
    const leaders = new Map<Membership, number>();
    for (let pid = 1; pid <= count; pid++) {
      const { comm, uid, namespaces } = describe(pid);
      const leader = leaders.get(namespaces);
      if (leader === undefined) leaders.set(namespaces, pid);
      this.#processes.push({ pid, ppid: pid === 1 ? 0 : (leader ?? 1), comm, uid, namespaces });
    }
    this.#nextPid = count + 1;
    return this.build();
  }

  /** Leaves PIDs out, as a machine does on which processes have ended. */
  skipPids(count: number): void {
    this.#nextPid += count;
  }

  pin(pin: Pin): void {
    this.#pins.push(pin);
  }

  problem(problem: Problem): void {
    this.#problems.push(problem);
  }

  /** Mounts are reached through the first process in their mount namespace. */
  #reach(pin: Pin): Pin {
    if (pin.kind !== "mount" || pin.reachableFrom !== undefined) return pin;
    const member = this.#processes.find(({ namespaces }) => namespaces.mnt === pin.mountNamespace);
    return member === undefined ? pin : { ...pin, reachableFrom: member.pid };
  }

  build(): NamespaceGraph {
    const viewerPid = this.#nextPid;
    return assembleGraph({
      frame: {
        host: {
          hostname: this.#options.hostname ?? "web1",
          kernel: "6.18.44",
          bootId: "7d1f0c52-6f4b-4c7e-9d52-0b6c4a1e8f30",
          takenAt: "2026-11-22T03:00:00Z",
        },
        viewer: { pid: viewerPid, euid: 0, namespaces: this.membership(this.initial) },
        sources: SOURCES,
        users: this.#options.users ?? { names: { "0": "root", "65534": "nobody" } },
      },
      namespaces: this.#namespaces,
      processes: this.#processes,
      pins: this.#pins.map((pin) => this.#reach(pin)),
      problems: this.#problems,
    });
  }

  #addInitial(type: NamespaceType): void {
    const id = this.initial[type] ?? "";
    const isTop = isHierarchical(type);
    if (isTop) this.#levels.set(id, 0);
    this.#namespaces.push({
      id,
      type,
      dev: DEV,
      ino: INITIAL_INODES[type],
      nsId: String(this.#namespaces.length + 1),
      initial: true,
      ...(isTop ? { level: 0 } : {}),
      parent: isTop ? INVISIBLE_LINK : NO_LINK,
      owner: type === "user" ? INVISIBLE_LINK : toLink(this.initial.user),
      ...(type === "user"
        ? { ownerUid: 0, uidMap: [[0, 0, 4294967295]], gidMap: [[0, 0, 4294967295]], setgroups: "allow" }
        : {}),
    });
  }
}

function toLink(relative: NamespaceId | Link | undefined): Link {
  if (relative === undefined) return { state: "unknown" };
  return typeof relative === "string" ? { state: "known", id: relative } : relative;
}
