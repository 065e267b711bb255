import { NAMESPACE_TYPES, type NamespaceType } from "@ns-graph/graph";
import fc from "fast-check";
import { arbitraryText } from "./arbitrary-text.js";
import { GENERATIONS } from "./generation.js";
import type { FakeMount, FakeNamespace, FakeProcess, Fate, KernelSpec, Key, Keys } from "./kernel-spec.js";

/*
 * Everything is drawn at once, with numbers in place of keys, and the numbers are resolved afterwards: arbitraries that
 * depend on what was drawn before would have to be made anew for each kernel, which takes longer than all the rest.
 */

/** Stands for a namespace: the n-th of those that fit, counted round. */
const choice = fc.nat({ max: 63 });
const errno = fc.constantFrom("EACCES", "EPERM", "EIO", "EMFILE", "ENOMEM");
const fate = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Fate>("open") },
  { weight: 1, arbitrary: fc.constantFrom<Fate>("changed", "gone") },
);
const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const rarely = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 8 });
const byType = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.record(
    Object.fromEntries(NAMESPACE_TYPES.map((type) => [type, arbitrary])) as Record<NamespaceType, fc.Arbitrary<T>>,
    { requiredKeys: [] },
  );

const membership = byType(choice);

const namespace = fc.record({
  type: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom<NamespaceType>("user", "pid") },
    { weight: 2, arbitrary: fc.constantFrom(...NAMESPACE_TYPES) },
  ),
  owner: choice,
  parent: choice,
  ownerUid: fc.constantFrom(0, 1000, 65534),
  ino: rarely(fc.integer({ min: 0xf0000000, max: 0xf0000003 })),
  inactive: rarely(fc.constant(true)),
  errno: rarely(
    fc.record({ open: errno, owner: errno, parent: errno, ownerUid: errno, nsId: errno }, { requiredKeys: [] }),
  ),
});

const place = fc.record({ number: fc.nat({ max: 9 }), holds: choice, fate });

const process = fc.record({
  pid: fc.integer({ min: 1, max: 40 }),
  in: membership,
  ppid: fc.nat({ max: 20 }),
  comm: arbitraryText(),
  uid: fc.constantFrom(0, 1000, 65534, 4294967294),
  state: fc.constantFrom("S", "R", "Z"),
  thread: some(fc.record({ tid: fc.integer({ min: 100, max: 110 }), in: membership, fate })),
  fds: fc.uniqueArray(place, { maxLength: 2, selector: ({ number }) => number }),
  socket: some(place),
  forChildren: some(place),
  chrooted: fc.boolean(),
  errno: rarely(fc.oneof(errno, byType(errno))),
  moves: rarely(fc.record({ through: fc.array(byType(choice), { maxLength: 6 }), ends: fc.boolean() })),
});

const mount = fc.record({ path: arbitraryText(), in: choice, holds: choice, fate });

const kernel = fc.record({
  namespaces: fc.array(namespace, { maxLength: 14 }),
  processes: fc.uniqueArray(process, { maxLength: 12, selector: ({ pid }) => pid }),
  ghosts: fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 3 }),
  mounts: fc.array(mount, { maxLength: 4 }),
  generation: fc.constantFrom(...Object.values(GENERATIONS)),
  viewer: rarely(membership),
  unscoped: fc.boolean(),
});

type Drawn<Arbitrary> = Arbitrary extends fc.Arbitrary<infer T> ? T : never;
type DrawnMembership = Drawn<typeof membership>;

/** How wild random kernels are. */
export interface ArbitraryKernelOptions {
  /** Nothing fails, vanishes or changes, and the kernel is the newest, seen from its initial namespaces. */
  readonly calm?: boolean;
}

/** Random kernels: namespaces that own one another, processes in them, and all that can go wrong. */
export function arbitraryKernel({ calm = false }: ArbitraryKernelOptions = {}): fc.Arbitrary<KernelSpec> {
  return kernel.map((drawn) => new Resolver(drawn, calm).kernel());
}

