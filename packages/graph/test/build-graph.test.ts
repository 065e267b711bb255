import {
  assembleGraph,
  buildGraph,
  compareNamespaces,
  comparePins,
  compareProblems,
  compareProcesses,
  forest,
  type Link,
  type Namespace,
  type NamespaceGraph,
  NO_LINK,
  NsGraphError,
  type Observation,
  type Process,
  SOURCES,
  type SurveyFrame,
  type TreeNode,
  UNKNOWN_LINK,
} from "@ns-graph/graph";
import { arbitraryGraph, arbitraryObservations } from "@ns-graph/testkit/arbitrary";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";

// A busy machine takes its time for some hundred graphs.
vi.setConfig({ testTimeout: 300_000 });

const FRAME: SurveyFrame = { host: {}, viewer: { namespaces: {} }, sources: SOURCES };
const frame: Observation = { kind: "frame", frame: FRAME };
const known = (id: string): Link => ({ state: "known", id });

function namespace(type: Namespace["type"], ino: number, rest: Partial<Namespace> = {}): Namespace {
  return { id: `4:${ino}`, type, dev: 4, ino, parent: NO_LINK, owner: UNKNOWN_LINK, ...rest };
}

const contents = (graph: NamespaceGraph) => ({
  frame: graph.frame,
  complete: graph.complete,
  namespaces: graph.namespaces(),
  processes: graph.processes(),
  pins: graph.pins(),
  problems: graph.problems(),
});

describe("building", () => {
  test("an empty machine is a graph", () => {
    const graph = buildGraph([frame]);
    expect(graph.namespaces()).toEqual([]);
    expect(graph.processSets()).toEqual([]);
    expect(graph.holders("4:1")).toEqual([]);
    expect(graph.complete).toBe(true);
  });

  test.each([
    [undefined, "buildGraph was given undefined, where an iterable of observations is expected"],
    [{}, "buildGraph was given an object, where an iterable of observations is expected"],
    [[], "buildGraph was given no frame"],
  ])("of %j says what is expected", (given, message) => {
    const build = () => buildGraph(given as never);
    expect(build).toThrow(message);
    expect(build).toThrow(expect.objectContaining({ code: "BAD_DOCUMENT", hint: expect.stringContaining("survey(") }));
  });

  test("without a frame there is no graph", () => {
    expect(() => buildGraph([])).toThrow(NsGraphError);
    expect(() => buildGraph([{ kind: "namespace", namespace: namespace("net", 1) }])).toThrow(
      expect.objectContaining({ code: "BAD_DOCUMENT" }),
    );
  });

  test("any observations build an equal graph in whatever order and however often they come", () => {
    fc.assert(
      fc.property(
        arbitraryObservations({ wild: true }).chain((observations) =>
          fc.tuple(
            fc.constant(observations),
            fc.shuffledSubarray(observations, { minLength: observations.length }),
            fc.shuffledSubarray(observations),
          ),
        ),
        ([observations, shuffled, again]) => {
          expect(contents(buildGraph([...again, ...shuffled]))).toEqual(contents(buildGraph(observations)));
        },
      ),
    );
  });

  test("observations that contradict one another build the same graph in either order", () => {
    fc.assert(
      fc.property(arbitraryObservations({ size: 6 }), arbitraryObservations({ size: 6 }), (a, b) => {
        expect(contents(buildGraph([...b, ...a]))).toEqual(contents(buildGraph([...a, ...b])));
      }),
    );
  });

  test("several observations of one namespace build the same graph in any order", () => {
    const link = fc.constantFrom<Link>(known("4:1"), known("4:2"), { state: "invisible" }, UNKNOWN_LINK, NO_LINK);
    const facts = fc.record(
      {
        nsId: fc.constantFrom("3", "4"),
        initial: fc.boolean(),
        level: fc.nat({ max: 2 }),
        hostname: fc.constantFrom("a", "b"),
        context: fc.constant(true as const),
      },
      { requiredKeys: [] },
    );
    const observation = fc.record({ owner: link, parent: link, facts }).map(
      ({ owner, parent, facts }): Observation => ({
        kind: "namespace",
        namespace: namespace("uts", 7, { owner, parent, ...facts }),
      }),
    );
    fc.assert(
      fc.property(
        fc
          .array(observation, { minLength: 2, maxLength: 5 })
          .chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        ([list, shuffled]) => {
          expect(buildGraph([frame, ...shuffled]).namespaces()).toEqual(buildGraph([frame, ...list]).namespaces());
        },
      ),
      { numRuns: 1000 },
    );
  });

  test("a link that is known wins over one that is not", () => {
    for (const other of [UNKNOWN_LINK, { state: "invisible" } as const]) {
      const [a, b] = [namespace("net", 7, { owner: known("4:1") }), namespace("net", 7, { owner: other })];
      const graph = buildGraph([frame, { kind: "namespace", namespace: b }, { kind: "namespace", namespace: a }]);
      expect(graph.namespaces()).toEqual([a]);
    }
  });
});

