import {
  FACTS,
  isHierarchical,
  type Membership,
  NAMESPACE_TYPES,
  type NamespaceHandle,
  type NamespaceType,
  NsGraphError,
  type Opened,
  type Probe,
  type Problem,
  parseNamespaceId,
  type Sighting,
  SOURCES,
  type SurveyRequest,
  survey,
} from "@ns-graph/graph";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { awaitDescriptors, listDescriptors } from "../real/descriptors.js";

/** Above PID_MAX_LIMIT (include/linux/threads.h): no process has this PID. */
const NO_PID = 4_194_305;
/** More than any hierarchy of the kernel is deep. */
const DEEPEST = 40;

const NOTHING: SurveyRequest = { sources: new Set(["process"]), facts: new Set() };
const EVERYTHING: SurveyRequest = { sources: new Set(SOURCES), facts: new Set(FACTS) };

function expectProblems(problems: readonly Problem[]): void {
  for (const problem of problems) {
    expect(problem.code).not.toBe("");
    expect(JSON.parse(JSON.stringify(problem))).toEqual(problem);
  }
}

function expectMembership(membership: Membership, types: readonly NamespaceType[]): void {
  for (const [type, id] of Object.entries(membership)) {
    expect(types).toContain(type);
    expect(parseNamespaceId(id), `${type} ${id}`).toBeDefined();
  }
}

