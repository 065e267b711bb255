import {
  FACTS,
  LIMITED,
  type Link,
  NAMESPACE_TYPES,
  type NamespaceType,
  PIN_KINDS,
  PROBLEM_CODES,
  SOURCES,
} from "@ns-graph/graph";
import fc from "fast-check";
import { arbitraryText } from "./arbitrary-text.js";

/*
 * The parts of a graph with numbers in place of ids, drawn at once: arbitraries that depend on what was drawn
 * before would have to be made anew for each graph, which takes longer than all the rest.
 */

const text = arbitraryText();
/** Stands for a namespace: the n-th of those that fit, counted round. */
const choice = fc.nat({ max: 63 });
const pid = fc.integer({ min: 1, max: 300 });

/** A record of which any field may be missing. */
const partial = <T>(fields: { [Name in keyof T]: fc.Arbitrary<T[Name]> }): fc.Arbitrary<Partial<T>> =>
  fc.record(fields, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;

const link: fc.Arbitrary<number | Link> = fc.oneof(
  { weight: 4, arbitrary: choice },
  { weight: 1, arbitrary: fc.constantFrom<Link>({ state: "invisible" }, { state: "unknown" }) },
);

const range = fc.tuple(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 4294967295 }));
const offset = fc.tuple(fc.integer().map(String), fc.nat({ max: 999_999_999 }));

const facts = fc.record({
  user: partial({
    uidMap: fc.array(range, { maxLength: 3 }),
    gidMap: fc.array(range, { maxLength: 3 }),
    setgroups: fc.constantFrom("allow" as const, "deny" as const),
  }),
  time: partial({ timeOffsets: fc.record({ monotonic: offset, boottime: offset }) }),
  net: partial({
    interfaces: fc.array(fc.record({ name: text, addresses: fc.constantFrom([], ["10.0.0.2/24"]) }), { maxLength: 2 }),
  }),
  mnt: partial({ mountCount: fc.nat(), rootMount: text }),
  uts: partial({ hostname: text }),
  cgroup: partial({ cgroupRoot: text }),
  pid: partial({ initPid: fc.integer({ min: 1, max: 4194304 }) }),
  ipc: fc.constant({}),
});

const namespace = fc.record({
  type: fc.constantFrom(...NAMESPACE_TYPES),
  dev: fc.constantFrom(0, 4, 4, 4, 7),
  ino: fc.oneof(
    fc.integer({ min: 4026531832, max: 4026531870 }),
    fc.integer({ min: 100, max: Number.MAX_SAFE_INTEGER }),
  ),
  owner: link,
  parent: link,
  level: fc.option(fc.nat({ max: 33 }), { nil: undefined }),
  ownerUid: fc.option(fc.constantFrom(0, 1000, 4294967294), { nil: undefined }),
  rest: partial({ nsId: fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }).map(String), initial: fc.boolean() }),
  facts,
});

const process = fc.record({
  set: choice,
  inside: fc.option(fc.array(fc.nat({ max: 4194304 }), { maxLength: 3 }), { nil: undefined }),
  rest: fc.record(
    {
      pid,
      ppid: fc.nat({ max: 300 }),
      comm: text,
      uid: fc.constantFrom(0, 1000, 65534, 4294967294),
      state: fc.constantFrom("S", "R", "Z", "I", "T"),
      kernelThread: fc.constant(true as const),
      cgroup: text,
      commandLine: text,
      executable: fc.record({
        path: text,
        borneOut: fc.constantFrom("yes" as const, "no" as const, "unknown" as const),
      }),
    },
    { requiredKeys: ["pid"] },
  ),
});

const pin = fc.record({
  kind: fc.constantFrom(...PIN_KINDS),
  namespace: choice,
  mountNamespace: choice,
  pid,
  other: fc.nat({ max: 100_000 }),
  path: text,
});

const problem = fc.record(
  {
    code: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...PROBLEM_CODES) }, { weight: 1, arbitrary: text }),
    errno: fc.constantFrom("EACCES", "EIO"),
    pid,
    tid: pid,
    fd: fc.nat({ max: 100 }),
    path: text,
    what: fc.oneof(fc.constantFrom(...FACTS, ...LIMITED, "processes", "holders", "listns"), text),
    type: fc.constantFrom(...NAMESPACE_TYPES),
    count: fc.integer({ min: 1, max: 9 }),
  },
  { requiredKeys: ["code"] },
);

const host = partial({
  hostname: text,
  kernel: fc.constantFrom("6.18.44", "5.10.0-46-amd64"),
  bootId: fc.constant("7d1f0c52-6f4b-4c7e-9d52-0b6c4a1e8f30"),
  takenAt: fc.constant("2026-11-22T03:00:00Z"),
});

const viewer = partial({
  pid,
  euid: fc.constantFrom(0, 1000, 65534),
  capabilities: fc.constant(["CAP_SYS_ADMIN", "CAP_SYS_PTRACE"]),
});

const namesById = partial({ "0": text, "1000": text, "65534": text }) as fc.Arbitrary<Record<string, string>>;
const ranges = fc.array(fc.record({ owner: text, start: fc.nat(), count: fc.nat() }), { maxLength: 2 });

const users = fc.record(
  { names: namesById, groupNames: namesById, subuids: ranges, subgids: ranges },
  { requiredKeys: ["names"] },
);

const frame = fc.record(
  { host, sources: fc.subarray([...SOURCES]), users, complete: fc.boolean() },
  { requiredKeys: ["host", "sources"] },
);

const memberships = fc.array(
  fc.record(Object.fromEntries(NAMESPACE_TYPES.map((type) => [type, choice])) as Record<NamespaceType, typeof choice>, {
    requiredKeys: [],
  }),
  { minLength: 1, maxLength: 5 },
);

/** The parts of a graph with at most so many namespaces and processes. */
export function drawnParts(size: number) {
  return fc.record({
    frame,
    viewer,
    memberships,
    namespaces: fc.uniqueArray(namespace, { maxLength: size, selector: ({ dev, ino }) => `${dev}:${ino}` }),
    processes: fc.uniqueArray(process, { maxLength: size, selector: ({ rest }) => rest.pid }),
    pins: fc.array(pin, { maxLength: 8 }),
    problems: fc.array(problem, { maxLength: 4 }),
  });
}

type Drawn<Arbitrary> = Arbitrary extends fc.Arbitrary<infer T> ? T : never;

export type DrawnParts = Drawn<ReturnType<typeof drawnParts>>;
export type DrawnLink = Drawn<typeof link>;
export type DrawnNamespace = Drawn<typeof namespace>;
export type DrawnProcess = Drawn<typeof process>;
export type DrawnPin = Drawn<typeof pin>;
