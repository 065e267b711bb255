import { expect, test } from "vitest";
import { assembleGraph } from "../build/build-graph.js";
import type { Pin } from "../model/pin.js";
import { describePinGroup, nameHolders, numberHeld } from "../words/describe-pin.js";
import { groupPins, pinsOfGroup } from "./group-pins.js";

const NET = "4:4026532281";
const HOME = "4:4026531832";
const OTHER = "4:4026532311";
const fds = (pid: number, ...numbers: number[]): Pin[] =>
  numbers.map((fd): Pin => ({ kind: "fd", namespace: NET, pid, fd }));
const mount = (path: string, mountNamespace: string): Pin => ({ kind: "mount", namespace: NET, path, mountNamespace });

const graph = assembleGraph({
  frame: { host: {}, viewer: { pid: 1, euid: 0, namespaces: { mnt: HOME } }, sources: [], complete: true },
  namespaces: [],
  processes: [
    { pid: 5, comm: "dockerd", namespaces: { mnt: HOME } },
    { pid: 6, comm: "helper", namespaces: { mnt: OTHER } },
    { pid: 7, comm: "helper", namespaces: {} },
    { pid: 8, comm: "helper", namespaces: {} },
  ],
  pins: [],
  problems: [],
});
const wordsOf = (pins: readonly Pin[], most?: number): string[] =>
  groupPins(graph, pins).map((group) => describePinGroup(graph, group, most));

test("mounts come first, those that the viewer sees before others, and a process stands once for all that it has open", () => {
  const pins: Pin[] = [
    { kind: "thread", namespace: NET, pid: 5, tid: 50 },
    ...fds(5, 3, 4),
    { kind: "socket", namespace: NET, pid: 5, fd: 9, more: 2 },
    mount("/run/there", OTHER),
    mount("/run/netns/blue", HOME),
    { kind: "for-children", namespace: NET, pid: 5 },
    { kind: "unseen", namespace: NET },
  ];
  const groups = groupPins(graph, pins);
  expect(groups.map(({ kind }) => kind)).toEqual(["mounts", "mounts", "processes", "other"]);
  expect(new Set(groups.flatMap(pinsOfGroup))).toEqual(new Set(pins));
  expect(wordsOf(pins).slice(0, 3)).toEqual([
    "/run/netns/blue",
    "mount of 6 helper at /run/there",
    "1 thread, 2 open descriptors and 3 sockets, and for children, of 5 dockerd",
  ]);
});

test("what seems to be another run comes last of the processes, and what it is is said", () => {
  const crowd = assembleGraph({
    frame: { host: {}, viewer: { pid: 1, euid: 0, namespaces: { mnt: HOME } }, sources: [], complete: true },
    namespaces: [],
    processes: [
      { pid: 3, comm: "ns-graph", namespaces: {} },
      { pid: 5, comm: "dockerd", namespaces: {} },
    ],
    pins: [],
    problems: [],
  });
  const groups = groupPins(crowd, [...fds(3, 40), ...fds(5, 3), { kind: "unseen", namespace: NET }]);
  expect(groups.slice(0, 2).map((group) => describePinGroup(crowd, group))).toEqual([
    "fd 3 of 5 dockerd",
    "fd 40 of 3 ns-graph (another run, by its name)",
  ]);
  expect(groups.at(-1)?.kind).toBe("other");
});

test("processes that are alike are one group, and each of them is named", () => {
  const pins = [...fds(6, 3, 4), ...fds(7, 3, 4), ...fds(8, 3), ...fds(9, 3, 4)];
  expect(wordsOf(pins)).toEqual([
    "2 open descriptors of each of 6 7 helper",
    "fd 3 of 8 helper",
    "2 open descriptors of 9",
  ]);
  const [first] = groupPins(graph, pins);
  expect(first?.kind === "processes" && nameHolders(first)).toBe("6 7 helper");
  expect(wordsOf(pins, 1)[0]).toBe("2 open descriptors of each of 6 and 1 more helper");
});

test("one path in several mount namespaces is one group", () => {
  expect(wordsOf([mount("/run/a", HOME), mount("/run/a", OTHER)])).toEqual(["2 mounts at /run/a"]);
  expect(wordsOf([mount("/run/a", OTHER), mount("/run/a", "4:9")])).toEqual(["2 mounts of 6 helper at /run/a"]);
});

test("what one process holds is told by numbers, of which some are counted where there are very many", () => {
  const held = (pins: Pin[], isWhole = false): string => {
    const [group] = groupPins(graph, pins);
    return group?.kind === "processes" ? numberHeld(group.processes[0].pins, isWhole) : "";
  };
  const many = fds(5, ...Array.from({ length: 30 }, (_, at) => at + 3));
  expect(held(many)).toMatch(/^fd 3 4 5 .* 26 and 6 more$/);
  expect(held(many, true)).toMatch(/^fd 3 4 5 .* 31 32$/);
  const rest: Pin[] = [
    { kind: "thread", namespace: NET, pid: 5, tid: 50 },
    { kind: "thread", namespace: NET, pid: 5, tid: 51 },
    ...fds(5, 3),
    { kind: "fd", namespace: NET, pid: 5, tid: 50, fd: 3 },
    { kind: "for-children", namespace: NET, pid: 5, tid: 50 },
  ];
  expect(held(rest)).toBe("thread 50 51, fd 3, fd 3 of thread 50, for children of thread 50");
});
