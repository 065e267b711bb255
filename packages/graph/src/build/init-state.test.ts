import { describe, expect, it, test } from "vitest";
import { answerSubject } from "../answer/answer-subject.js";
import { enterCommand, enterProcessCommand } from "../answer/enter-command.js";
import { SOURCES, type Source } from "../model/host.js";
import { INVISIBLE_LINK, NO_LINK } from "../model/link.js";
import type { Namespace } from "../model/namespace.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import { namespaceId } from "../model/namespace-id.js";
import type { Pin } from "../model/pin.js";
import type { Problem } from "../model/problem.js";
import type { Process } from "../model/process.js";
import { selectSubject } from "../select/select.js";
import { buildGraph } from "./build-graph.js";
import { initState } from "./init-state.js";

const TOP = namespaceId(4, 4026531836);
const OUTER = namespaceId(4, 4026532400);
const INNER = namespaceId(4, 4026532401);

function pidNamespace(id: string, parent: string | undefined, more: Partial<Namespace> = {}): Namespace {
  const link = parent === undefined ? INVISIBLE_LINK : ({ state: "known", id: parent } as const);
  return { id, type: "pid", dev: 4, ino: Number(id.slice(2)), parent: link, owner: NO_LINK, ...more };
}

interface Parts {
  readonly processes?: readonly Process[];
  readonly pins?: readonly Pin[];
  readonly problems?: readonly Problem[];
  readonly sources?: readonly Source[];
  readonly hasInner?: boolean;
  readonly outer?: Partial<Namespace>;
}

function graphOf({ processes = [], pins = [], problems = [], sources = SOURCES, hasInner, outer }: Parts) {
  const namespaces = [
    pidNamespace(TOP, undefined, { initial: true, level: 0 }),
    pidNamespace(OUTER, TOP, { initial: false, level: 1, ...outer }),
    ...(hasInner ? [pidNamespace(INNER, OUTER, { initial: false, level: 2 })] : []),
  ];
  const viewer = { pid: 1, euid: 0, namespaces: { pid: TOP } };
  return buildGraph([
    { kind: "frame", frame: { host: {}, viewer, sources } },
    ...namespaces.map((namespace) => ({ kind: "namespace", namespace }) as const),
    ...processes.map((process) => ({ kind: "process", process }) as const),
    ...pins.map((pin) => ({ kind: "pin", pin }) as const),
    ...[...problems, ...processes.filter(isUnread).map(toProblem)].map(
      (problem) => ({ kind: "problem", problem }) as const,
    ),
  ]);
}

function init(more: Partial<Process> = {}): Process {
  return { pid: 500, pids: [500, 1], state: "S", namespaces: { pid: OUTER }, ...more };
}

const child: Process = { pid: 501, pids: [501, 2], state: "S", namespaces: { pid: OUTER } };
const mount: Pin = { kind: "mount", namespace: OUTER, path: "/pid", mountNamespace: "4:1", reachableFrom: 1 };
const fd: Pin = { kind: "fd", namespace: OUTER, pid: 9, fd: 4 };
const maker = (begun?: boolean): Pin => ({
  kind: "for-children",
  namespace: OUTER,
  pid: 9,
  ...(begun === undefined ? {} : { begun }),
});
const unread = (pids: readonly number[]): Process => ({ pid: pids[0] ?? 0, pids, state: "S", namespaces: {} });

const isUnread = ({ namespaces }: Process): boolean => Object.keys(namespaces).length === 0;
const toProblem = ({ pid }: Process): Problem => ({ code: "PROCESS_UNREADABLE", pid, errno: "EACCES" });

function stateIn(graph: NamespaceGraph, id = OUTER) {
  const namespace = graph.namespace(id);
  return namespace && initState(graph, namespace);
}

