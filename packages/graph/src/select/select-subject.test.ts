import { describe, expect, it } from "vitest";
import { explainLife } from "../answer/explain-life.js";
import { buildGraph } from "../build/build-graph.js";
import { NsGraphError } from "../model/errors.js";
import { SOURCES } from "../model/host.js";
import { INVISIBLE_LINK, NO_LINK } from "../model/link.js";
import type { Namespace } from "../model/namespace.js";
import type { NamespaceType } from "../model/namespace-type.js";
import { describeLife } from "../words/describe-life.js";
import { selectSubject } from "./select.js";

const USER = "4:4026531837";
const NET = "4:4026531833";
const MNT = "4:4026531832";
const BLUE = "4:4026532281";
const SHIM = "4:4026532311";
const UPPER = "4:4026532500";
const LOWER = "4:4026532501";
const DEEP = "4:4026532502";

function namespace(type: NamespaceType, id: string, owner: string | undefined, more: Partial<Namespace> = {}) {
  const link = owner === undefined ? INVISIBLE_LINK : ({ state: "known", id: owner } as const);
  const parent = type === "user" ? link : NO_LINK;
  return {
    kind: "namespace",
    namespace: { id, type, dev: 4, ino: Number(id.slice(2)), parent, owner: link, ...more },
  } as const;
}

const graph = buildGraph([
  { kind: "frame", frame: { host: {}, viewer: { namespaces: { mnt: MNT } }, sources: SOURCES } },
  namespace("user", USER, undefined, { initial: true }),
  namespace("net", NET, USER, { initial: true }),
  namespace("mnt", MNT, USER, { initial: true }),
  namespace("mnt", SHIM, USER),
  namespace("net", BLUE, USER),
  namespace("user", UPPER, USER),
  namespace("user", LOWER, UPPER),
  namespace("net", DEEP, LOWER),
  { kind: "process", process: { pid: 1, ppid: 0, namespaces: { user: USER, net: NET, mnt: MNT } } },
  { kind: "process", process: { pid: 20, ppid: 1, namespaces: { user: USER, net: BLUE, mnt: MNT } } },
  { kind: "process", process: { pid: 21, ppid: 20, namespaces: { user: LOWER, net: DEEP, mnt: MNT } } },
  { kind: "process", process: { pid: 812, ppid: 1, namespaces: { user: USER, net: NET, mnt: SHIM } } },
  { kind: "process", process: { pid: 813, ppid: 1, namespaces: { user: USER, net: NET, mnt: SHIM } } },
  { kind: "pin", pin: { kind: "mount", namespace: BLUE, path: "/run/netns/blue", mountNamespace: SHIM } },
  { kind: "pin", pin: { kind: "fd", namespace: BLUE, pid: 1, fd: 9 } },
  { kind: "pin", pin: { kind: "fd", namespace: DEEP, pid: 1, fd: 10 } },
  { kind: "pin", pin: { kind: "fd", namespace: NET, pid: 20, fd: 3 } },
]);

describe("selectSubject", () => {
  it("draws a process with the namespaces that it is in", () => {
    const selected = selectSubject(graph, { kind: "process", pid: 20 });
    expect(selected.processes().map(({ pid }) => pid)).toEqual([1, 20]);
    expect(selected.processes()[0]).toMatchObject({ pid: 1, context: true });
    expect(selected.namespaces().map(({ id }) => id)).toEqual([MNT, BLUE, USER]);
    expect(selected.draws(NET)).toBe(false);
    expect(selected.view.subject).toEqual({ kind: "process", pid: 20 });
  });

  it("draws a namespace with what is right below it, its members, and where its mounts are", () => {
    const selected = selectSubject(graph, { kind: "namespace", id: BLUE });
    expect(selected.processes().map(({ pid, context = false }) => [pid, context])).toEqual([
      [1, true],
      [20, false],
    ]);
    expect(selected.namespaces().map(({ id, context = false }) => [id, context])).toEqual([
      [SHIM, true],
      [BLUE, false],
      [USER, true],
    ]);
    expect(selected.pins()).toEqual(graph.pins(BLUE));
    expect(selectSubject(graph, { kind: "namespace", id: UPPER }).draws(DEEP)).toBe(false);
  });

  it("answers as the whole does, also of what it does not draw", () => {
    const selected = selectSubject(graph, { kind: "namespace", id: UPPER });
    expect(explainLife(selected, UPPER)).toEqual(explainLife(graph, UPPER));
    const life = explainLife(selected, UPPER);
    expect(life && describeLife(selected, life)).toContain("held by 1 process and 1 open descriptor");
    expect(selected.members(NET)).toEqual(graph.members(NET));
    expect(selected.namespace(DEEP)).toEqual(graph.namespace(DEEP));
    expect(selected.process(812)).toBe(graph.process(812));
  });

  it("refuses what is not there", () => {
    expect(() => selectSubject(graph, { kind: "process", pid: 9 })).toThrow(NsGraphError);
    expect(() => selectSubject(graph, { kind: "namespace", id: "4:9" })).toThrow(NsGraphError);
  });
});
