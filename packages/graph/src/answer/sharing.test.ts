import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assembleGraph } from "../build/build-graph.js";
import { SOURCES } from "../model/host.js";
import { INVISIBLE_LINK, NO_LINK } from "../model/link.js";
import type { Namespace } from "../model/namespace.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import { NAMESPACE_TYPES, type NamespaceType } from "../model/namespace-type.js";
import type { Pin } from "../model/pin.js";
import type { Problem } from "../model/problem.js";
import { isZombie, type Membership, type Process } from "../model/process.js";
import { describeBelow } from "../words/describe-life.js";
import { describeCompany, describeSharing, pictureLines } from "../words/sharing-words.js";
import { groupOf } from "../workload/group-of.js";
import { machineNamespaces } from "../workload/machine-namespaces.js";
import { workloads } from "../workload/workloads.js";
import { knowsMembers } from "./blind-spots.js";
import { belowBeside, pinsBeside } from "./holders-beside.js";
import { type NamespaceSharing, sharingOf } from "./sharing.js";

/** Of each type the initial namespace, and two others. */
function idOf(type: NamespaceType, number: number): string {
  return `4:402653${NAMESPACE_TYPES.indexOf(type)}${number}`;
}

function membershipOf(numbers: Readonly<Partial<Record<NamespaceType, number>>>): Membership {
  return Object.fromEntries(
    Object.entries(numbers).map(([type, number]) => [type, idOf(type as NamespaceType, number)]),
  );
}

const INITIAL = membershipOf(Object.fromEntries(NAMESPACE_TYPES.map((type) => [type, 0])));

function graphOf(processes: readonly Process[], pins: readonly Pin[] = [], sources = SOURCES): NamespaceGraph {
  return assembleGraph({
    frame: { host: {}, viewer: { namespaces: INITIAL }, sources },
    namespaces: NAMESPACE_TYPES.flatMap((type) =>
      [0, 1, 2].map((number) => ({
        id: idOf(type, number),
        type,
        dev: 4,
        ino: Number(idOf(type, number).slice(2)),
        initial: number === 0,
        parent: NO_LINK,
        owner: INVISIBLE_LINK,
      })),
    ),
    processes,
    pins,
    problems: [],
  });
}

interface Chosen {
  readonly process: Process;
  /** Whether it is one of those that share. */
  readonly isChosen: boolean;
}

const anyProcesses = fc
  .array(
    fc.record({
      ppid: fc.nat(6),
      namespaces: fc
        .record(Object.fromEntries(NAMESPACE_TYPES.map((type) => [type, fc.nat(2)])), { requiredKeys: ["pid"] })
        .map((numbers) => membershipOf(numbers)),
      cgroup: fc.constantFrom("/", `/docker/${"a".repeat(64)}`, `/docker/${"b".repeat(64)}`, "/lxc.payload.web"),
      state: fc.constantFrom("S", "S", "S", "Z"),
      isChosen: fc.boolean(),
    }),
    { maxLength: 8 },
  )
  .map((some): Chosen[] =>
    some.map(({ isChosen, namespaces, state, ...rest }, at) => ({
      isChosen,
      // A zombie is in nothing else.
      process: {
        ...rest,
        pid: at + 1,
        state,
        namespaces:
          state === "Z"
            ? (({ pid, user }) => ({ ...(pid && { pid }), ...(user && { user }) }))(namespaces)
            : namespaces,
      } as Process,
    })),
  );

/** Checks one use by looking at each process that is not among those that share. */
function checkUse(graph: NamespaceGraph, type: NamespaceType, use: NamespaceSharing, all: readonly Chosen[]): void {
  const { namespace, state, certain, count, others } = use;
  const there = all.filter(({ process }) => process.namespaces[type] === namespace);
  expect(count).toBe(there.filter(({ isChosen, process }) => isChosen && !isZombie(process)).length);
  expect(certain).toBe(knowsMembers(graph, namespace));
  const rest = there.filter(({ isChosen }) => !isChosen);
  const expected = workloads(graph).flatMap((group) => {
    const isLiving = group.parts.some(({ ended, uses }) => !ended && uses[type]?.namespace === namespace);
    const number = rest.filter(({ process }) => groupOf(graph, process.pid) === group).length;
    return isLiving && number > 0 ? [{ group, count: number }] : [];
  });
  const isMachine = machineNamespaces(graph).ids.has(namespace);
  expect(others).toEqual(isMachine ? [] : expected);
  expect(state).toBe(isMachine ? "machine" : expected.length > 0 ? "shared" : "own");
}

