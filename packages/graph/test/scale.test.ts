import { CROWDS, findExcess, measure } from "@ns-graph/testkit";
import { describe, expect, test, vi } from "vitest";
import {
  answerSubject,
  assembleGraph,
  buildGraph,
  containersIn,
  type Namespace,
  type NamespaceGraph,
  NO_LINK,
  NsGraphError,
  type Observation,
  parseSubject,
  selectPidHierarchy,
  selectProcesses,
  selectProcessless,
  selectSubject,
  selectSubtree,
  selectTypes,
  summarizeProblems,
  workloadOf,
  workloads,
  workloadsIn,
} from "../src/index.js";
import { subordinateOwner } from "../src/words/user-names.js";

vi.setConfig({ testTimeout: 300_000 });

function* observationsOf(graph: NamespaceGraph): Generator<Observation> {
  // The other way round, so that all has to be sorted.
  yield { kind: "frame", frame: graph.frame };
  for (const problem of graph.problems().toReversed()) yield { kind: "problem", problem };
  for (const pin of graph.pins().toReversed()) yield { kind: "pin", pin };
  for (const process of graph.processes().toReversed()) yield { kind: "process", process };
  for (const namespace of graph.namespaces().toReversed()) yield { kind: "namespace", namespace };
}

/** Looks a graph over, as whoever draws it does. */
function look(graph: NamespaceGraph): string {
  let number = graph.processSets().length + graph.problems().length;
  for (const { id } of graph.namespaces()) number += graph.holders(id).length;
  return `${number} ${workloads(graph).length} ${summarizeProblems(graph)}`;
}

const USES: readonly (readonly [string, (graph: NamespaceGraph) => unknown])[] = [
  ["build a graph of", (graph) => look(buildGraph(observationsOf(graph)))],
  ["select types among", (graph) => look(selectTypes(graph, ["net", "user", "pid"]))],
  ["select what no process is in among", (graph) => look(selectProcessless(graph))],
  ["select PID namespaces among", (graph) => look(selectPidHierarchy(graph))],
  [
    "select processes among",
    (graph) =>
      look(
        selectProcesses(
          graph,
          graph.processes().map(({ pid }) => pid),
        ),
      ),
  ],
  ["select what is below among", (graph) => look(selectSubtree(graph, 1, "user"))],
  ["find the containers of", (graph) => containersIn(graph)],
  [
    "say what keeps alive",
    (graph) => {
      for (const subject of [
        graph.namespaces().find(({ initial }) => initial !== true)?.id,
        graph.viewer.namespaces.user,
      ])
        if (subject !== undefined) answerSubject(selectSubject(graph, { kind: "namespace", id: subject }));
      answerSubject(selectSubject(graph, { kind: "process", pid: 1 }));
    },
  ],
  [
    "say who shares what with whom among",
    (graph) => {
      for (const { id } of graph.namespaces()) workloadsIn(graph, id);
      const pids = graph.processes().map(({ pid }) => pid);
      for (const some of [pids, pids.filter((_, at) => at % 2 === 0)])
        if (some.length > 0) answerSubject(selectSubject(graph, { kind: "workload", name: "some", pids: some }));
    },
  ],
  [
    "say who is meant among",
    (graph) => {
      for (const word of [
        "/a",
        "/run/a",
        "/b/",
        "c",
        "4026532177",
        "77",
        "net:[12]",
        "/proc/1/fd/9",
        "docker web",
        "3f2a",
        "lxc 7 7",
      ]) {
        try {
          parseSubject(graph, word);
        } catch (error) {
          if (!(error instanceof NsGraphError)) throw error;
          expect((error.hint ?? "").length).toBeLessThan(2000);
        }
      }
    },
  ],
];

describe.each(CROWDS)("twice as many $of", ({ many, build }) => {
  const graphs = [build(many / 2), build(many)] as const;

  test.each(USES)("take twice as much to %s", (_, use) => {
    const [half, whole] = graphs.map((graph) =>
      measure(() => {
        use(graph);
        return [];
      }),
    );
    expect(half && whole && findExcess(half, whole)).toBeUndefined();
  });
});

test("names a few of very many namespaces that are meant alike", () => {
  const namespaces = Array.from(
    { length: 130_000 },
    (_, dev): Namespace => ({ id: `${dev}:7`, type: "net", dev, ino: 7, parent: NO_LINK, owner: NO_LINK }),
  );
  const graph = assembleGraph({
    frame: { host: {}, viewer: { namespaces: {} }, sources: [] },
    namespaces,
    processes: [],
    pins: [],
    problems: [],
  });
  let hint: string | undefined;
  try {
    parseSubject(graph, "net:[7]");
  } catch (error) {
    hint = (error as NsGraphError).hint;
  }
  expect(hint).toBe("Say which: 0:7, 1:7, 2:7, 3:7, 4:7, 5:7, or one of 129994 more.");
});

test("a word of very many slashes is a word like any other", () => {
  const graph = buildGraph([{ kind: "frame", frame: { host: {}, viewer: { namespaces: {} }, sources: [] } }]);
  const { seconds } = measure(() => {
    expect(() => parseSubject(graph, `/proc/1${"/".repeat(500_000)}x`)).toThrow(NsGraphError);
    return [];
  });
  expect(seconds).toBeLessThan(10);
});

test("cgroups below one another by the thousand are looked at as far as there can be workloads", () => {
  const id = "a".repeat(64);
  const inside = workloadOf({ pid: 1, namespaces: {}, cgroup: `${"/b".repeat(20)}/docker/${id}/payload` });
  expect(inside?.id).toBe(id);
  const { seconds } = measure(() => {
    for (let i = 0; i < 20_000; i++) {
      const cgroup = `/docker/${id}${"/b".repeat(1900)}/${i}`;
      expect(workloadOf({ pid: i, namespaces: {}, cgroup })?.id).toBe(id);
    }
    return [];
  });
  expect(seconds).toBeLessThan(20);
});

test("whose subordinate ids a range is does not take a look at all of them", () => {
  let looks = 0;
  const subuids = Array.from({ length: 10_000 }, (_, i) => ({
    get owner() {
      looks++;
      return `user${i}`;
    },
    get start() {
      looks++;
      return 100_000 + 65_536 * i;
    },
    count: 65_536,
  }));
  const graph = buildGraph([
    { kind: "frame", frame: { host: {}, viewer: { namespaces: {} }, sources: [], users: { names: {}, subuids } } },
  ]);
  for (let i = 0; i < 10_000; i++) expect(subordinateOwner(graph, "uid", 100_000 + 65_536 * i + 7, 9)).toBe(`user${i}`);
  expect(looks).toBeLessThan(2_000_000);
  expect(subordinateOwner(graph, "uid", 100_000 + 65_530, 9)).toBeUndefined();
});
