import {
  buildGraph,
  FACTS,
  isHierarchical,
  type Link,
  type Membership,
  NAMESPACE_TYPES,
  type Namespace,
  type NamespaceFacts,
  type NamespaceGraph,
  type NamespaceId,
  type NamespaceType,
  namespaceId,
  type Observation,
  type Pin,
  type Problem,
  type Process,
  SOURCES,
  type SurveyFrame,
} from "@ns-graph/graph";
import fc from "fast-check";
import { arbitraryText } from "./arbitrary-text.js";

/** How wild random graphs are. */
export interface ArbitraryGraphOptions {
  /** Edges may lead nowhere and run in circles, as those of a document that somebody made up. */
  readonly wild?: boolean;
  /** How many namespaces and processes at most. */
  readonly size?: number;
}

const given = <T extends object>(fields: T): T =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

interface Identity {
  readonly id: NamespaceId;
  readonly type: NamespaceType;
  readonly dev: number;
  readonly ino: number;
}

/** Observations as a survey yields them, of everything that a graph can hold; names, paths and users are hostile. */
export function arbitraryObservations({
  wild = false,
  size = 12,
}: ArbitraryGraphOptions = {}): fc.Arbitrary<Observation[]> {
  const identities = fc
    .uniqueArray(
      fc.record({
        type: fc.constantFrom(...NAMESPACE_TYPES),
        dev: fc.constantFrom(0, 4, 4, 4, 7),
        ino: fc.oneof(
          fc.integer({ min: 4026531832, max: 4026531870 }),
          fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
        ),
      }),
      { maxLength: size, selector: ({ dev, ino }) => namespaceId(dev, ino) },
    )
    .map((list) => list.map((identity): Identity => ({ ...identity, id: namespaceId(identity.dev, identity.ino) })));
  return identities.chain((list) => {
    const ids = list.map(({ id }) => id);
    const id = (type?: NamespaceType): fc.Arbitrary<NamespaceId> => {
      const fitting = list
        .filter((identity) => type === undefined || identity.type === type)
        .map((identity) => identity.id);
      const dangling = wild || fitting.length === 0 ? ["4:99"] : [];
      return fc.constantFrom(...(wild ? ids : fitting), ...dangling);
    };
    const memberships = fc.array(arbitraryMembership(list), { minLength: 1, maxLength: 5 });
    return memberships.chain((sets) =>
      fc
        .record({
          frame: arbitraryFrame(fc.constantFrom(...sets)),
          namespaces: fc.tuple(
            ...list.map((identity, i) => arbitraryNamespace(identity, wild ? list : list.slice(0, i))),
          ),
          processes: fc.uniqueArray(arbitraryProcess(fc.constantFrom(...sets)), {
            maxLength: size,
            selector: ({ pid }) => pid,
          }),
          pins: fc.array(arbitraryPin(id), { maxLength: list.length === 0 ? 0 : 8 }),
          problems: fc.array(arbitraryProblem(), { maxLength: 4 }),
        })
        .map(({ frame, namespaces, processes, pins, problems }): Observation[] => [
          { kind: "frame", frame },
          ...namespaces.map((namespace): Observation => ({ kind: "namespace", namespace })),
          ...processes.map((process): Observation => ({ kind: "process", process })),
          ...pins
            .filter((pin) => wild || pin.kind !== "mount" || ids.includes(pin.mountNamespace))
            .map((pin): Observation => ({ kind: "pin", pin })),
          ...problems.map((problem): Observation => ({ kind: "problem", problem })),
        ]),
    );
  });
}

/** Random graphs; in those that are not wild every edge has an end. */
export function arbitraryGraph(options: ArbitraryGraphOptions = {}): fc.Arbitrary<NamespaceGraph> {
  return arbitraryObservations(options).map(buildGraph);
}

function arbitraryMembership(list: readonly Identity[]): fc.Arbitrary<Membership> {
  const types = NAMESPACE_TYPES.filter((type) => list.some((identity) => identity.type === type));
  const choices = types.map((type) => {
    const ids = list.filter((identity) => identity.type === type).map(({ id }) => id);
    return [type, fc.constantFrom(...ids)] as const;
  });
  return fc.record(Object.fromEntries(choices), { requiredKeys: [] }).map(inTypeOrder);
}

function inTypeOrder(membership: Membership): Membership {
  return Object.fromEntries(
    NAMESPACE_TYPES.filter((type) => membership[type] !== undefined).map((type) => [type, membership[type]]),
  );
}

function arbitraryFrame(membership: fc.Arbitrary<Membership>): fc.Arbitrary<SurveyFrame> {
  const host = fc
    .record({
      hostname: maybe(arbitraryText()),
      kernel: maybe(fc.constantFrom("6.18.44", "5.10.0-46-amd64")),
      bootId: maybe(fc.uuid()),
      takenAt: maybe(fc.constant("2026-11-22T03:00:00Z")),
    })
    .map(given);
  const viewer = fc
    .record({
      pid: maybe(fc.integer({ min: 1, max: 4194304 })),
      euid: maybe(fc.constantFrom(0, 1000, 65534)),
      capabilities: maybe(fc.constant(["CAP_SYS_ADMIN", "CAP_SYS_PTRACE"])),
      namespaces: membership,
    })
    .map(given);
  const users = fc.record({
    names: fc
      .dictionary(fc.constantFrom("0", "1000", "65534"), arbitraryText(), { noNullPrototype: true })
      .map((names) => ({ ...names })),
    subuids: fc.array(fc.record({ owner: arbitraryText(), start: fc.nat(), count: fc.nat() }), { maxLength: 2 }),
  });
  return fc
    .record({ host, viewer, sources: fc.subarray([...SOURCES]), users: maybe(users), complete: maybe(fc.boolean()) })
    .map((frame) => given(frame) as SurveyFrame);
}

