import { limitsCompleteness, type NamespaceGraph } from "@ns-graph/graph";
import { churn, makeKeeper, requireNamespaces, requireProgram } from "@ns-graph/testkit";
import { expect, test } from "vitest";
import { scan } from "./scan.js";

/** The load ends by itself after a while: it is begun anew for each batch. */
const BATCHES = 5;
const RUNS = 40;

/** What a scan must never say, whatever happens meanwhile. */
function check(graph: NamespaceGraph, first: NamespaceGraph): void {
  expect(graph.processes().length).toBeGreaterThan(0);
  expect(graph.process(process.pid)?.namespaces).toEqual(first.process(process.pid)?.namespaces);
  for (const { namespaces } of graph.processSets()) {
    for (const id of Object.values(namespaces)) expect(graph.namespace(id)).toBeDefined();
  }
  const expected = new Set(first.problems().map((problem) => JSON.stringify(problem)));
  const unexpected = graph
    .problems()
    .filter(limitsCompleteness)
    .filter((problem) => !expected.has(JSON.stringify(problem)));
  expect(unexpected).toEqual([]);
}

test.for([
  ["processes", false],
  ["processes and namespaces", true],
] as const)(
  "%s made and reaped as fast as can be: every scan is whole and leaves nothing open",
  { timeout: 300_000 },
  async ([, namespaces], context) => {
    requireNamespaces(context, "net", "user");
    requireProgram(context, "gcc");
    const first = await scan();
    for (let batch = 0; batch < BATCHES; batch++) {
      await using keeper = await makeKeeper();
      await churn(keeper, { namespaces });
      for (let run = 0; run < RUNS; run++) check(await scan(), first);
    }
  },
);
