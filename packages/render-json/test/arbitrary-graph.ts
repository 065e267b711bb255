import {
  assembleGraph,
  type ContainerName,
  type Executable,
  type Host,
  type Init,
  type Link,
  MEMBER_STYLES,
  type Membership,
  NAMESPACE_TYPES,
  type Namespace,
  type NamespaceGraph,
  type NetworkInterface,
  namespaceId,
  type OtherPin,
  type Pin,
  type Problem,
  type Process,
  pinKey,
  problemKey,
  SOURCES,
  type Source,
  type Subject,
  type SubordinateRange,
  type SurveyFrame,
  type TimeOffsets,
  TREE_RELATIONS,
  type Users,
  type View,
  type Viewer,
} from "@ns-graph/graph";
import { HOSTILE_TEXTS } from "@ns-graph/testkit";
import fc, { type Arbitrary } from "fast-check";

/** An arbitrary for every member: one that the model gains makes this incomplete, and the compiler says so. */
type Members<T> = { readonly [Key in keyof T]-?: Arbitrary<Exclude<T[Key], undefined>> };

/** Objects with all of the required members and any of the others. */
function objectOf<T>(members: Members<T>, requiredKeys: readonly (keyof T)[]): Arbitrary<T> {
  return fc.record(members as Record<string, Arbitrary<unknown>>, {
    requiredKeys: requiredKeys as readonly string[] as string[],
    noNullPrototype: true,
  }) as Arbitrary<unknown> as Arbitrary<T>;
}

const text = fc.oneof(
  fc.constantFrom(...HOSTILE_TEXTS),
  fc.string(),
  // Code units of all kinds, surrogates without a partner among them.
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 8 }).map((units) => String.fromCharCode(...units)),
);
const natural = fc.oneof(fc.nat({ max: 40 }), fc.maxSafeNat());
const positive = natural.map((value) => Math.max(1, value));
const uid = fc.oneof(fc.nat({ max: 2000 }), fc.nat({ max: 2 ** 32 - 1 }));
const decimal = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);

/** Few ids, so that they meet. */
const identity = fc.record({ dev: fc.constantFrom(0, 4, 5), ino: fc.oneof(fc.integer({ min: 1, max: 9 }), positive) });
const id = identity.map(({ dev, ino }) => namespaceId(dev, ino));

const extra = fc
  .dictionary(
    fc.constantFrom("future", "__proto__", "constructor", "toString", "toJSON", "extra", "7", '"', "\u202e"),
    fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown),
    { minKeys: 1, maxKeys: 3, noNullPrototype: true },
  )
  .map((members) => Object.fromEntries(Object.entries(members)));

const link: Arbitrary<Link> = fc.oneof(
  fc.constantFrom<Link>({ state: "none" }, { state: "invisible" }, { state: "unknown" }),
  id.map((known): Link => ({ state: "known", id: known })),
);

const type = fc.constantFrom(...NAMESPACE_TYPES);

const membership = objectOf<Membership>(
  Object.fromEntries(NAMESPACE_TYPES.map((word) => [word, id])) as Members<Membership>,
  [],
);

const idMap = fc.array(fc.tuple(uid, uid, fc.nat({ max: 2 ** 32 - 1 })), { maxLength: 2 });
const offset = fc.tuple(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
  fc.integer({ min: -999_999_999, max: 999_999_999 }),
);

const namespace: Arbitrary<Namespace> = fc
  .tuple(
    identity,
    objectOf<Omit<Namespace, "id" | "dev" | "ino">>(
      {
        type,
        nsId: decimal,
        initial: fc.boolean(),
        level: natural,
        parent: link,
        owner: link,
        ownerUid: uid,
        memberCount: natural,
        context: fc.constant(true),
        uidMap: idMap,
        gidMap: idMap,
        setgroups: fc.constantFrom("allow", "deny"),
        timeOffsets: objectOf<TimeOffsets>({ monotonic: offset, boottime: offset }, ["monotonic", "boottime"]),
        interfaces: fc.array(
          objectOf<NetworkInterface>({ name: text, state: text, addresses: fc.array(text, { maxLength: 2 }) }, [
            "name",
            "addresses",
          ]),
          { maxLength: 2 },
        ),
        unassignedAddresses: fc.array(text, { maxLength: 2 }),
        mountCount: natural,
        rootMount: text,
        hostname: text,
        cgroupRoot: text,
        initPid: positive,
        init: objectOf<Init>({ state: fc.constantFrom("alive", "zombie", "gone", "later"), pid: positive }, ["state"]),
        extra,
      },
      ["type", "parent", "owner"],
    ),
  )
  .map(([{ dev, ino }, rest]) => ({ id: namespaceId(dev, ino), dev, ino, ...rest }));

const process: Arbitrary<Process> = objectOf<Process>(
  {
    pid: positive,
    ppid: natural,
    comm: text,
    uid,
    state: fc.constantFrom("R", "S", "Z"),
    mainThreadExited: fc.constant(true),
    ending: fc.constant(true),
    kernelThread: fc.constant(true),
    context: fc.constant(true),
    pids: fc.array(natural, { maxLength: 3 }),
    cgroup: text,
    commandLine: text,
    executable: objectOf<Executable>({ path: text, borneOut: fc.constantFrom("yes", "no", "unknown") }, ["borneOut"]),
    namespaces: membership,
    extra,
  },
  ["pid", "namespaces"],
);

