import { describe, expect, test } from "vitest";
import { assembleGraph } from "../build/build-graph.js";
import { SOURCES } from "../model/host.js";
import { NO_LINK, UNKNOWN_LINK } from "../model/link.js";
import type { Pin } from "../model/pin.js";
import type { Process } from "../model/process.js";
import { DEFAULT_VIEW, type Subject } from "../model/view.js";
import { workloadsAround } from "../select/workload-subjects.js";
import { answerLines, answerSubject, partsOf } from "./answer-subject.js";

const NET = "4:4026532281";
const USER = "4:4026532282";

function graphOf(
  subject: Subject | undefined,
  process: Process,
  pins: readonly Pin[] = [],
  others: readonly Process[] = [],
) {
  return assembleGraph({
    frame: {
      host: {},
      viewer: { namespaces: {} },
      sources: SOURCES,
      view: { ...DEFAULT_VIEW, ...(subject === undefined ? {} : { subject }) },
    },
    namespaces: [
      { id: NET, type: "net", dev: 4, ino: 4026532281, parent: NO_LINK, owner: UNKNOWN_LINK },
      { id: USER, type: "user", dev: 4, ino: 4026532282, parent: UNKNOWN_LINK, owner: UNKNOWN_LINK },
    ],
    processes: [process, ...others],
    pins,
    problems: [],
  });
}

const idle: Process = { pid: 8, namespaces: { user: USER } };
const process: Process = { pid: 7, state: "S", namespaces: { net: NET } };

