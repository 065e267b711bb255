import {
  buildGraph,
  compareNamespaces,
  linkedId,
  type NamespaceGraph,
  type NamespaceId,
  type Observation,
  survey,
} from "@ns-graph/graph";
import { type FakeKernel, type FakeProcess, fakeKernel, GENERATIONS } from "@ns-graph/testkit";
import { arbitraryKernel } from "@ns-graph/testkit/arbitrary";
import fc from "fast-check";
import { expect, test, vi } from "vitest";

// A busy machine takes its time for some hundred kernels.
vi.setConfig({ testTimeout: 300_000 });

function look(kernel: FakeKernel): Observation[] {
  const probe = kernel.probe();
  const observations = [...survey(probe, { facts: ["status"] })];
  probe.close();
  return observations;
}

const contents = (graph: NamespaceGraph) => ({
  frame: graph.frame,
  complete: graph.complete,
  namespaces: graph.namespaces(),
  processes: graph.processes(),
  sets: graph.processSets(),
  pins: graph.pins(),
  problems: graph.problems(),
});

/** Every id that an edge of the graph leads to. */
function* edgeEnds(graph: NamespaceGraph): Generator<NamespaceId> {
  for (const { parent, owner } of graph.namespaces()) {
    for (const id of [linkedId(parent), linkedId(owner)]) if (id !== undefined) yield id;
  }
  for (const { namespaces } of graph.processes()) yield* Object.values(namespaces);
  for (const pin of graph.pins()) {
    yield pin.namespace;
    if (pin.kind === "mount") yield pin.mountNamespace;
  }
}

test("every edge has an end, whatever fails, vanishes or moves", () => {
  fc.assert(
    fc.property(arbitraryKernel(), (spec) => {
      const graph = buildGraph(look(fakeKernel(spec)));
      expect([...edgeEnds(graph)].filter((id) => graph.namespace(id) === undefined)).toEqual([]);
      expect(graph.pins().filter((pin) => "pid" in pin && graph.process(pin.pid) === undefined)).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test("two surveys of one kernel give the same, byte for byte", () => {
  fc.assert(
    fc.property(arbitraryKernel(), (spec) => {
      const kernel = fakeKernel(spec);
      const [first, second] = [buildGraph(look(kernel)), buildGraph(look(kernel))];
      expect(JSON.stringify(contents(second))).toBe(JSON.stringify(contents(first)));
    }),
  );
});

test("observations build an equal graph in whatever order and however often they come", () => {
  fc.assert(
    fc.property(
      arbitraryKernel().chain((spec) => {
        const observations = look(fakeKernel(spec));
        const repeated = fc.shuffledSubarray(observations);
        return fc.tuple(
          fc.constant(observations),
          fc.tuple(fc.shuffledSubarray(observations, { minLength: observations.length }), repeated),
        );
      }),
      ([observations, [shuffled, again]]) => {
        expect(contents(buildGraph([...again, ...shuffled, ...again]))).toEqual(contents(buildGraph(observations)));
      },
    ),
  );
});

test("on a calm kernel that lists its namespaces all are found, and something holds each", () => {
  fc.assert(
    fc.property(arbitraryKernel({ calm: true }), (spec) => {
      const kernel = fakeKernel(spec);
      const graph = buildGraph(look(kernel));
      const all = [...kernel.namespaces()].sort((a, b) => compareNamespaces(asNamespace(a), asNamespace(b)));
      expect(graph.namespaces().map(({ id }) => id)).toEqual(all.map(({ id }) => id));
      expect(graph.namespaces().filter(({ id }) => graph.holders(id).length === 0)).toEqual([]);
      expect(graph.problems()).toEqual([]);
      expect(graph.complete).toBe(true);
    }),
  );
});

const asNamespace = (namespace: ReturnType<FakeKernel["namespaces"]>[number]) => ({
  ...namespace,
  parent: { state: "none" } as const,
  owner: { state: "none" } as const,
});

test("on a calm kernel without a list, all is found that processes, pins and mounts lead to, and nothing else", () => {
  fc.assert(
    fc.property(arbitraryKernel({ calm: true }), (described) => {
      // Of mount namespaces without processes only this generation's list would tell.
      const kernel = fakeKernel({ ...described, generation: GENERATIONS["5.10"] });
      const graph = buildGraph(look(kernel));
      expect(new Set(graph.namespaces().map(({ id }) => id))).toEqual(reachable(kernel));
    }),
  );
});

/** What can be reached from processes along memberships, pins, mounts that one of them sees, and relations. */
function reachable(kernel: FakeKernel): Set<NamespaceId> {
  const { processes = [], mounts = [] } = kernel.spec;
  const seen = processes.filter(({ state, chrooted }) => state !== "Z" && chrooted !== true);
  const seenMountNamespaces = new Set(seen.map((process) => process.in?.mnt ?? "mnt"));
  const keys = new Set([
    ...processes.flatMap((process) => heldBy(process, kernel)),
    ...mounts.filter((mount) => seenMountNamespaces.has(mount.in ?? "mnt")).map(({ holds }) => holds),
  ]);
  // A set grows while it is walked.
  for (const key of keys) {
    const { owner = null, parent = null, type } = kernel.namespace(key) ?? {};
    if (owner !== null) keys.add(owner);
    if (type === "pid" && parent !== null) keys.add(parent);
  }
  return new Set([...keys].map((key) => kernel.id(key)));
}

function heldBy(process: FakeProcess, kernel: FakeKernel): string[] {
  const { in: own = {}, state, threads = [], fds = [], sockets = [], forChildren = [] } = process;
  const types = state === "Z" ? (["user", "pid"] as const) : kernel.generation.types;
  return [
    ...types.map((type) => own[type] ?? type),
    ...threads.flatMap((thread) => Object.values(thread.in)),
    ...[...fds, ...sockets, ...forChildren].map(({ holds }) => holds),
  ];
}

test("a level is one more than the parent's, and the initial namespace's is 0", () => {
  fc.assert(
    fc.property(arbitraryKernel(), (spec) => {
      const graph = buildGraph(look(fakeKernel(spec)));
      for (const namespace of graph.namespaces()) {
        const parent = graph.parent(namespace);
        if (namespace.initial === true && namespace.level !== undefined) expect(namespace.level).toBe(0);
        else if (parent?.level !== undefined) expect(namespace.level).toBe(parent.level + 1);
        else expect(namespace.level).toBeUndefined();
      }
    }),
  );
});