describe("with whom some processes share", () => {
  test("is what looking at each of the others says", () => {
    fc.assert(
      fc.property(anyProcesses, (some) => {
        const graph = graphOf(some.map(({ process }) => process));
        const chosen = some.filter(({ isChosen }) => isChosen).map(({ process }) => process);
        const living = chosen.filter((one) => !isZombie(one));
        const sharing = sharingOf(graph, chosen);
        for (const type of NAMESPACE_TYPES) {
          const { state, uses } = sharing[type];
          const used = new Set(living.flatMap(({ namespaces }) => namespaces[type] ?? []));
          expect(new Set(uses.map(({ namespace }) => namespace))).toEqual(used);
          for (const use of uses) checkUse(graph, type, use, some);
          const states = new Set(uses.map((use) => use.state));
          expect(state).toBe(states.size > 1 ? "mixed" : ([...states][0] ?? "unknown"));
        }
      }),
      { numRuns: 500 },
    );
  });

  test("of a whole group is what the group is isolated in", () => {
    fc.assert(
      fc.property(anyProcesses, (some) => {
        const graph = graphOf(some.map(({ process }) => process));
        for (const { kind, processes, isolation, parts } of workloads(graph)) {
          // Of zombies that are a part of others nothing else is known.
          if (kind === "machine" || kind === "unreadable" || parts.some(({ ended }) => ended)) continue;
          const sharing = sharingOf(graph, processes);
          for (const type of NAMESPACE_TYPES) expect(sharing[type].state).toBe(isolation[type].state);
        }
      }),
      { numRuns: 500 },
    );
  });
});

const WEB = "a".repeat(64);
const process = (pid: number, comm: string, namespaces: Membership, cgroup: string): Process => {
  return { pid, ppid: 0, comm, state: "S", namespaces, cgroup };
};
const NET = { ...INITIAL, net: idOf("net", 1), mnt: idOf("mnt", 1) };
const web = process(7, "nginx", NET, `/docker/${WEB}`);
const helper = process(8, "nginx", NET, `/docker/${WEB}`);