function expectUsed(run: () => unknown): void {
  let error: unknown;
  try {
    run();
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(NsGraphError);
  expect(error).toMatchObject({ code: "PROBE_USED", hint: expect.stringMatching(/probe/) });
}

/** Some namespace that a process is in. */
function firstHandle(probe: Probe): NamespaceHandle {
  for (const pid of probe.pids().pids) {
    const { namespaces = {} } = probe.readProcess(pid, NOTHING)?.process ?? {};
    for (const [type, id] of Object.entries(namespaces) as [NamespaceType, string][]) {
      const opened = probe.openMember(pid, type, id);
      if (opened.state === "open") return opened.handle;
    }
  }
  throw new Error("no namespace could be opened");
}

function handleOf(opened: Opened): NamespaceHandle {
  if (opened.state !== "open") throw new Error(`expected it to be open: ${JSON.stringify(opened)}`);
  return opened.handle;
}

/** Runs something with each process that can be read; the number of these is the answer. */
function readAll(
  probe: Probe,
  request: SurveyRequest,
  use: (reading: NonNullable<ReturnType<Probe["readProcess"]>>) => void,
): number {
  let count = 0;
  for (const pid of probe.pids().pids) {
    const reading = probe.readProcess(pid, request);
    if (reading === undefined) continue;
    count++;
    use(reading);
  }
  return count;
}

/**
 * What every implementation of `Probe` has to keep. The probe must be able to read at least one process in the viewer's
 * user namespace, and at least one that has a descriptor of a namespace open.
 */
export function describeProbe(name: string, makeProbe: () => Probe & Disposable): void {
  describe(name, () => {
    let open: string[] = [];
    let probe: Probe & Disposable;

    beforeEach(() => {
      open = process.platform === "linux" ? listDescriptors() : [];
      probe = makeProbe();
    });
    afterEach(async () => {
      probe.close();
      if (process.platform === "linux") await awaitDescriptors(open);
    });

    test("types come in canonical order, each once", () => {
      expect(probe.types.length).toBeGreaterThan(0);
      expect(probe.types).toEqual(NAMESPACE_TYPES.filter((type) => probe.types.includes(type)));
    });

    test("the viewer is in namespaces of these types", () => {
      const { viewer, problems } = probe.viewer();
      expectMembership(viewer.namespaces, probe.types);
      expect(Object.keys(viewer.namespaces).length).toBeGreaterThan(0);
      expectProblems(problems);
    });

    test("host and users are data", () => {
      const host = probe.host();
      expect(JSON.parse(JSON.stringify(host))).toEqual(host);
      const { names, groupNames = {} } = probe.users();
      for (const id of [...Object.keys(names), ...Object.keys(groupNames)]) expect(id).toMatch(/^\d+$/);
    });

    test("PIDs ascend, each once", () => {
      const { pids, problems } = probe.pids();
      expect(pids.length).toBeGreaterThan(0);
      for (const [i, pid] of pids.entries()) expect(pid).toBeGreaterThan(i === 0 ? 0 : (pids[i - 1] ?? 0));
      expectProblems(problems);
    });

    test("a process has its PID, its namespaces, and nothing that was not asked for", () => {
      const pids = new Set(probe.pids().pids);
      const count = readAll(probe, NOTHING, ({ process, sightings, problems }) => {
        expect(Object.keys(process).sort()).toEqual(["namespaces", "pid"]);
        expect(pids).toContain(process.pid);
        expectMembership(process.namespaces, probe.types);
        expect(sightings).toEqual([]);
        expectProblems(problems);
      });
      expect(count).toBeGreaterThan(0);
    });

    test("facts that were asked for are plain data", () => {
      const count = readAll(probe, EVERYTHING, ({ process, problems }) => {
        expect(JSON.parse(JSON.stringify(process))).toEqual(process);
        if (process.pids !== undefined) expect(process.pids[0]).toBe(process.pid);
        expect(process.kernelThread).not.toBe(false);
        expectProblems(problems);
      });
      expect(count).toBeGreaterThan(0);
    });

    test("equal memberships are one object", () => {
      const objects = new Map<string, Membership>();
      const count = readAll(probe, NOTHING, ({ process: { namespaces } }) => {
        const text = NAMESPACE_TYPES.map((type) => namespaces[type]).join(" ");
        expect(namespaces).toBe(objects.get(text) ?? namespaces);
        objects.set(text, namespaces);
      });
      expect(count).toBeGreaterThan(0);
      expect(objects.size).toBeGreaterThan(0);
    });

    test("a process that is not there is undefined, and its namespaces are gone", () => {
      expect(probe.readProcess(NO_PID, EVERYTHING)).toBeUndefined();
      const { namespaces } = probe.viewer().viewer;
      for (const type of probe.types) {
        expect(probe.openMember(NO_PID, type, namespaces[type] ?? "4:1")).toEqual({ state: "gone" });
      }
    });

    test("opening a member's namespace gives the one that was asked for", () => {
      let opened = 0;
      readAll(probe, NOTHING, ({ process: { pid, namespaces } }) => {
        for (const [type, id] of Object.entries(namespaces) as [NamespaceType, string][]) {
          const answer = probe.openMember(pid, type, id);
          if (answer.state === "failed") expectProblems([answer.problem]);
          if (answer.state !== "open") continue;
          expect(answer.handle.id).toBe(id);
          expect(answer.handle.type).toBe(type);
          opened++;
        }
      });
      expect(opened).toBeGreaterThan(0);
    });

    test("a process that is in another namespace has changed", () => {
      const changed = new Set<string>();
      readAll(probe, NOTHING, ({ process: { pid, namespaces } }) => {
        for (const type of Object.keys(namespaces) as NamespaceType[])
          changed.add(probe.openMember(pid, type, "4:1").state);
      });
      expect(changed).toContain("changed");
      expect(changed).not.toContain("open");
    });

    test("owners are user namespaces, parents are of the same type, and climbing comes to an end", () => {
      let handles = 0;
      readAll(probe, NOTHING, ({ process: { pid, namespaces } }) => {
        for (const [type, id] of Object.entries(namespaces) as [NamespaceType, string][]) {
          const answer = probe.openMember(pid, type, id);
          if (answer.state !== "open") continue;
          handles++;
          climb(answer.handle, "owner");
          if (isHierarchical(type)) climb(answer.handle, "parent");
        }
      });
      expect(handles).toBeGreaterThan(0);
    });

    test("a handle answers the same whenever it is asked", () => {
      const { namespaces } = probe.viewer().viewer;
      let asked = 0;
      readAll(probe, NOTHING, ({ process }) => {
        if (process.namespaces.user !== namespaces.user || namespaces.user === undefined || asked > 0) return;
        const opened = probe.openMember(process.pid, "user", namespaces.user);
        if (opened.state !== "open") return;
        const { handle } = opened;
        expect(handle.ownerUid()).toEqual(handle.ownerUid());
        expect(handle.nsId()).toEqual(handle.nsId());
        expect(handle.owner().state).toBe(handle.owner().state);
        const uid = handle.ownerUid();
        if (uid !== undefined && "value" in uid) expect(uid.value).toBeGreaterThanOrEqual(0);
        const nsId = handle.nsId();
        if (nsId !== undefined && "value" in nsId) expect(nsId.value).toMatch(/^\d+$/);
        asked++;
      });
      expect(asked).toBe(probe.types.includes("user") ? 1 : 0);
    });

    test("what a process holds is pinned by that process, and opens as what it was seen to be", () => {
      let seen = 0;
      readAll(probe, EVERYTHING, ({ process, sightings }) => {
        for (const sighting of sightings) expectSighting(sighting, process.pid);
        seen += sightings.length;
      });
      expect(seen).toBeGreaterThan(0);
    });

    test("mounts are pinned in the mount namespace that was searched", () => {
      const { mnt } = probe.viewer().viewer.namespaces;
      const members: number[] = [];
      readAll(probe, NOTHING, ({ process }) => {
        if (process.namespaces.mnt === mnt && mnt !== undefined) members.push(process.pid);
      });
      if (mnt !== undefined) {
        const { sightings, problems } = probe.readMounts(mnt, members);
        for (const { id, pin } of sightings)
          expect(pin).toMatchObject({ kind: "mount", namespace: id, mountNamespace: mnt });
        expectProblems(problems);
      }
      // One that nobody knows is no failure of the probe.
      expectProblems(probe.readMounts("4:1", [NO_PID]).problems);
    });

    test("what the kernel lists is not held by the list", () => {
      const { sightings, problems } = probe.readKernelLists(EVERYTHING);
      for (const { id, pin } of sightings) {
        expect(parseNamespaceId(id)).toBeDefined();
        // But what descriptors hold may come with it.
        if (pin !== undefined) expect(pin).toMatchObject({ kind: "file", namespace: id });
      }
      expectProblems(problems);
    });

    test("facts of a namespace without members are absent, and that is a problem at most", () => {
      for (const type of probe.types) {
        const { facts, problems } = probe.readFacts("4:1", type, [NO_PID], new Set(FACTS));
        expect(facts).toEqual({});
        expectProblems(problems);
      }
    });

    test("two probes do not disturb one another", () => {
      const other = makeProbe();
      const { pids } = probe.pids();
      expect(other.types).toEqual(probe.types);
      other.close();
      const found = pids.filter((pid) => probe.readProcess(pid, NOTHING) !== undefined);
      expect(found.length).toBeGreaterThan(0);
    });

    test("it is for one survey", () => {
      expect([...survey(probe, { sources: [] })].length).toBeGreaterThan(0);
      expectUsed(() => [...survey(probe, { sources: [] })]);
      expectUsed(() => probe.viewer());
    });

    test("after it was closed, it and its handles answer nothing, and it may be closed again", () => {
      const { pids } = probe.pids();
      const handle = firstHandle(probe);
      probe.close();
      const questions = [
        () => probe.host(),
        () => probe.viewer(),
        () => probe.users(),
        () => probe.pids(),
        () => probe.readProcess(pids[0] ?? NO_PID, NOTHING),
        () => probe.openMember(pids[0] ?? NO_PID, handle.type, handle.id),
        () => probe.readMounts("4:1", []),
        () => probe.readKernelLists(EVERYTHING),
        () => probe.readFacts(handle.id, handle.type, [], new Set(FACTS)),
        () => probe.remarks(),
        () => handle.owner(),
        () => handle.nsId(),
      ];
      for (const question of questions) expectUsed(question);
      probe.close();
    });

    test("the end of a block that it is used in closes it", () => {
      probe[Symbol.dispose]();
      expectUsed(() => probe.pids());
    });

    test("remarks are problems", () => {
      readAll(probe, EVERYTHING, ({ process: { pid, namespaces } }) => {
        for (const [type, id] of Object.entries(namespaces) as [NamespaceType, string][]) {
          const opened = probe.openMember(pid, type, id);
          if (opened.state === "open") handleOf(opened).owner();
        }
      });
      expectProblems(probe.remarks());
    });
  });
}

function expectSighting({ id, type, pin, open }: Sighting, pid: number): void {
  expect(parseNamespaceId(id)).toBeDefined();
  expect(pin).toMatchObject({ namespace: id, pid });
  const opened = open();
  if (opened.state !== "open") return;
  expect(opened.handle.id).toBe(id);
  expect(opened.handle.type).toBe(type ?? opened.handle.type);
}

function climb(start: NamespaceHandle, relation: "owner" | "parent"): void {
  const expected = relation === "owner" ? "user" : start.type;
  let handle = start;
  for (let step = 0; ; step++) {
    expect(step).toBeLessThan(DEEPEST);
    const answer = handle[relation]();
    if (answer.state === "failed") expectProblems([answer.problem]);
    if (answer.state !== "open") return;
    expect(answer.handle.type).toBe(expected);
    handle = answer.handle;
  }
}