const arbitraryLink = (targets: readonly NamespaceId[]): fc.Arbitrary<Link> => {
  const others = fc.constantFrom<Link>({ state: "invisible" }, { state: "unknown" });
  return targets.length === 0
    ? others
    : fc.oneof(
        { weight: 4, arbitrary: fc.constantFrom(...targets).map((id): Link => ({ state: "known", id })) },
        others,
      );
};

function arbitraryNamespace(identity: Identity, above: readonly Identity[]): fc.Arbitrary<Namespace> {
  const targets = (type: NamespaceType) => above.filter((other) => other.type === type).map(({ id }) => id);
  const isTree = isHierarchical(identity.type);
  return fc
    .record({
      owner: arbitraryLink(targets("user")),
      parent: identity.type === "pid" ? arbitraryLink(targets("pid")) : fc.constant<Link>({ state: "none" }),
      nsId: maybe(fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }).map(String)),
      initial: maybe(fc.boolean()),
      level: isTree ? maybe(fc.nat({ max: 33 })) : fc.constant(undefined),
      ownerUid: identity.type === "user" ? maybe(fc.constantFrom(0, 1000, 4294967294)) : fc.constant(undefined),
      facts: arbitraryFacts(identity.type),
    })
    .map(({ facts, owner, parent, ...rest }): Namespace => {
      const relatives = { owner, parent: identity.type === "user" ? owner : parent };
      return given({ ...identity, ...rest, ...relatives, ...facts }) as Namespace;
    });
}

function arbitraryFacts(type: NamespaceType): fc.Arbitrary<NamespaceFacts> {
  const range = fc.tuple(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 4294967295 }));
  const offset = fc.tuple(fc.integer().map(String), fc.nat({ max: 999_999_999 }));
  const byType: Partial<Record<NamespaceType, Record<string, fc.Arbitrary<unknown>>>> = {
    user: {
      uidMap: fc.array(range, { maxLength: 3 }),
      gidMap: fc.array(range, { maxLength: 3 }),
      setgroups: fc.constantFrom("allow", "deny"),
    },
    time: { timeOffsets: fc.record({ monotonic: offset, boottime: offset }) },
    net: {
      interfaces: fc.array(fc.record({ name: arbitraryText(), addresses: fc.constantFrom([], ["10.0.0.2/24"]) }), {
        maxLength: 2,
      }),
    },
    mnt: { mountCount: fc.nat(), rootMount: arbitraryText() },
    uts: { hostname: arbitraryText() },
    cgroup: { cgroupRoot: arbitraryText() },
    pid: { initPid: fc.integer({ min: 1, max: 4194304 }) },
  };
  return fc.record(byType[type] ?? {}, { requiredKeys: [] }) as fc.Arbitrary<NamespaceFacts>;
}

function arbitraryProcess(membership: fc.Arbitrary<Membership>): fc.Arbitrary<Process> {
  return fc
    .record({
      pid: fc.integer({ min: 1, max: 300 }),
      ppid: maybe(fc.nat({ max: 300 })),
      comm: maybe(arbitraryText()),
      uid: maybe(fc.constantFrom(0, 1000, 65534, 4294967294)),
      state: maybe(fc.constantFrom("S", "R", "Z", "I", "T")),
      kernelThread: maybe(fc.constant(true as const)),
      inside: maybe(fc.array(fc.nat({ max: 4194304 }), { maxLength: 3 })),
      cgroup: maybe(arbitraryText()),
      commandLine: maybe(arbitraryText()),
      namespaces: membership,
    })
    .map(({ inside, namespaces, ...rest }) => {
      const pids = inside === undefined ? undefined : [rest.pid, ...inside];
      return given({ ...rest, pids, namespaces }) as Process;
    });
}

function arbitraryPin(id: (type?: NamespaceType) => fc.Arbitrary<NamespaceId>): fc.Arbitrary<Pin> {
  const pid = fc.integer({ min: 1, max: 300 });
  const fd = fc.nat({ max: 1_000_000 });
  return id().chain((namespace) =>
    fc.oneof<fc.Arbitrary<Pin>[]>(
      fc.record({ kind: fc.constant("thread" as const), namespace: fc.constant(namespace), pid, tid: pid }),
      fc.record({
        kind: fc.constantFrom("fd" as const, "socket" as const),
        namespace: fc.constant(namespace),
        pid,
        fd,
      }),
      fc.record({
        kind: fc.constant("mount" as const),
        namespace: fc.constant(namespace),
        path: arbitraryText(),
        mountNamespace: id("mnt"),
      }),
      fc
        .record({ kind: fc.constant("for-children" as const), namespace: fc.constant(namespace), pid, tid: maybe(pid) })
        .map((pin) => given(pin) as Pin),
      fc.constant({ kind: "unseen" as const, namespace }),
    ),
  );
}

function arbitraryProblem(): fc.Arbitrary<Problem> {
  return fc
    .record({
      code: fc.oneof(
        fc.constantFrom("PROCESS_UNREADABLE", "MOUNTS_UNREADABLE", "LIST_UNREADABLE", "DESCRIPTOR_UNREADABLE"),
        arbitraryText(),
      ),
      errno: maybe(fc.constantFrom("EACCES", "EIO")),
      pid: maybe(fc.integer({ min: 1, max: 300 })),
      tid: maybe(fc.integer({ min: 1, max: 300 })),
      fd: maybe(fc.nat({ max: 100 })),
      path: maybe(arbitraryText()),
      what: maybe(fc.oneof(fc.constantFrom(...FACTS, "listns"), arbitraryText())),
    })
    .map((problem) => given(problem) as Problem);
}