describe("in words", () => {
  const other = (at: number) =>
    process(20 + at, "log", { ...NET, mnt: idOf("mnt", 2) }, `/docker/${`${at}`.repeat(64)}`);

  test("the others are named, and counted where they are many", () => {
    const say = (number: number): string => {
      const graph = graphOf([web, helper, ...Array.from({ length: number }, (_, at) => other(at))]);
      const [use] = sharingOf(graph, [web, helper]).net.uses;
      return use === undefined ? "" : describeSharing(graph, use);
    };
    expect(say(0)).toBe("its own");
    expect(say(1)).toBe("shared with docker 000000000000");
    expect(say(2)).toBe("shared with docker 000000000000 and docker 111111111111");
    expect(say(6)).toBe("shared with docker 000000000000, docker 111111111111, docker 222222222222 and 3 more");
  });

  test("of one process its own workload comes first", () => {
    const graph = graphOf([{ ...other(0), pid: 3 }, web, helper]);
    const [use] = sharingOf(graph, [web]).net.uses;
    const own = groupOf(graph, web.pid);
    expect(use && describeCompany(graph, use, own)).toBe(
      "also in it: 1 more of its workload and 1 of docker 000000000000",
    );
    const [mnt] = sharingOf(graph, [web, helper]).mnt.uses;
    expect(mnt && describeCompany(graph, mnt, own)).toBe("nobody else in it");
    const [uts] = sharingOf(graph, [web]).uts.uses;
    expect(uts && describeCompany(graph, uts, own)).toBeUndefined();
  });

  /** The same, but another process could not be read. */
  const partialOf = (processes: readonly Process[]): NamespaceGraph => {
    const graph = graphOf([...processes, { pid: 9, namespaces: {} }], [], ["process"]);
    return assembleGraph({
      frame: graph.frame,
      namespaces: graph.namespaces(),
      processes: graph.processes(),
      pins: [],
      problems: [{ code: "PROCESS_UNREADABLE", pid: 9, errno: "EACCES" }],
    });
  };

  test("nobody is said to be alone where not all could be seen", () => {
    const partial = partialOf([web]);
    const [use] = sharingOf(partial, [web]).net.uses;
    expect(use && describeSharing(partial, use)).toBe("its own, as far as could be seen");
    expect(use && describeCompany(partial, use, undefined)).toBe("nobody else seen in it");
  });

  test("the others are not said to be all where not all could be seen", () => {
    const say = (number: number): readonly (string | undefined)[] => {
      const partial = partialOf([web, helper, ...Array.from({ length: number }, (_, at) => other(at))]);
      const own = groupOf(partial, web.pid);
      const [ofAll] = sharingOf(partial, [web, helper]).net.uses;
      const [ofOne] = sharingOf(partial, [web]).net.uses;
      return [ofAll && describeSharing(partial, ofAll), ofOne && describeCompany(partial, ofOne, own)];
    };
    expect(say(1)).toEqual([
      "shared with docker 000000000000 and perhaps others",
      "also in it: 1 more of its workload, 1 of docker 000000000000 and perhaps others",
    ]);
    expect(say(6)[0]).toBe(
      "shared with docker 000000000000, docker 111111111111, docker 222222222222, 3 more and perhaps others",
    );
  });

  test("a picture has every type, be it that nothing is known of it", () => {
    const some = { ...web, namespaces: membershipOf({ net: 1, pid: 0 }) };
    const graph = graphOf([some]);
    const lines = [...pictureLines(graph, "web", [some], sharingOf(graph, [some]))];
    expect(lines).toEqual([
      "web: 1 process, 7 nginx",
      "its own: net",
      "the machine's: pid",
      "not known: cgroup, ipc, mnt, time, user, uts",
    ]);
  });

  test("zombies are said to be no more in what they have left, and nothing of them to be unknown", () => {
    const { user, pid } = INITIAL;
    const ended = {
      ...process(7, "nginx", { ...(user && { user }), ...(pid && { pid }) }, `/docker/${WEB}`),
      state: "Z",
    };
    const say = (processes: readonly Process[]): readonly string[] => {
      const graph = graphOf(processes);
      return [...pictureLines(graph, "web", processes, sharingOf(graph, processes))].slice(1);
    };
    expect(say([ended])).toEqual(["no more in: cgroup, ipc, mnt, net, time, uts"]);
    // One that lives says what they are in.
    const living = process(8, "nginx", membershipOf({ net: 1, uts: 1 }), `/docker/${WEB}`);
    expect(say([ended, living])).toEqual(["its own: net, uts", "not known: cgroup, ipc, mnt, pid, time, user"]);
  });

  test("a type that the kernel lacks is not one of which nothing is known", () => {
    const without = <T extends { readonly time?: string }>({ time: _, ...rest }: T) => rest;
    const lacks = (problems: readonly Problem[], viewer: Membership = without(INITIAL)): NamespaceGraph => {
      const graph = graphOf([]);
      return assembleGraph({
        frame: { ...graph.frame, viewer: { namespaces: viewer } },
        namespaces: graph.namespaces().filter(({ type }) => type !== "time"),
        processes: [process(7, "nginx", { ...membershipOf({ net: 1 }), pid: INITIAL.pid ?? "" }, `/docker/${WEB}`)],
        pins: [],
        problems,
      });
    };
    const say = (graph: NamespaceGraph): readonly string[] => {
      const processes = graph.processes();
      return [...pictureLines(graph, "web", processes, sharingOf(graph, processes))].slice(-2);
    };
    expect(say(lacks([]))).toEqual(["not known: cgroup, ipc, mnt, user, uts", "this kernel has none: time"]);
    const unknown = ["the machine's: pid", "not known: cgroup, ipc, mnt, time, user, uts"];
    // That of whoever looked could not be read, is there, or nothing is known of who looked.
    expect(say(lacks([{ code: "LINK_UNREADABLE", pid: 7, type: "time", errno: "EACCES" }]))).toEqual(unknown);
    expect(say(lacks([], INITIAL))).toEqual(unknown);
    expect(say(lacks([], {}))).toEqual(unknown);
  });
});

test("what holds namespaces besides is of other processes, and mounted where others are", () => {
  const fd = (pid: number, namespace: string): Pin => ({ kind: "fd", namespace, pid, fd: 3 });
  const mount = (mountNamespace: string): Pin => ({ kind: "mount", namespace: NET.net, path: "/x", mountNamespace });
  const pins = [fd(7, NET.net), fd(5, NET.net), fd(5, INITIAL.uts ?? ""), mount(NET.mnt), mount(INITIAL.mnt ?? "")];
  const graph = graphOf([web, helper, process(5, "sh", INITIAL, "/")], pins);
  const beside = pinsBeside(graph, [web, helper]);
  expect([...beside.keys()]).toEqual([NET.net]);
  expect(beside.get(NET.net)).toEqual(expect.arrayContaining([fd(5, NET.net), mount(INITIAL.mnt ?? "")]));
  expect(beside.get(NET.net)).toHaveLength(2);
});

