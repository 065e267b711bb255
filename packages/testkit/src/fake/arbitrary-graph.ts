import {
  buildGraph,
  isHierarchical,
  type Link,
  type Membership,
  NAMESPACE_TYPES,
  type Namespace,
  type NamespaceGraph,
  type NamespaceId,
  type NamespaceType,
  namespaceId,
  type Observation,
  type Pin,
  type Process,
} from "@ns-graph/graph";
import type fc from "fast-check";
import {
  type DrawnLink,
  type DrawnNamespace,
  type DrawnParts,
  type DrawnPin,
  type DrawnProcess,
  drawnParts,
} from "./drawn-parts.js";

/** How wild random graphs are. */
export interface ArbitraryGraphOptions {
  /** Edges may lead nowhere and run in circles, as those of a document that somebody made up. */
  readonly wild?: boolean;
  /** How many namespaces and processes at most; 12 by default. */
  readonly size?: number;
}

/** An id that nothing in a random graph has. */
const NOWHERE: NamespaceId = "4:99";

/** Observations as a survey yields them, of everything that a graph can hold; names, paths and users are hostile. */
export function arbitraryObservations({
  wild = false,
  size = 12,
}: ArbitraryGraphOptions = {}): fc.Arbitrary<Observation[]> {
  return drawnParts(size).map((drawn) => new Resolver(drawn, wild).observations());
}

/** Random graphs; in those that are not wild every edge has an end. */
export function arbitraryGraph(options: ArbitraryGraphOptions = {}): fc.Arbitrary<NamespaceGraph> {
  return arbitraryObservations(options).map(buildGraph);
}

/** Turns drawn numbers into ids. */
class Resolver {
  readonly #drawn: DrawnParts;
  readonly #wild: boolean;
  readonly #ids: readonly NamespaceId[];
  readonly #sets: readonly Membership[];

  constructor(drawn: DrawnParts, wild: boolean) {
    this.#drawn = drawn;
    this.#wild = wild;
    this.#ids = drawn.namespaces.map(({ dev, ino }) => namespaceId(dev, ino));
    this.#sets = drawn.memberships.map((numbers) => this.#membership(numbers));
  }

  observations(): Observation[] {
    const { frame, viewer, namespaces, processes, pins, problems } = this.#drawn;
    const list: Observation[] = [
      { kind: "frame", frame: { ...frame, viewer: { ...viewer, namespaces: this.#sets[0] ?? {} } } },
    ];
    for (const [i, drawn] of namespaces.entries())
      list.push({ kind: "namespace", namespace: this.#namespace(drawn, i) });
    for (const drawn of processes) list.push({ kind: "process", process: this.#process(drawn) });
    for (const drawn of pins) {
      const pin = this.#pin(drawn);
      if (pin !== undefined) list.push({ kind: "pin", pin });
    }
    for (const problem of problems) list.push({ kind: "problem", problem });
    return list;
  }

  /** The n-th fitting namespace, counted round; in a wild graph any, or one that is not there. */
  #choose(number: number, type?: NamespaceType, until = this.#ids.length): NamespaceId | undefined {
    if (this.#wild) return [...this.#ids, NOWHERE][number % (this.#ids.length + 1)];
    const fitting = this.#ids.filter(
      (_, i) => i < until && (type === undefined || this.#drawn.namespaces[i]?.type === type),
    );
    return fitting[number % fitting.length];
  }

  #membership(numbers: DrawnParts["memberships"][number]): Membership {
    const membership: Partial<Record<NamespaceType, NamespaceId>> = {};
    for (const type of NAMESPACE_TYPES) {
      const number = numbers[type];
      const id = number === undefined ? undefined : this.#choose(number, type);
      if (id !== undefined) membership[type] = id;
    }
    return membership;
  }

  #link(drawn: DrawnLink, type: NamespaceType, until: number): Link {
    if (typeof drawn !== "number") return drawn;
    const id = this.#choose(drawn, type, until);
    return id === undefined ? { state: "invisible" } : { state: "known", id };
  }

  #namespace(
    { type, dev, ino, owner, parent, level, ownerUid, facts, rest }: DrawnNamespace,
    index: number,
  ): Namespace {
    const ownerLink = this.#link(owner, "user", index);
    const parentLink = type === "pid" ? this.#link(parent, "pid", index) : { state: "none" as const };
    return {
      id: namespaceId(dev, ino),
      type,
      dev,
      ino,
      ...rest,
      ...(isHierarchical(type) && level !== undefined ? { level } : {}),
      parent: type === "user" ? ownerLink : parentLink,
      owner: ownerLink,
      ...(type === "user" && ownerUid !== undefined ? { ownerUid } : {}),
      ...facts[type],
    };
  }

  #process({ set, inside, rest }: DrawnProcess): Process {
    const namespaces = this.#sets[set % this.#sets.length] ?? {};
    return { ...rest, ...(inside === undefined ? {} : { pids: [rest.pid, ...inside] }), namespaces };
  }

  #pin({ kind, namespace: number, mountNamespace, pid, other, path }: DrawnPin): Pin | undefined {
    const namespace = this.#choose(number);
    if (namespace === undefined) return undefined;
    switch (kind) {
      case "thread":
        return { kind, namespace, pid, tid: other + 1 };
      case "fd":
      case "socket":
        return { kind, namespace, pid, ...(other % 3 === 0 ? { tid: other + 1 } : {}), fd: other };
      case "file":
        return { kind, namespace, pid, ...(other % 3 === 0 ? { tid: other + 1 } : {}), fd: other, of: path };
      case "mount": {
        const id = this.#choose(mountNamespace, "mnt");
        return id === undefined ? undefined : { kind, namespace, path, mountNamespace: id };
      }
      case "for-children":
        return { kind, namespace, pid, ...(other % 2 === 0 ? {} : { tid: other }) };
      case "unseen":
        return { kind, namespace };
    }
  }
}
