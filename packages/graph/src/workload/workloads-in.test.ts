import fc from "fast-check";
import { expect, test } from "vitest";
import { assembleGraph } from "../build/build-graph.js";
import { NAMESPACE_TYPES } from "../model/namespace-type.js";
import type { Process } from "../model/process.js";
import { selectProcesses } from "../select/select.js";
import { workloads } from "./workloads.js";
import { workloadsIn } from "./workloads-in.js";

const memberships = fc.record(
  Object.fromEntries(NAMESPACE_TYPES.map((type, i) => [type, fc.nat(3).map((digit) => `4:40265321${i}${digit}`)])),
  { requiredKeys: [] },
);

const processes = fc
  .uniqueArray(fc.record({ pid: fc.integer({ min: 1, max: 40 }), ppid: fc.nat(40) }), {
    selector: ({ pid }) => pid,
    minLength: 1,
  })
  .chain((all) =>
    fc.tuple(
      ...all.map((process) =>
        fc
          .record(
            {
              namespaces: memberships,
              cgroup: fc.constantFrom("/", `/docker/${"a".repeat(64)}`, `/docker/${"b".repeat(64)}`),
              state: fc.constantFrom("S", "Z"),
            },
            { requiredKeys: ["namespaces", "cgroup"] },
          )
          .map((rest): Process => ({ ...process, ...rest })),
      ),
    ),
  );

test("whose processes are in a namespace is what looking at every process of every group says", () => {
  fc.assert(
    fc.property(processes, (all) => {
      const graph = assembleGraph({
        frame: { host: {}, viewer: { namespaces: {} }, sources: [], complete: true },
        namespaces: [],
        processes: all,
        pins: [],
        problems: [],
      });
      const met = new Set(all.flatMap(({ namespaces }) => Object.values(namespaces)));
      for (const id of [...met, "4:1"]) {
        const naive = workloads(graph)
          .map((group) => ({
            group,
            count: group.processes.filter(({ namespaces }) => Object.values(namespaces).includes(id)).length,
          }))
          .filter(({ count }) => count > 0);
        expect(workloadsIn(graph, id)).toEqual(naive);
        const first = graph.processes()[0]?.pid ?? 0;
        expect(workloadsIn(selectProcesses(graph, [first]), id)).toBe(workloadsIn(graph, id));
      }
    }),
  );
});
