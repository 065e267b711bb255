import {
  arrange,
  type Namespace,
  type NamespaceGraph,
  type Pin,
  type Process,
  type Selection,
  selectPidHierarchy,
  selectProcesses,
  selectProcessless,
  selectSubject,
  selectSubtree,
  selectTypes,
  workloads,
  workloadsAround,
} from "@ns-graph/graph";
import { desktopHost, hostileHost, kubernetesHost, plainHost } from "@ns-graph/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readDocument } from "../src/index.js";
import { arbitraryGraph } from "./arbitrary-graph.js";
import { documentOf, schemaErrors } from "./document-text.js";

interface DocumentOfSelection {
  readonly selection?: Selection;
  readonly namespaces: readonly Namespace[];
  readonly processes?: readonly Process[];
  readonly workloads?: readonly { readonly pids?: readonly number[] }[];
  readonly pins: readonly Pin[];
  readonly otherNamespaces?: readonly Namespace[];
  readonly otherProcesses?: readonly Process[];
  readonly otherPins?: readonly Pin[];
}

function parsed(graph: NamespaceGraph): DocumentOfSelection {
  return JSON.parse(documentOf(graph)) as DocumentOfSelection;
}

const pidsOf = (processes: readonly { readonly pid: number }[] = []) => processes.map(({ pid }) => pid);

/** A process apart from the machine. */
function someone(host: NamespaceGraph): Process {
  const process = host.processes().findLast(({ namespaces: { user }, state }) => user && state !== "Z");
  if (process === undefined) throw new Error("the host has no process");
  return process;
}

const SELECTIONS: readonly (readonly [
  of: string,
  select: (host: NamespaceGraph) => NamespaceGraph,
  selection: (process: Process) => Selection,
])[] = [
  ["types", (host) => selectTypes(host, ["user", "net"]), () => ({ types: ["net", "user"] })],
  ["processes", (host) => selectProcesses(host, [someone(host).pid, 1]), ({ pid }) => ({ pids: [1, pid] })],
  [
    "what is below a user namespace",
    (host) => selectSubtree(host, someone(host).pid, "user"),
    ({ pid }) => ({ subtree: { pid, type: "user" } }),
  ],
  [
    "the PID hierarchy below a process",
    (host) => selectPidHierarchy(selectSubtree(host, someone(host).pid, "pid")),
    ({ pid }) => ({ subtree: { pid, type: "pid" }, pidHierarchy: true }),
  ],
  ["namespaces without a process", selectProcessless, () => ({ processless: true })],
  ["a process", (host) => selectSubject(host, { kind: "process", pid: someone(host).pid }), () => ({})],
  [
    "a namespace",
    (host) => selectSubject(host, { kind: "namespace", id: someone(host).namespaces.mnt ?? "" }),
    () => ({}),
  ],
];

const HOSTS = { plain: plainHost, desktop: desktopHost, kubernetes: kubernetesHost, hostile: hostileHost };

describe.each(Object.entries(HOSTS))("on the made-up machine %s", (_name, makeHost) => {
  const host = makeHost();

  test.each(SELECTIONS)("a selection of %s says what it is, and has each thing once", (_of, select, selection) => {
    const selected = select(host);
    const document = parsed(selected);
    expect(schemaErrors(document)).toEqual([]);
    expect(document.selection).toEqual(selection(someone(host)));
    expect(document.namespaces.map(({ id, context }) => [id, context])).toEqual(
      selected.namespaces().map(({ id, context }) => [id, context]),
    );
    const ids = [...document.namespaces, ...(document.otherNamespaces ?? [])].map(({ id }) => id);
    expect(ids.sort()).toEqual(
      host
        .namespaces()
        .map(({ id }) => id)
        .sort(),
    );
    const pids = pidsOf([...(document.processes ?? []), ...(document.otherProcesses ?? [])]);
    expect(pids.sort((a, b) => a - b)).toEqual(pidsOf(host.processes()));
    expect(document.pins.length + (document.otherPins ?? []).length).toBe(host.pins().length);
    for (const { pid, namespaces } of document.processes ?? [])
      expect(namespaces).toEqual(host.process(pid)?.namespaces);
  });

  test.each(SELECTIONS)("a selection of %s is one again when it is read", (_of, select) => {
    const selected = select(host);
    const text = documentOf(selected);
    const read = readDocument(text);
    expect(documentOf(read)).toBe(text);
    expect(read.selection).toEqual(selected.selection);
    expect(read.view).toEqual(selected.view);
    expect(read.namespaces()).toEqual(selected.namespaces());
    expect(read.processes()).toEqual(selected.processes());
    expect(read.pins()).toEqual(selected.pins());
    expect(read.whole.view.subject).toBeUndefined();
    for (const { id } of host.namespaces()) {
      expect(pidsOf(read.members(id))).toEqual(pidsOf(host.members(id)));
      expect(read.pins(id)).toEqual(host.pins(id));
      expect(read.owned(id).map((owned) => owned.id)).toEqual(host.owned(id).map((owned) => owned.id));
    }
    const groups = (graph: NamespaceGraph) => workloads(graph).map(({ processes, kind }) => [kind, pidsOf(processes)]);
    expect(groups(read)).toEqual(groups(selected));
    expect(groups(read.whole)).toEqual(groups(host));
  });
});

