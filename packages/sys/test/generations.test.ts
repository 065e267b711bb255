import {
  buildGraph,
  NAMESPACE_TYPES,
  type NamespaceGraph,
  type NamespaceType,
  type Problem,
  survey,
} from "@ns-graph/graph";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { createProbe } from "../src/index.js";
import { FakeLibc, type FakeNamespace, type FakeProcess, type Release } from "./fake-libc.js";

/*
 * One machine under each generation of kernels: what is found, what is said to be missing, and that nothing is asked
 * again that the kernel does not have.
 */

const machine = vi.hoisted(() => ({ libc: undefined as FakeLibc | undefined }));

vi.mock("../src/kernel/libc.js", async (importOriginal) => {
  const original = await importOriginal<typeof import("../src/kernel/libc.js")>();
  const replaced = Object.entries(original).map(([name, value]) => [
    name,
    typeof value === "function"
      ? (...args: unknown[]) =>
          (machine.libc as unknown as Record<string, (...args: unknown[]) => unknown>)[name]?.(...args)
      : value,
  ]);
  return Object.fromEntries(replaced);
});
vi.mock("node:fs", async (importOriginal) => ({
  ...(await importOriginal<typeof import("node:fs")>()),
  existsSync: (path: string) => machine.libc?.exists(path.replace("/self/", `/${process.pid}/`)) ?? false,
}));

const INITIAL: Readonly<Record<NamespaceType, number>> = {
  cgroup: 0xeffffffb,
  ipc: 0xefffffff,
  mnt: 0xf0000000,
  net: 0xf0000001,
  pid: 0xeffffffc,
  time: 0xeffffffa,
  user: 0xeffffffd,
  uts: 0xeffffffe,
};
const above = 0xf0000010;
const below = 0xf0000011;
const byDescriptor = 0xf0000012;
const bySocket = 0xf0000013;
const unborn = 0xf0000014;
const processless = 0xf0000015;
const inside = 0xf0000016;
const inFlight = 0xf0000017;
const mountInFlight = 0xf0000018;
const covered = 0xf0000019;
const insideCovered = 0xf000001a;

const OWNED = { owner: INITIAL.user };
const NAMESPACES: Readonly<Record<number, FakeNamespace>> = {
  ...Object.fromEntries(NAMESPACE_TYPES.map((type) => [INITIAL[type], { type, ...(type === "user" ? {} : OWNED) }])),
  [INITIAL.mnt]: {
    type: "mnt",
    ...OWNED,
    mounts: [
      { ino: processless, path: "/m" },
      { ino: covered, path: "/c", covered: true },
    ],
  },
  [above]: { type: "user", ...OWNED, ownerUid: 1000 },
  [below]: { type: "user", owner: above, ownerUid: 1000 },
  [byDescriptor]: { type: "net", owner: below },
  [bySocket]: { type: "net", ...OWNED },
  [unborn]: { type: "pid", parent: INITIAL.pid, ...OWNED },
  [processless]: { type: "mnt", ...OWNED, mounts: [{ ino: inside, path: "/x" }] },
  [inside]: { type: "uts", ...OWNED },
  [inFlight]: { type: "uts", ...OWNED },
  [mountInFlight]: { type: "mnt", ...OWNED },
  [covered]: { type: "mnt", ...OWNED, mounts: [{ ino: insideCovered, path: "/y" }] },
  [insideCovered]: { type: "uts", ...OWNED },
};

function boot(release: Release, others: readonly FakeProcess[] = []): FakeLibc {
  const types = Object.fromEntries(NAMESPACE_TYPES.map((type) => [type, INITIAL[type]])) as Record<
    NamespaceType,
    number
  >;
  return new FakeLibc({
    release,
    namespaces: NAMESPACES,
    self: process.pid,
    processes: [
      { pid: process.pid, in: types },
      { pid: 1_000_001, in: { ...types, user: below } },
      { pid: 1_000_002, in: types, fds: { 3: { namespace: byDescriptor }, 4: { socketIn: bySocket } } },
      { pid: 1_000_003, in: types, unborn },
      { pid: 1_000_004, in: types, unborn },
      ...others,
    ],
  });
}

