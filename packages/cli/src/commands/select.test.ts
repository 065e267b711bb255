import { buildGraph, type NamespaceGraph, type Observation, type Process, selectProcesses } from "@ns-graph/graph";
import { expect, test } from "vitest";
import type { SelectRequest } from "../arguments/request.js";
import { select } from "./select.js";

const EVERYTHING: SelectRequest = {
  pids: [],
  subtree: undefined,
  isPidHierarchy: false,
  types: undefined,
  isProcessless: false,
};
const AS_IT_IS = { arrangement: {}, flags: {} };

/** A graph of processes with the PIDs from 1 on, and how often one of these was looked at so far. */
function graphOf(count: number): { readonly graph: NamespaceGraph; reads(): number } {
  let reads = 0;
  const observe = (pid: number): Observation => {
    const process: Process = {
      get pid() {
        reads++;
        return pid;
      },
      namespaces: { user: "4:7" },
    };
    return { kind: "process", process };
  };
  const graph = buildGraph([
    { kind: "frame", frame: { host: {}, viewer: { namespaces: {} }, sources: [] } },
    {
      kind: "namespace",
      namespace: { id: "4:7", type: "user", dev: 4, ino: 7, parent: { state: "none" }, owner: { state: "none" } },
    },
    ...Array.from({ length: count }, (_, i) => observe(i + 1)),
  ]);
  return { graph, reads: () => reads };
}

test("a process that a saved selection has not drawn is refused, and one that nobody knows otherwise", () => {
  const part = selectProcesses(graphOf(4).graph, [1, 2]);
  expect(
    select(part, { ...EVERYTHING, pids: [2] }, AS_IT_IS)
      .processes()
      .map(({ pid }) => pid),
  ).toEqual([2]);
  const subtree = { pid: 4, type: "user" } as const;
  for (const [request, pid] of [
    [{ ...EVERYTHING, pids: [1, 3, 4] }, 3],
    [{ ...EVERYTHING, subtree }, 4],
  ] as const) {
    const refused = () => select(part, request, AS_IT_IS);
    expect(refused).toThrow(`process ${pid} is not among what was selected when the document was saved`);
    expect(refused).toThrow(expect.objectContaining({ code: "NO_SUCH_PROCESS" }));
  }
  expect(() => select(part, { ...EVERYTHING, pids: [5] }, AS_IT_IS)).toThrow("there is no process 5");
});

test("very many processes are found in a saved selection without a look at all of them for each", () => {
  const count = 1000;
  const { graph, reads } = graphOf(count);
  const pids = Array.from({ length: count }, (_, i) => i + 1);
  const part = selectProcesses(graph, pids);
  const before = reads();
  expect(select(part, { ...EVERYTHING, pids }, AS_IT_IS).processes()).toHaveLength(count);
  expect(reads() - before).toBeLessThan(20 * count);
});
