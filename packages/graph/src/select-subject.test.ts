import { describe, expect, it } from "vitest";
import { buildGraph } from "./build-graph.js";
import { NsGraphError } from "./errors.js";
import { describeLife, explainLife } from "./explain-life.js";
import { SOURCES } from "./host.js";
import { INVISIBLE_LINK, NO_LINK } from "./link.js";
import type { Namespace } from "./namespace.js";
import type { NamespaceType } from "./namespace-type.js";
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
  it("keeps where the parent of a process is, so that what they share can be told", () => {
    const selected = selectSubject(graph, { kind: "process", pid: 20 });
    expect(selected.process(20)?.namespaces).toEqual({ user: USER, net: BLUE, mnt: MNT });
    expect(selected.process(1)?.namespaces).toEqual({ user: USER, net: NET, mnt: MNT });
    expect(selected.namespace(NET)?.context).toBe(true);
    expect(selected.namespace(BLUE)?.context).toBeUndefined();
    expect(selected.processes()).toHaveLength(2);
  });

  it("keeps what a process pins", () => {
    const selected = selectSubject(graph, { kind: "process", pid: 1 });
    expect(selected.pins().filter((pin) => "pid" in pin && pin.pid === 1)).toHaveLength(2);
    expect(selected.namespace(DEEP)?.context).toBe(true);
  });

  it("keeps who holds a namespace, and whose mount namespace its mounts are in", () => {
    const selected = selectSubject(graph, { kind: "namespace", id: BLUE });
    expect(selected.processes().map(({ pid }) => pid)).toEqual([1, 20, 812]);
    expect(selected.namespace(SHIM)?.context).toBe(true);
    expect(selected.pins(BLUE)).toEqual(graph.pins(BLUE));
    expect(selected.view.subject).toEqual({ kind: "namespace", id: BLUE });
  });

  it("keeps what holds a namespace from further below", () => {
    const selected = selectSubject(graph, { kind: "namespace", id: UPPER });
    expect(selected.namespace(LOWER)?.context).toBeUndefined();
    expect(selected.namespace(DEEP)?.context).toBe(true);
    expect(explainLife(selected, UPPER)).toEqual(explainLife(graph, UPPER));
    const life = explainLife(selected, UPPER);
    expect(life && describeLife(selected, life)).toContain("held by 1 process and 1 open descriptor");
  });

  it("keeps every member of what an initial user namespace owns, and nothing deeper", () => {
    const selected = selectSubject(graph, { kind: "namespace", id: USER });
    expect(selected.memberCount(BLUE)).toBe(1);
    expect(selected.memberCount(UPPER)).toBe(0);
    expect(selected.namespace(LOWER)).toBeUndefined();
  });

  it("refuses what is not there", () => {
    expect(() => selectSubject(graph, { kind: "process", pid: 9 })).toThrow(NsGraphError);
    expect(() => selectSubject(graph, { kind: "namespace", id: "4:9" })).toThrow(NsGraphError);
  });
});