describe("initState", () => {
  test.each<[string, Parts, object]>([
    ["runs", { processes: [init(), child] }, { state: "alive", pid: 500 }],
    [
      "runs after its main thread",
      { processes: [init({ state: "Z", mainThreadExited: true })] },
      { state: "alive", pid: 500 },
    ],
    ["is a zombie", { processes: [init({ state: "Z" })], pins: [maker(true)] }, { state: "zombie", pid: 500 }],
    ["waits for others", { processes: [init({ ending: true }), child] }, { state: "ending", pid: 500 }],
    [
      "waits for others, where the kernel calls what has no memory a kernel thread",
      { processes: [init({ kernelThread: true }), child] },
      { state: "ending", pid: 500 },
    ],
    ["was reaped", { pins: [maker(true), mount] }, { state: "gone" }],
    [
      "was reaped, as one of two makers tells",
      { pins: [maker(true), { ...maker(false), pid: 10 } as Pin] },
      { state: "gone" },
    ],
    ["was reaped, as a namespace below tells", { pins: [mount], hasInner: true }, { state: "gone" }],
    ["has not begun", { pins: [maker(false), mount] }, { state: "not-begun" }],
    [
      "has not begun, whoever could not be read",
      { pins: [maker(false)], processes: [unread([7, 1])] },
      { state: "not-begun" },
    ],
    ["is not there", { pins: [mount, fd] }, { state: "gone-or-not-begun" }],
    ["is not there, on a kernel whose links do not tell", { pins: [maker()] }, { state: "gone-or-not-begun" }],
    [
      "has an unknown state",
      { processes: [{ pid: 500, pids: [500, 1], namespaces: { pid: OUTER } }] },
      { state: "not-known", pid: 500 },
    ],
    ["was not read, though others were", { processes: [child] }, { state: "not-known" }],
    ["may be one that was not read", { pins: [maker(true)], processes: [unread([7, 1])] }, { state: "not-known" }],
    ["can't be one that is in no such depth", { pins: [maker(true)], processes: [unread([7])] }, { state: "gone" }],
    ["may be hidden", { pins: [mount], problems: [{ code: "PROC_HIDES", what: "hidepid=2" }] }, { state: "not-known" }],
    [
      "may be beyond a limit",
      { pins: [mount], problems: [{ code: "LIMIT_REACHED", what: "processes" }] },
      { state: "not-known" },
    ],
    [
      "was looked for, whatever else is beyond a limit",
      { pins: [mount], problems: [{ code: "LIMIT_REACHED", what: "mounts" }] },
      { state: "gone-or-not-begun" },
    ],
    [
      "is below the viewer, who can't see what is above",
      { pins: [mount], problems: [{ code: "SCOPE_PID" }] },
      { state: "gone-or-not-begun" },
    ],
    ["was told by the kernel alone", { outer: { initPid: 500 } }, { state: "not-known", pid: 500 }],
    ["is not there, wherever else was not searched", { sources: ["process"] }, { state: "gone-or-not-begun" }],
    ["is in a document without processes", { pins: [mount], outer: { memberCount: 0 } }, { state: "not-known" }],
  ])("%s", (_what, parts, expected) => {
    expect(stateIn(graphOf(parts))).toEqual(expected);
  });

  it("is a question to pid namespaces alone, and not to the initial one", () => {
    const graph = graphOf({});
    expect(stateIn(graph, TOP)).toBeUndefined();
    expect(initState(graph, { ...pidNamespace(OUTER, TOP), type: "net" })).toBeUndefined();
  });

  it("stays what it was where a selection leaves processes out", () => {
    const graph = graphOf({ processes: [init({ ending: true }), child] });
    const selected = selectSubject(graph, { kind: "process", pid: 501 });
    expect(selected.processes().map(({ pid }) => pid)).toEqual([501]);
    expect(stateIn(selected)).toEqual({ state: "ending", pid: 500 });
    expect(enterProcessCommand(selected, child)).toEqual({
      note: expect.stringContaining("the init of its pid namespace"),
    });
  });

  it("answers for the subject in words too", () => {
    const graph = graphOf({ pins: [{ ...maker(false), tid: 12 } as Pin, { ...maker(false), pid: 10 } as Pin] });
    expect(answerSubject(selectSubject(graph, { kind: "namespace", id: OUTER }))).toEqual({
      init: { state: "not-begun" },
      why: expect.stringContaining("the first child of thread 12 of process 9 or process 10 becomes its init."),
      enterNote: "No command is offered: it has had no process yet, and whoever came first would become its init.",
    });
  });

  it("closes what is below it where nothing is known of that", () => {
    const inner: Pin = { ...fd, namespace: INNER };
    const parts = { pins: [inner], hasInner: true };
    expect(enterCommand(graphOf({ ...parts, processes: [init(), unread([600, 2, 1])] }), INNER).words).toEqual([
      "nsenter",
      "--pid=/proc/9/fd/4",
    ]);
    const lost = graphOf({ ...parts, processes: [init({ state: "Z" }), unread([600, 2, 1])] });
    expect(enterCommand(lost, INNER)).toEqual({
      note: "No command is offered: the init of a pid namespace above it has ended.",
    });
  });

  it("does not take what a later version of the document says for a word of its own", () => {
    const graph = graphOf({ pins: [mount], outer: { init: { state: "\u001b[2J", pid: 500 } } });
    expect(answerSubject(selectSubject(graph, { kind: "namespace", id: OUTER }))?.why).toContain(
      "Whether process 500, its init, lives is not known.",
    );
  });
});