/** What is found besides the namespaces of processes, from which release on. */
const FOUND: readonly (readonly [ino: number, since: Release])[] = [
  [processless, [0, 0]],
  [covered, [0, 0]],
  [above, [4, 9]],
  [byDescriptor, [4, 11]],
  [bySocket, [5, 6]],
  [unborn, [6, 11]],
  [inside, [6, 11]],
  [mountInFlight, [6, 12]],
  [insideCovered, [6, 12]],
  [inFlight, [6, 19]],
];

/** What is said to be missing, from which release on and until which. What stands on something missing is not asked for. */
const MISSING: readonly (readonly [what: string, from: Release, until: Release])[] = [
  ["NS_GET_ID", [0, 0], [6, 18]],
  ["NS_GET_MNTNS_ID", [0, 0], [6, 11]],
  ["NS_GET_NSTYPE", [0, 0], [4, 11]],
  ["NS_GET_OWNER_UID", [0, 0], [4, 11]],
  ["NS_GET_PARENT", [0, 0], [4, 9]],
  ["NS_GET_USERNS", [0, 0], [4, 9]],
  ["NS_MNT_GET_NEXT", [0, 0], [6, 12]],
  ["PIDFD_GET_PID_FOR_CHILDREN", [4, 12], [6, 11]],
  ["RESOLVE_CACHED", [5, 6], [5, 12]],
  ["listns", [0, 0], [6, 19]],
  ["openat2", [0, 0], [5, 6]],
  ["pid_for_children", [0, 0], [4, 12]],
  ["pidfd_getfd", [0, 0], [5, 6]],
  ["pidfd_open", [0, 0], [5, 3]],
];

/** What else could not be learned. */
const PROBLEMS: readonly (readonly [problem: Problem, from: Release, until: Release])[] = [
  // The children of two processes, each.
  ...[1_000_003, 1_000_004].map((pid): [Problem, Release, Release] => [
    { code: "CHILDREN_UNREADABLE", pid, type: "pid", errno: "ENOENT" },
    [4, 12],
    [6, 11],
  ]),
  // A descriptor of a namespace, whose type can't be asked for.
  [
    { code: "NAMESPACE_UNREADABLE", namespace: `4:${byDescriptor}`, pid: 1_000_002, fd: 3, errno: "ENOTTY" },
    [0, 0],
    [4, 11],
  ],
  // The mounts in a mount namespace without processes; then they are known, but nothing leads to what is mounted.
  [{ code: "MOUNTS_UNREADABLE", namespace: `4:${processless}`, type: "mnt", errno: "ENOTTY" }, [0, 0], [6, 11]],
  [{ code: "MOUNT_UNREADABLE", namespace: `4:${inside}`, type: "uts", path: "/x" }, [6, 11], [6, 19]],
  // No path leads to what is covered; the kernel's own lists do.
  [{ code: "MOUNT_UNREADABLE", namespace: `4:${covered}`, type: "mnt", path: "/c" }, [0, 0], [6, 12]],
  [{ code: "MOUNTS_UNREADABLE", namespace: `4:${covered}`, type: "mnt", errno: "EBADF" }, [0, 0], [6, 12]],
  [{ code: "MOUNT_UNREADABLE", namespace: `4:${insideCovered}`, type: "uts", path: "/y" }, [6, 12], [6, 19]],
];

const RELEASES: readonly Release[] = [
  [3, 10],
  [4, 4],
  [4, 9],
  [4, 14],
  [4, 19],
  [5, 4],
  [5, 10],
  [6, 1],
  [6, 8],
  [6, 11],
  [6, 12],
  [6, 18],
  [6, 19],
  [7, 1],
];

const isSince = ([major, minor]: Release, release: Release): boolean =>
  major > release[0] || (major === release[0] && minor >= release[1]);

let libc: FakeLibc;

function look(release: Release, others: readonly FakeProcess[] = []): NamespaceGraph {
  libc = boot(release, others);
  machine.libc = libc;
  const probe = createProbe();
  try {
    return buildGraph(survey(probe, { facts: ["status"] }));
  } finally {
    probe.close();
  }
}