test("what is below a namespace that is shared holds it besides where others hold that than those who share it", () => {
  const [user, home, apart] = [idOf("user", 1), idOf("mnt", 1), idOf("mnt", 2)];
  const below = { ...membershipOf({ uts: 1 }) };
  const own = process(7, "nginx", { ...INITIAL, user }, `/docker/${WEB}`);
  const sharing = process(8, "sh", { ...INITIAL, ...below, user, mnt: home }, `/docker/${"b".repeat(64)}`);
  const stranger = process(9, "sh", { ...INITIAL, mnt: apart }, "/");
  const uts = below.uts ?? "";
  const isBelow = (others: readonly Process[], pins: readonly Pin[] = []): boolean => {
    const plain = graphOf([own, ...others], pins);
    const graph = assembleGraph({
      frame: plain.frame,
      namespaces: plain
        .namespaces()
        .map((one) => (one.id === uts ? { ...one, owner: { state: "known", id: user } } : one)),
      processes: plain.processes(),
      pins,
      problems: [],
    });
    const beside = belowBeside(graph, [own]);
    expect([...beside.keys()]).toEqual(beside.size === 0 ? [] : [user]);
    return beside.size > 0;
  };
  const fd = (pid: number): Pin => ({ kind: "fd", namespace: uts, pid, fd: 3 });
  const mount = (mountNamespace: string): Pin => ({ kind: "mount", namespace: uts, path: "/x", mountNamespace });
  const late = process(10, "sh", { ...INITIAL, user }, `/docker/${"b".repeat(64)}`);
  expect(isBelow([sharing, stranger])).toBe(false);
  expect(isBelow([sharing, stranger], [fd(8), fd(7), mount(home)])).toBe(false);
  expect(isBelow([sharing, stranger], [fd(9)])).toBe(true);
  expect(isBelow([sharing, stranger], [mount(apart)])).toBe(true);
  expect(isBelow([sharing, stranger], [mount(home), { kind: "fd", namespace: home, pid: 9, fd: 3 }])).toBe(true);
  expect(isBelow([sharing, { ...stranger, namespaces: { ...stranger.namespaces, uts } }])).toBe(true);
  // Nobody is seen to hold it.
  expect(isBelow([late, stranger])).toBe(true);
  // It is not shared.
  expect(isBelow([stranger])).toBe(true);
});

test("what is below holds namespaces besides, but for what the processes are in themselves", () => {
  const [outer, middle, inner] = [idOf("pid", 1), idOf("pid", 2), idOf("pid", 3)];
  const [user, made] = [idOf("user", 1), idOf("uts", 1)];
  const below = (id: string, type: NamespaceType, above: Partial<Namespace>): Namespace => {
    return { id, type, dev: 4, ino: Number(id.slice(2)), initial: false, parent: NO_LINK, owner: NO_LINK, ...above };
  };
  const isIn = { ...INITIAL, pid: outer, user };
  const own = [process(7, "init", isIn, `/docker/${WEB}`), process(8, "sh", isIn, `/docker/${WEB}`)];
  const beside = (others: readonly Process[], namespaces: readonly Namespace[], pins: readonly Pin[] = []) => {
    const graph = assembleGraph({
      frame: { host: {}, viewer: { namespaces: INITIAL }, sources: SOURCES },
      namespaces: [
        below(outer, "pid", { owner: { state: "known", id: user } }),
        below(user, "user", {}),
        ...namespaces,
        ...NAMESPACE_TYPES.map((type) => below(idOf(type, 0), type, { initial: true })),
      ],
      processes: [process(1, "init", INITIAL, "/"), ...own, ...others],
      pins,
      problems: [],
    });
    return [...belowBeside(graph, own)].map(([id, one]) => [id, one, describeBelow(graph, one)]);
  };
  expect(beside([], [])).toEqual([]);
  const chain = [
    below(middle, "pid", { parent: { state: "known", id: outer } }),
    below(inner, "pid", { parent: { state: "known", id: middle } }),
  ];
  const others = [process(30, "a", { ...isIn, pid: middle }, "/x"), process(31, "b", { ...isIn, pid: inner }, "/x")];
  const fd = (pid: number): Pin => ({ kind: "fd", namespace: inner, pid, fd: 3 });
  expect(beside(others, chain, [fd(7), fd(30)])).toEqual([
    [
      outer,
      { namespaces: [middle], held: { processes: 2, pins: { fd: 1 } } },
      "pid:[40265342] below it, held by 2 processes and 1 open descriptor",
    ],
  ]);
  expect(beside([], [below(made, "uts", { owner: { state: "known", id: user } })])).toEqual([
    [user, { namespaces: [made], held: { processes: 0, pins: {} } }, "uts:[40265371] below it"],
  ]);
});