describe("what is answered", () => {
  test("of a namespace: why it is alive, and how to enter it", () => {
    const answer = answerSubject(graphOf({ kind: "namespace", id: NET }, process));
    expect(answer?.why).toMatch(/^It is alive because of 1 process, and vanishes when that is gone\./);
    expect(answer?.enterWith).toEqual(["nsenter", "--target", "7", "--net"]);
  });

  test("as lines: a sentence each, and the command", () => {
    const [why, ...rest] = answerLines(graphOf({ kind: "namespace", id: NET }, process));
    expect(why).toBe("It is alive because of 1 process, and vanishes when that is gone.");
    expect(rest.at(-1)).toBe("enter with: nsenter --target 7 --net");
    expect(answerLines(graphOf(undefined, process))).toEqual([]);
  });

  test("as lines: what has to be known of the command beside it", () => {
    const inUser = { ...process, namespaces: { user: USER } };
    const graph = graphOf({ kind: "namespace", id: USER }, inUser);
    const { enterWith, enterNote } = answerSubject(graph) ?? {};
    expect(enterWith).toEqual(["nsenter", "--target", "7", "--user"]);
    expect(answerLines(graph).slice(-2)).toEqual(["enter with: nsenter --target 7 --user", enterNote]);
  });

  test("as lines: a command whole or not at all, because half of one is another one", () => {
    const pin = (path: string): Pin => ({
      kind: "mount",
      namespace: NET,
      path,
      mountNamespace: "4:9",
      reachableFrom: 3,
    });
    const last = (path: string) => answerLines(graphOf({ kind: "namespace", id: NET }, idle, [pin(path)])).at(-1);
    expect(last("/run/blue")).toBe("enter with: nsenter --net=/proc/3/root/run/blue");
    expect(last(`/run/${"'; touch /x; '".repeat(60)}`)).toBe(
      "enter with: a command that is too long for a picture, see --format text",
    );
  });

  test("of a namespace that nothing leads into: why it is alive", () => {
    const zombie = { ...process, state: "Z" };
    const answer = answerSubject(graphOf({ kind: "namespace", id: NET }, zombie));
    expect(answer).toEqual({
      why: expect.stringContaining("zombie"),
      workloads: [{ name: "the machine", leader: 7, processCount: 1 }],
    });
  });

  test("of a process: who is in its namespaces, and how to enter all of them", () => {
    expect(answerSubject(graphOf({ kind: "process", pid: 7 }, process))).toEqual({
      sharing: { net: { state: "machine", namespaces: [{ id: NET, state: "machine", processCount: 1 }] } },
      enterWith: ["nsenter", "--target", "7", "--net"],
    });
  });

  const ID = "a".repeat(64);
  const OTHER = "b".repeat(64);
  const machine = { pid: 1, ppid: 0, comm: "init", namespaces: { net: "4:1", user: "4:2" } };
  const inWeb = (pid: number): Process => ({ ...process, pid, ppid: 1, comm: "nginx", cgroup: `/docker/${ID}` });
  const inLog: Process = { ...inWeb(9), comm: "log", namespaces: { net: NET, user: USER }, cgroup: `/docker/${OTHER}` };

  test("of a workload: who leads it, with whom it shares what, and how to enter it", () => {
    const web: Subject = { kind: "workload", name: "docker web", pids: [7, 8] };
    const graph = graphOf(web, machine, [], [inWeb(7), inWeb(8), inLog]);
    const log = { name: "docker bbbbbbbbbbbb", leader: 9, processCount: 1 };
    expect(answerSubject(graph)).toEqual({
      leader: 7,
      workloads: [{ name: "docker aaaaaaaaaaaa", leader: 7, processCount: 2 }],
      sharing: {
        net: { state: "shared", namespaces: [{ id: NET, state: "shared", processCount: 2, others: [log] }] },
      },
      enterWith: ["nsenter", "--target", "7", "--net"],
    });
    expect(answerLines(graph)).toEqual([
      "docker web: 2 processes, led by 7 nginx",
      "shared with docker bbbbbbbbbbbb: net",
      "not known: cgroup, ipc, mnt, pid, time, user, uts",
      "enter with: nsenter --target 7 --net",
    ]);
    expect(answerSubject(graphOf({ ...web, pids: [70] }, machine))).toBeUndefined();
    expect(answerLines(graphOf({ ...web, pids: [70] }, machine))).toEqual([]);
  });

  test("of a workload that is drawn with a number: not that it consists of itself", () => {
    const one: Process = {
      ...process,
      cgroup: "/user.slice/user-1000.slice/user@1000.service/a.slice/lxc.payload.web",
    };
    const other: Process = { ...idle, cgroup: "/user.slice/user-1000.slice/user@1000.service/b.slice/lxc.payload.web" };
    const twins = graphOf(undefined, one, [], [other]);
    const [subject] = workloadsAround(twins, one).map((workload) => workload.subject);
    expect(subject?.name).toBe("lxc of uid 1000 7 web");
    expect(partsOf(twins, subject as Subject & { readonly kind: "workload" })).toEqual([]);
  });

  test("of what the viewer is in: that there is no need to enter it; of what is elsewhere in part: how to enter that", () => {
    const viewer = { user: USER };
    const at = (pid: number, namespaces: Process["namespaces"]): Process => {
      return { pid, ppid: pid === 7 ? 0 : 7, comm: "web", state: "S", namespaces, cgroup: `/docker/${"a".repeat(64)}` };
    };
    const answer = (processes: readonly Process[]) => {
      const subject: Subject = { kind: "workload", name: "web", pids: processes.map(({ pid }) => pid) };
      const graph = assembleGraph({
        frame: { host: {}, viewer: { namespaces: viewer }, sources: SOURCES, view: { ...DEFAULT_VIEW, subject } },
        namespaces: [],
        processes,
        pins: [],
        problems: [],
      });
      const { enterWith, enterNote } = answerSubject(graph) ?? {};
      return { enterWith, enterNote };
    };
    const [here, elsewhere, unread] = [at(7, viewer), at(8, { ...viewer, net: NET }), at(9, {})];
    expect(answer([here])).toEqual({ enterNote: "No need to enter: you are in all of them." });
    expect(answer([here, elsewhere]).enterWith).toEqual(["nsenter", "--target", "8", "--net"]);
    expect(answer([here, unread])).toEqual({});
  });

  test("of a process and of a namespace: the workloads", () => {
    const all = [inWeb(7), inWeb(8), inLog];
    expect(answerSubject(graphOf({ kind: "process", pid: 8 }, machine, [], all))).toMatchObject({
      workloads: [{ name: "docker aaaaaaaaaaaa", leader: 7, processCount: 2 }],
      sharing: {
        net: {
          namespaces: [
            {
              others: [
                { name: "docker aaaaaaaaaaaa", processCount: 1 },
                { name: "docker bbbbbbbbbbbb", processCount: 1 },
              ],
            },
          ],
        },
      },
    });
    expect(answerSubject(graphOf({ kind: "namespace", id: NET }, machine, [], all))).toMatchObject({
      workloads: [
        { name: "docker aaaaaaaaaaaa", leader: 7, processCount: 2 },
        { name: "docker bbbbbbbbbbbb", leader: 9, processCount: 1 },
      ],
    });
  });

  test("nothing of a zombie, of what the graph lacks, and where nobody asked", () => {
    expect(answerSubject(graphOf({ kind: "process", pid: 7 }, { ...process, state: "Z" }))).toBeUndefined();
    expect(answerSubject(graphOf({ kind: "process", pid: 8 }, process))).toBeUndefined();
    expect(answerSubject(graphOf({ kind: "namespace", id: "4:1" }, process))).toBeUndefined();
    expect(answerSubject(graphOf(undefined, process))).toBeUndefined();
  });
});