beforeEach(() => {
  machine.libc = undefined;
});

describe.each(RELEASES.map((release) => [release.join("."), release] as const))("Linux %s", (_name, release) => {
  const isIn = ([, from, until]: readonly [unknown, Release, Release]): boolean =>
    isSince(release, from) && !isSince(release, until);

  test("what is found", () => {
    const inodes = look(release)
      .namespaces()
      .map(({ ino }) => ino);
    const initial = NAMESPACE_TYPES.filter((type) => libc.hasType(type)).map((type) => INITIAL[type]);
    const found = FOUND.filter(([, since]) => isSince(release, since)).map(([ino]) => ino);
    expect(inodes.sort()).toEqual([...initial, below, ...found].sort());
  });

  test("what is said to be missing", () => {
    const graph = look(release);
    const isAbsence = ({ code }: Problem): boolean => code === "INTERFACE_MISSING" || code === "IOCTLS_MISSING";
    const absent = graph.problems().filter(isAbsence);
    const others = graph.problems().filter((problem) => !isAbsence(problem));
    expect(absent.map(({ what }) => what).sort()).toEqual(MISSING.filter(isIn).map(([what]) => what));
    expect(others).toEqual(expect.arrayContaining(PROBLEMS.filter(isIn).map(([problem]) => problem)));
    expect(others).toHaveLength(PROBLEMS.filter(isIn).length);
    expect(graph.complete).toBe(isSince(release, [6, 19]));
  });

  test("what is absent is asked for once, and nothing stays open", () => {
    look(release);
    expect(libc.repeated).toEqual([]);
    expect(libc.openDescriptors).toBe(0);
  });
});

test.each(["EACCES", "empty text"] as const)("a process whose links are refused with %s is unreadable", (refuses) => {
  const graph = look([5, 10], [{ pid: 1_000_005, in: {}, refuses }]);
  expect(graph.problems()).toContainEqual({ code: "PROCESS_UNREADABLE", pid: 1_000_005, errno: "EACCES" });
  expect(graph.process(1_000_005)?.namespaces).toEqual({});
});

test("a descriptor in flight is told of by listns(2) alone", () => {
  const graph = look([7, 1]);
  expect(graph.pins(`4:${inFlight}`)).toEqual([{ kind: "unseen", namespace: `4:${inFlight}` }]);
  expect(graph.pins(`4:${inside}`)).toEqual([
    { kind: "mount", namespace: `4:${inside}`, path: "/x", mountNamespace: `4:${processless}` },
  ]);
});

test("a file that has the inode number of a socket is not taken for it", () => {
  const types = Object.fromEntries(NAMESPACE_TYPES.map((type) => [type, INITIAL[type]]));
  // The number that the fake kernel gives to a socket which is descriptor 4.
  const graph = look([7, 1], [{ pid: 1_000_006, in: types, fds: { 9: { socketName: { ino: 50_004 } } } }]);
  expect(graph.pins(`4:${bySocket}`)).toEqual([{ kind: "socket", namespace: `4:${bySocket}`, pid: 1_000_002, fd: 4 }]);
  expect(graph.problems().filter(({ pid }) => pid === 1_000_006)).toEqual([]);
});

test("descriptors that are refused", () => {
  const types = Object.fromEntries(NAMESPACE_TYPES.map((type) => [type, INITIAL[type]]));
  const some = { pid: 1_000_007, in: types, fds: { 3: { refused: "/mnt/file" }, 4: { refused: "socket:[7]" } } };
  const all = { pid: 1_000_008, in: types, fds: { 3: { refused: "" }, 4: { refused: "" } } };
  const graph = look([7, 1], [some, all]);
  expect(graph.problems().filter(({ pid }) => pid === some.pid || pid === all.pid)).toEqual([
    { code: "DESCRIPTORS_UNREADABLE", pid: 1_000_008, errno: "EACCES" },
    { code: "DESCRIPTOR_UNREADABLE", pid: 1_000_007, fd: 3, errno: "EACCES" },
    { code: "DESCRIPTOR_UNREADABLE", pid: 1_000_007, fd: 4, errno: "EACCES" },
  ]);
});