test("the processes without context are those that were asked for", () => {
  const host = desktopHost();
  const holder = host.pins().find((pin) => pin.kind === "fd");
  const member = host
    .members(holder?.namespace ?? "")
    .find(({ pid }) => holder && "pid" in holder && holder.pid !== pid);
  expect(member).toBeDefined();
  const { processes = [] } = parsed(selectProcesses(host, pidsOf(member && [member])));
  expect(pidsOf(processes.filter(({ context }) => !context))).toEqual([member?.pid]);
  expect(pidsOf(processes)).toContain(holder && "pid" in holder && holder.pid);
});

test("workloads may have PIDs of other processes", () => {
  const host = kubernetesHost();
  const group = workloads(host).find(({ kind, processes }) => kind === "workload" && processes.length > 1);
  const document = parsed(selectProcesses(host, [group?.processes[0]?.pid ?? 0]));
  expect(document.workloads).toHaveLength(1);
  expect(document.workloads?.[0]?.pids).toEqual(pidsOf(group?.processes));
});

test("what is not drawn has no facts and no command lines, but for those of sandboxes", () => {
  const host = hostileHost();
  const { otherNamespaces = [], otherProcesses = [] } = parsed(selectProcesses(host, [1]));
  expect(otherNamespaces.length).toBeGreaterThan(20);
  for (const namespace of otherNamespaces) {
    for (const fact of ["hostname", "interfaces", "cgroupRoot"]) expect(namespace).not.toHaveProperty(fact);
  }
  expect(otherProcesses.length).toBeGreaterThan(20);
  for (const process of otherProcesses) expect(process).not.toHaveProperty("commandLine");

  const desktop = desktopHost();
  const sandboxes = workloads(desktop).filter(({ kind }) => kind === "sandbox");
  const spoken = parsed(selectProcesses(desktop, [1])).otherProcesses?.filter(({ commandLine }) => commandLine);
  const speakers = sandboxes.map(({ leader }) => leader).filter(({ commandLine }) => commandLine);
  expect(pidsOf(spoken)).toEqual(pidsOf(speakers));
  expect(speakers.length).toBeGreaterThan(0);
});

test("maps of user namespaces are there, whether these are drawn or not", () => {
  const host = desktopHost();
  const { otherNamespaces = [] } = parsed(selectPidHierarchy(host));
  const users = otherNamespaces.filter(({ type }) => type === "user");
  expect(users.length).toBeGreaterThan(10);
  for (const { id, uidMap, gidMap, setgroups } of users) {
    expect({ uidMap, gidMap, setgroups }).toEqual({
      uidMap: host.namespace(id)?.uidMap,
      gidMap: host.namespace(id)?.gidMap,
      setgroups: host.namespace(id)?.setgroups,
    });
  }
});

test("without members there are no processes, and the counts of all namespaces", () => {
  const host = desktopHost();
  const document = parsed(arrange(selectTypes(host, ["net"]), { members: "none" }));
  expect(document).not.toHaveProperty("processes");
  expect(document).not.toHaveProperty("otherProcesses");
  for (const { id, memberCount } of [...document.namespaces, ...(document.otherNamespaces ?? [])])
    expect(memberCount).toBe(host.memberCount(id));
});

test("a document that names a selection and nothing else is read: nothing is known of the rest", () => {
  const { otherNamespaces: _1, otherProcesses: _2, otherPins: _3, ...rest } = parsed(selectTypes(plainHost(), ["net"]));
  const read = readDocument(JSON.stringify(rest));
  expect(read.selection).toEqual({ types: ["net"] });
  expect(read.whole.namespaces()).toHaveLength(rest.namespaces.length);
});

test("other lists without a selection are refused", () => {
  const { selection: _, ...rest } = parsed(selectTypes(plainHost(), ["net"]));
  expect(schemaErrors(rest)).not.toEqual([]);
  expect(() => readDocument(JSON.stringify(rest))).toThrow('lacks "selection"');
});

test("the document of a selection of any graph, even of one with marks, is valid and gives itself again", () => {
  const steps = fc.constantFrom<(graph: NamespaceGraph, number: number) => NamespaceGraph>(
    (graph) => selectTypes(graph, ["net", "pid"]),
    selectPidHierarchy,
    selectProcessless,
    (graph, number) => {
      const process = graph.processes()[number % 6];
      return process === undefined ? graph : selectProcesses(graph, [process.pid]);
    },
    (graph, number) => {
      const process = graph.whole.processes()[number % 6];
      return process === undefined ? graph : selectSubject(graph, { kind: "process", pid: process.pid });
    },
    (graph, number) => {
      const process = graph.whole.processes()[number % 6];
      const [workload] = process === undefined ? [] : workloadsAround(graph, process);
      return workload === undefined ? graph : selectSubject(graph, workload.subject);
    },
    (graph, number) => {
      const namespace = graph.whole.namespaces()[number % 6];
      return namespace === undefined ? graph : selectSubject(graph, { kind: "namespace", id: namespace.id });
    },
  );
  fc.assert(
    fc.property(
      arbitraryGraph,
      fc.array(fc.tuple(steps, fc.nat(5)), { minLength: 1, maxLength: 3 }),
      (graph, chosen) => {
        const whole = readDocument(documentOf(graph));
        const selected = chosen.reduce((some, [step, number]) => step(some, number), whole);
        const text = documentOf(selected);
        expect(schemaErrors(JSON.parse(text))).toEqual([]);
        const read = readDocument(text);
        expect(documentOf(read)).toBe(text);
        expect(read.namespaces()).toEqual(
          selected.view.members === "none"
            ? selected.namespaces().map((one) => ({ ...one, memberCount: selected.memberCount(one.id) }))
            : selected.namespaces(),
        );
      },
    ),
    { numRuns: 1000 },
  );
});