class Resolver {
  readonly #drawn: Drawn<typeof kernel>;
  readonly #calm: boolean;

  constructor(drawn: Drawn<typeof kernel>, calm: boolean) {
    this.#drawn = drawn;
    this.#calm = calm;
  }

  kernel(): KernelSpec {
    const { namespaces, processes, mounts, ghosts, generation, viewer, unscoped } = this.#drawn;
    const spec = {
      namespaces: Object.fromEntries(namespaces.map((entry, i) => [`n${i}`, this.#namespace(entry, i)])),
      processes: processes.map((entry) => this.#process(entry)),
      mounts: mounts.map(
        (entry): FakeMount => ({
          path: `/run/${entry.path}`,
          in: this.#key(entry.in, ["mnt"]),
          holds: this.#key(entry.holds, NAMESPACE_TYPES),
          fate: this.#fate(entry.fate),
        }),
      ),
    };
    if (this.#calm) return { ...spec, generation: GENERATIONS.newest };
    return {
      ...spec,
      ghosts,
      generation,
      unscoped,
      ...(viewer === undefined ? {} : { viewer: { in: this.#keys(viewer) } }),
    };
  }

  /** A calm kernel's relations lead to what was there before; another one's may run in circles. */
  #namespace(drawn: Drawn<typeof namespace>, index: number): FakeNamespace {
    const { type, ownerUid, ino, inactive, errno } = drawn;
    const until = this.#calm ? index : Number.POSITIVE_INFINITY;
    return {
      type,
      owner: this.#key(drawn.owner, ["user"], until),
      ...(type === "pid" ? { parent: this.#key(drawn.parent, ["pid"], until) } : {}),
      ...(type === "user" ? { ownerUid } : {}),
      ...(this.#calm ? {} : given({ ino, inactive, errno })),
    };
  }

  #process(drawn: Drawn<typeof process>): FakeProcess {
    const { pid, ppid, comm, uid, state, thread, fds, socket, forChildren, chrooted, errno, moves } = drawn;
    const here = this.#keys(drawn.in);
    // Each move leaves the process in most of the namespaces that it was in before.
    const next = moves?.through.reduceRight<FakeProcess | "gone" | undefined>(
      (after, keys) => ({ pid, in: { ...here, ...this.#keys(keys) }, ...given({ next: after }) }),
      moves.ends ? "gone" : undefined,
    );
    return {
      ...{ pid, ppid, comm, uid, state, chrooted },
      in: here,
      fds: fds.map(({ number, holds, fate }) => ({
        fd: number,
        holds: this.#key(holds, NAMESPACE_TYPES),
        fate: this.#fate(fate),
      })),
      ...given({
        threads: thread && [{ tid: thread.tid, in: this.#keys(thread.in), fate: this.#fate(thread.fate) }],
        sockets: socket && [
          { fd: 10 + socket.number, holds: this.#key(socket.holds, ["net"]), fate: this.#fate(socket.fate) },
        ],
        forChildren: forChildren && [
          { holds: this.#key(forChildren.holds, ["pid", "time"]), fate: this.#fate(forChildren.fate) },
        ],
      }),
      ...(this.#calm ? {} : given({ errno, next })),
    };
  }

  #keys(drawn: DrawnMembership): Keys {
    return Object.fromEntries(
      Object.entries(drawn).map(([type, number]) => [type, this.#key(number, [type as NamespaceType])]),
    );
  }

  #key(number: number, types: readonly NamespaceType[], until = Number.POSITIVE_INFINITY): Key {
    const fitting: Key[] = [...types];
    for (const [i, { type }] of this.#drawn.namespaces.entries())
      if (types.includes(type) && i < until) fitting.push(`n${i}`);
    return fitting[number % fitting.length] ?? "user";
  }

  #fate(drawn: Fate): Fate {
    return this.#calm ? "open" : drawn;
  }
}

function given<T extends object>(fields: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Name in keyof T]?: Exclude<T[Name], undefined>;
  };
}