const pinned = { namespace: id, more: positive, extra };

const pin: Arbitrary<Pin> = fc.oneof(
  objectOf<Extract<Pin, { kind: "thread" }>>({ kind: fc.constant("thread"), ...pinned, pid: positive, tid: positive }, [
    "kind",
    "namespace",
    "pid",
    "tid",
  ]),
  objectOf<Extract<Pin, { kind: "fd" }>>(
    { kind: fc.constant("fd"), ...pinned, pid: positive, tid: positive, fd: natural },
    ["kind", "namespace", "pid", "fd"],
  ),
  objectOf<Extract<Pin, { kind: "file" }>>(
    { kind: fc.constant("file"), ...pinned, pid: positive, tid: positive, fd: natural, of: text },
    ["kind", "namespace", "pid", "fd", "of"],
  ),
  objectOf<Extract<Pin, { kind: "socket" }>>(
    { kind: fc.constant("socket"), ...pinned, pid: positive, tid: positive, fd: natural },
    ["kind", "namespace", "pid", "fd"],
  ),
  objectOf<Extract<Pin, { kind: "mount" }>>(
    { kind: fc.constant("mount"), ...pinned, path: text, mountNamespace: id, reachableFrom: positive },
    ["kind", "namespace", "path", "mountNamespace"],
  ),
  objectOf<Extract<Pin, { kind: "for-children" }>>(
    { kind: fc.constant("for-children"), ...pinned, pid: positive, tid: positive, begun: fc.boolean() },
    ["kind", "namespace", "pid"],
  ),
  objectOf<Extract<Pin, { kind: "unseen" }>>({ kind: fc.constant("unseen"), ...pinned }, ["kind", "namespace"]),
  objectOf<OtherPin>(
    { kind: fc.constant("other"), name: fc.constantFrom("bpf", "other", "constructor", "__proto__", ""), ...pinned },
    ["kind", "namespace", "name"],
  ),
);

const problem: Arbitrary<Problem> = objectOf<Problem>(
  {
    code: fc.oneof(fc.constantFrom("PROCESS_UNREADABLE", "SCOPE_USER", "constructor"), text),
    errno: fc.constantFrom("EACCES", "EPERM"),
    pid: natural,
    tid: natural,
    fd: natural,
    namespace: id,
    type,
    path: text,
    what: text,
    count: natural,
    extra,
  },
  ["code"],
);

const namesById = fc.dictionary(uid.map(String), text, { maxKeys: 3, noNullPrototype: true });
const subordinateRanges = fc.array(
  objectOf<SubordinateRange>({ owner: text, start: natural, count: natural }, ["owner", "start", "count"]),
  { maxLength: 2 },
);

const users = objectOf<Users>(
  {
    from: fc.constantFrom("process-1", "unread"),
    names: namesById,
    groupNames: namesById,
    subuids: subordinateRanges,
    subgids: subordinateRanges,
  },
  ["names"],
);

const subject: Arbitrary<Subject> = fc.oneof(
  fc.record({
    kind: fc.constant("workload" as const),
    name: text,
    pids: fc.uniqueArray(positive, { minLength: 1, maxLength: 3 }).map((pids) => pids.sort((a, b) => a - b)),
  }),
  id.map((named): Subject => ({ kind: "namespace", id: named })),
  positive.map((pid): Subject => ({ kind: "process", pid })),
);

const frame: Arbitrary<SurveyFrame> = objectOf<Omit<SurveyFrame, "blindSpots">>(
  {
    host: objectOf<Host>({ hostname: text, kernel: text, bootId: text, takenAt: text, extra }, []),
    viewer: objectOf<Viewer>(
      { pid: positive, euid: uid, capabilities: fc.array(text, { maxLength: 2 }), namespaces: membership, extra },
      ["namespaces"],
    ),
    sources: fc.subarray<Source>([...SOURCES, "later" as Source]),
    pids: fc.array(positive, { maxLength: 2 }),
    users,
    containerNames: fc
      .dictionary(
        text,
        objectOf<ContainerName>(
          {
            name: text,
            pod: objectOf<NonNullable<ContainerName["pod"]>>({ name: text, namespace: text }, ["name"]),
            image: text,
          },
          ["name"],
        ),
        { maxKeys: 2, noNullPrototype: true },
      )
      .map((names) => Object.fromEntries(Object.entries(names))),
    complete: fc.boolean(),
    isPart: fc.constant(true as const),
    view: objectOf<View>(
      { tree: fc.constantFrom(...TREE_RELATIONS), members: fc.constantFrom(...MEMBER_STYLES), subject },
      ["tree", "members"],
    ),
    extra,
  },
  ["host", "viewer", "sources"],
);

/** Graphs of every kind that the format has a form for, with hostile texts in them and edges that lead anywhere. */
export const arbitraryGraph: Arbitrary<NamespaceGraph> = fc
  .record({
    frame,
    namespaces: fc.uniqueArray(namespace, { selector: (value) => value.id, maxLength: 6 }),
    processes: fc.uniqueArray(process, { selector: (value) => value.pid, maxLength: 6 }),
    pins: fc.uniqueArray(pin, { selector: pinKey, maxLength: 5 }),
    problems: fc.uniqueArray(problem, { selector: problemKey, maxLength: 4 }),
  })
  .map(assembleGraph);
