import { arbitraryGraph } from "@ns-graph/testkit/arbitrary";
import fc from "fast-check";
import { expect, test } from "vitest";
import { answerSubject } from "../answer/answer-subject.js";
import { blindSpots } from "../answer/blind-spots.js";
import { enterCommand, enterProcessCommand } from "../answer/enter-command.js";
import { explainLife } from "../answer/explain-life.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import { NAMESPACE_TYPES } from "../model/namespace-type.js";
import { describeLife } from "../words/describe-life.js";
import { summarizeProblems } from "../words/summarize-problems.js";
import { machineNamespaces } from "../workload/machine-namespaces.js";
import { workloads } from "../workload/workloads.js";
import {
  arrange,
  selectPidHierarchy,
  selectProcesses,
  selectProcessless,
  selectSubject,
  selectSubtree,
  selectTypes,
} from "./select.js";

/** Every selection that a graph allows, for some of its processes and namespaces. */
function* selectionsOf(graph: NamespaceGraph): Generator<NamespaceGraph, void, undefined> {
  for (const type of NAMESPACE_TYPES) yield selectTypes(graph, [type]);
  yield selectTypes(graph, ["net", "pid", "user"]);
  yield selectPidHierarchy(graph);
  yield selectProcessless(graph);
  const [first, ...others] = graph.processes();
  for (const process of [first, others.at(-1)]) {
    if (process === undefined) continue;
    const { pid } = process;
    yield selectProcesses(graph, [pid]);
    yield selectTypes(selectProcesses(graph, [pid]), ["mnt"]);
    yield selectSubject(graph, { kind: "process", pid });
    for (const type of ["user", "pid"] as const)
      if (process.namespaces[type] !== undefined) yield selectSubtree(graph, pid, type);
  }
  const namespaces = graph.namespaces();
  for (const namespace of [namespaces[0], namespaces.at(-1)])
    if (namespace !== undefined) yield selectSubject(graph, { kind: "namespace", id: namespace.id });
}

/** All that is said of one namespace. */
function statementsOf(graph: NamespaceGraph, id: string): unknown {
  const life = explainLife(graph, id);
  return {
    life,
    sentence: life && describeLife(graph, life),
    enter: enterCommand(graph, id),
    members: graph.members(id).map(({ pid }) => pid),
    count: graph.memberCount(id),
    pins: graph.pins(id),
    children: graph.children(id).map((one) => one.id),
    owned: graph.owned(id).map((one) => one.id),
    holders: graph.holders(id).length,
    blind: blindSpots(graph, id),
  };
}

const graphs = arbitraryGraph({ wild: false, size: 14 });

test("of every namespace a selection says what the whole graph says", () => {
  fc.assert(
    fc.property(graphs, fc.nat(), (graph, seed) => {
      const selections = [...selectionsOf(graph)];
      const selected = selections[seed % selections.length] ?? graph;
      for (const { id } of graph.namespaces()) expect(statementsOf(selected, id)).toEqual(statementsOf(graph, id));
      for (const process of graph.processes()) {
        expect(enterProcessCommand(selected, process)).toEqual(enterProcessCommand(graph, process));
        expect(selected.process(process.pid)).toEqual(process);
      }
      expect(machineNamespaces(selected)).toEqual(machineNamespaces(graph));
      expect(summarizeProblems(selected)).toEqual(summarizeProblems(graph));
      expect(selected.complete).toBe(graph.complete);
      expect(answerSubject(selected)).toEqual(answerSubject(arrange(graph, selected.view)));
      const all = workloads(graph);
      for (const group of workloads(selected)) expect(all).toContain(group);
    }),
    { numRuns: 300 },
  );
});

test("a selection draws nothing but what is there, and what it draws is marked or selected", () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      for (const selected of selectionsOf(graph)) {
        const drawn = new Set(selected.namespaces().map(({ id }) => id));
        for (const namespace of selected.namespaces()) {
          const { context: _, ...plain } = namespace;
          expect(plain).toEqual(graph.namespace(namespace.id));
          expect(selected.draws(namespace.id)).toBe(true);
          expect(selected.namespace(namespace.id)).toBe(namespace);
        }
        const processes = new Set(selected.processes().flatMap(({ pid, context }) => (context ? [] : pid)));
        for (const { namespaces, processes: inside } of selected.processSets()) {
          for (const id of Object.values(namespaces)) expect(drawn.has(id)).toBe(true);
          for (const { pid } of inside) expect(processes.delete(pid)).toBe(true);
        }
        expect(processes.size).toBe(0);
        for (const pin of selected.pins()) expect(drawn.has(pin.namespace)).toBe(true);
      }
    }),
  );
});