describe("order", () => {
  const isSorted = <T>(items: readonly T[], compare: (a: T, b: T) => number) =>
    items.every((item, i) => i === 0 || compare(items[i - 1] ?? item, item) <= 0);

  test("everything comes in the canonical order", () => {
    fc.assert(
      fc.property(arbitraryGraph({ wild: true }), (graph) => {
        expect(isSorted(graph.namespaces(), compareNamespaces)).toBe(true);
        expect(isSorted(graph.processes(), compareProcesses)).toBe(true);
        expect(isSorted(graph.pins(), comparePins)).toBe(true);
        expect(isSorted(graph.problems(), compareProblems)).toBe(true);
        for (const { id } of graph.namespaces()) {
          expect(isSorted(graph.members(id), compareProcesses)).toBe(true);
          expect(isSorted(graph.children(id), compareNamespaces)).toBe(true);
          expect(isSorted(graph.owned(id), compareNamespaces)).toBe(true);
        }
      }),
    );
  });

  test("device and inode numbers are compared as numbers", () => {
    const list = [namespace("net", 10), namespace("net", 9), { ...namespace("net", 8), id: "10:8", dev: 10 }];
    const graph = assembleGraph({ frame: FRAME, namespaces: list, processes: [], pins: [], problems: [] });
    expect(graph.namespaces().map(({ id }) => id)).toEqual(["4:9", "4:10", "10:8"]);
  });
});

describe("queries", () => {
  test("members are those whose membership names it, and the sets divide the processes", () => {
    fc.assert(
      fc.property(arbitraryGraph({ wild: true }), (graph) => {
        for (const { id } of graph.namespaces()) {
          const members = graph.processes().filter(({ namespaces }) => Object.values(namespaces).includes(id));
          expect(graph.members(id)).toEqual(members);
          expect(graph.memberCount(id)).toBe(members.length);
        }
        const grouped = graph.processSets().flatMap(({ processes }) => processes);
        expect([...grouped].sort(compareProcesses)).toEqual(graph.processes());
        for (const { processes } of graph.processSets()) expect(processes.length).toBeGreaterThan(0);
      }),
    );
  });

  test("equal memberships that are different objects are one set", () => {
    const processes: Process[] = [1, 2, 3].map((pid) => ({ pid, namespaces: pid === 3 ? {} : { net: "4:7" } }));
    const graph = assembleGraph({ frame: FRAME, namespaces: [namespace("net", 7)], processes, pins: [], problems: [] });
    expect(graph.processSets().map((set) => set.processes.map(({ pid }) => pid))).toEqual([[1, 2], [3]]);
    expect(graph.members("4:7").map(({ pid }) => pid)).toEqual([1, 2]);
  });

  test("holders are all that points at it, each once", () => {
    fc.assert(
      fc.property(arbitraryGraph({ wild: true }), (graph) => {
        for (const { id } of graph.namespaces()) {
          const holders = graph.holders(id);
          const below = graph
            .namespaces()
            .filter(({ parent, owner }) => [parent, owner].some((link) => link.state === "known" && link.id === id));
          expect(holders).toHaveLength(graph.members(id).length + below.length + graph.pins(id).length);
        }
      }),
    );
  });

  test("parent and owner are undefined where the edge has no end", () => {
    const lost = namespace("pid", 7, { parent: known("4:98"), owner: known("4:99") });
    const graph = assembleGraph({ frame: FRAME, namespaces: [lost], processes: [], pins: [], problems: [] });
    expect(graph.parent(lost)).toBeUndefined();
    expect(graph.owner(lost)).toBeUndefined();
    expect(graph.children("4:98")).toEqual([lost]);
  });

  test("the count of members that a document gives stands in for processes it left out", () => {
    const list = [namespace("net", 7, { memberCount: 12 })];
    const graph = assembleGraph({ frame: FRAME, namespaces: list, processes: [], pins: [], problems: [] });
    expect(graph.memberCount("4:7")).toBe(12);
    expect(graph.memberCount("4:8")).toBe(0);
  });
});

describe("completeness", () => {
  test("it is complete if every place was searched and nothing was missed", () => {
    expect(buildGraph([frame]).complete).toBe(true);
    const partial: SurveyFrame = { ...FRAME, sources: ["process"] };
    expect(buildGraph([{ kind: "frame", frame: partial }]).complete).toBe(false);
  });

  test("a problem that limits makes it incomplete, one that does not leaves it complete", () => {
    const withProblem = (code: string) => buildGraph([frame, { kind: "problem", problem: { code } }]).complete;
    expect(withProblem("PROCESS_UNREADABLE")).toBe(false);
    expect(withProblem("INTERFACE_MISSING")).toBe(true);
    expect(withProblem("something a later version knows")).toBe(false);
    expect(withProblem("constructor")).toBe(false);
  });

  test("what a document says of itself stands", () => {
    for (const complete of [true, false]) {
      expect(buildGraph([{ kind: "frame", frame: { ...FRAME, sources: [], complete } }]).complete).toBe(complete);
    }
  });
});

describe("forests", () => {
  function* walk(nodes: readonly TreeNode[]): Generator<Namespace> {
    for (const { namespace: one, children } of nodes) {
      yield one;
      yield* walk(children);
    }
  }

  test.for(["owner", "parent"] as const)(
    "every namespace stands once in the forest by %s, whatever the edges are",
    (relation) => {
      fc.assert(
        fc.property(arbitraryGraph({ wild: true, size: 20 }), (graph) => {
          const standing = forest(graph, relation).flatMap(({ roots }) => [...walk(roots)]);
          expect(standing.sort(compareNamespaces)).toEqual(graph.namespaces());
        }),
        { numRuns: 300 },
      );
    },
  );
});
