import { limitsCompleteness, type NamespaceGraph, type NamespaceType } from "@ns-graph/graph";
import { type Churn, churn, makeKeeper, requireNamespaces, requireProgram, startContained } from "@ns-graph/testkit";
import { expect, test } from "vitest";
import { scan } from "./scan.js";

/** The load ends by itself after a while: it is begun anew for each batch. */
const BATCHES = 5;
const RUNS = 40;

/** The types that each process of a churn with namespaces has its own of. */
const OWN: readonly NamespaceType[] = ["ipc", "net", "pid", "user", "uts"];

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
    // Here is nothing mounted: that is somebody else's.
    .filter(({ path }) => path === undefined)
    .filter((problem) => !expected.has(JSON.stringify(problem)));
  expect(unexpected).toEqual([]);
}

/** Which processes are in a namespace that no others can be in. */
function members(graph: NamespaceGraph, id: string): number[] {
  return graph
    .processes()
    .filter(({ namespaces }) => Object.values(namespaces).includes(id))
    .map(({ pid }) => pid);
}

/** Checks the processes that a churn's workers have made against what they say they made, and answers how many there were. */
async function checkChildren(
  graph: NamespaceGraph,
  { workers, made }: Churn,
  isApart: boolean,
  [from, to]: readonly [bigint, bigint],
): Promise<number> {
  const children = graph.processes().filter(({ ppid }) => ppid !== undefined && workers.includes(ppid));
  for (const { pid, ppid = 0, namespaces } of children) {
    expect(await made?.lived(pid, from, to), `process ${pid} was made by ${ppid}`).toBe(true);
    const around = graph.process(ppid)?.namespaces;
    for (const [type, id] of Object.entries(namespaces) as [NamespaceType, string][]) {
      if (!(isApart && OWN.includes(type))) expect(id, `${type} of ${pid}`).toBe(around?.[type]);
      else expect({ type, id, members: members(graph, id) }).toEqual({ type, id, members: [pid] });
    }
  }
  return children.length;
}

test.for([
  ["processes", false],
  ["processes and namespaces", true],
] as const)(
  "%s made and reaped as fast as can be: every scan is whole, true and leaves nothing open",
  { timeout: 300_000 },
  async ([, namespaces], context) => {
    requireNamespaces(context, "net", "user", "uts");
    requireProgram(context, "gcc");
    let seen = 0;
    for (let batch = 0; batch < BATCHES; batch++) {
      await using keeper = await makeKeeper();
      const lasting = [
        await startContained(keeper, ["net", "uts"]),
        await startContained(keeper, ["user", "net"]),
        await startContained(keeper, ["user", "uts"]),
      ];
      const first = await scan();
      const load = await churn(keeper, { namespaces });
      for (let run = 0; run < RUNS; run++) {
        const from = process.hrtime.bigint();
        const graph = await scan();
        const to = process.hrtime.bigint();
        check(graph, first);
        for (const { pid, namespaces: own } of lasting) {
          expect(graph.process(pid)?.namespaces).toEqual(first.process(pid)?.namespaces);
          for (const { id } of Object.values(own)) expect(members(graph, id)).toEqual([pid]);
        }
        seen += await checkChildren(graph, load, namespaces, [from, to]);
      }
    }
    expect(seen).toBeGreaterThan(0);
  },
);
