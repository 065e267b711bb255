import {
  arrange,
  NAMESPACE_TYPES,
  type NamespaceGraph,
  type NamespaceId,
  type OwnerTitle,
  ownerTitles,
  selectProcesses,
  selectSubject,
  selectTypes,
  spellTitle,
  TREE_RELATIONS,
  workloads,
} from "@ns-graph/graph";
import { desktopHost, HostBuilder, hostWith, kubernetesHost, nestedContainersHost, plainHost } from "@ns-graph/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildDiagram } from "./build-diagram.js";

/** Titles as words; a pod's containers come in any order. */
function wordsOf(titles: readonly OwnerTitle[]): readonly string[] {
  return titles.map((title) =>
    spellTitle(title)
      .split(/[:,]? /)
      .sort()
      .join(" "),
  );
}

/** What those are called who use a namespace, of all processes that there are. */
function usersOf(graph: NamespaceGraph, id: NamespaceId): readonly OwnerTitle[] {
  const isIn = ({ namespaces }: { readonly namespaces: object }): boolean => Object.values(namespaces).includes(id);
  return ownerTitles(
    graph.whole,
    workloads(graph.whole).filter(({ processes }) => processes.some(isIn)),
  );
}

/** Expects that whom a node's title names uses all that is in the node. An overview draws a whole pod as one. */
function expectOwners(graph: NamespaceGraph): void {
  for (const tree of TREE_RELATIONS) {
    for (const node of buildDiagram(arrange(graph, { tree, members: "all" }), "normal").nodes) {
      if (node.kind !== "namespaces" || node.titles.length === 0) continue;
      for (const { id } of node.namespaces)
        expect(wordsOf(usersOf(graph, id)), `${tree}: ${node.id}`).toEqual(
          expect.arrayContaining([...wordsOf(node.titles)]),
        );
    }
  }
}

describe("whoever a node is named after uses all that is in it", () => {
  test.each([
    ["a desktop", desktopHost],
    ["pods", () => kubernetesHost({ pods: 4, containers: 7 })],
    ["nested containers", nestedContainersHost],
    ["services", plainHost],
    ["containers", () => hostWith(60)],
  ])("%s", (_name, make) => {
    const graph = make();
    expectOwners(graph);
    expectOwners(selectTypes(graph, ["mnt", "net", "pid"]));
    const met = new Set<object>();
    for (const { pid, namespaces } of graph.processes()) {
      if (met.has(namespaces)) continue;
      met.add(namespaces);
      expectOwners(selectProcesses(graph, [pid]));
      expectOwners(selectSubject(graph, { kind: "process", pid }));
    }
    for (const { processes } of workloads(graph)) {
      const pids = processes.map(({ pid }) => pid);
      expectOwners(selectSubject(graph, { kind: "workload", name: "it", pids }));
    }
    for (const { id } of graph.namespaces()) expectOwners(selectSubject(graph, { kind: "namespace", id }));
  });

  test("any containers that share anything, whichever of their processes are chosen", () => {
    const process = fc.record({
      container: fc.nat({ max: 5 }),
      isZombie: fc.nat({ max: 6 }).map((number) => number === 0),
      uses: fc.tuple(...NAMESPACE_TYPES.map(() => fc.nat({ max: 3 }))),
      isChosen: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(process, { minLength: 1, maxLength: 12 }), (processes) => {
        const host = new HostBuilder();
        for (let i = 0; i < 4; i++) host.process({ comm: "init" });
        const sets = [host.initial, ...[1, 2, 3].map(() => host.unshare(NAMESPACE_TYPES))];
        const chosen: number[] = [];
        for (const { container, isZombie, uses, isChosen } of processes) {
          const pid = host.process({
            comm: `c${container}`,
            state: isZombie ? "Z" : "S",
            cgroup: `/kubepods/pod${container >> 1}1111111-2222-3333-4444-555555555555/${`${container}`.padEnd(64, "f")}`,
            in: Object.fromEntries(NAMESPACE_TYPES.map((type, at) => [type, sets[uses[at] ?? 0]?.[type]])),
          });
          if (isChosen) chosen.push(pid);
        }
        const graph = host.build();
        expectOwners(graph);
        if (chosen.length > 0) expectOwners(selectProcesses(graph, chosen));
      }),
      { numRuns: 300 },
    );
  });
});
