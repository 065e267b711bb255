import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { graphOf, ID } from "../../test/workload-graph.js";
import { NAMESPACE_TYPES, type NamespaceType } from "../model/namespace-type.js";
import { isZombie, type Process } from "../model/process.js";
import { machineNamespaces } from "./machine-namespaces.js";
import { workloads } from "./workloads.js";

describe("any graph", () => {
  const id = fc.integer({ min: 1, max: 12 }).map((ino) => `4:${ino}`);
  const cgroup = fc.constantFrom(
    undefined,
    "/",
    `/docker/${ID("1")}`,
    `/docker/${ID("2")}/x.service`,
    "/system.slice/a.service",
    "/lxc/b",
    "/../user.slice/user-1.slice/session-1.scope",
  );
  const graphs = fc
    .record({
      processes: fc.uniqueArray(
        fc.record(
          {
            pid: fc.integer({ min: 1, max: 30 }),
            ppid: fc.integer({ min: 0, max: 30 }),
            state: fc.constantFrom("S", "Z"),
            comm: fc.constantFrom("bwrap", "sh", "chrome"),
            cgroup,
            // Ids of one type only, as in a graph; the type is part of the number.
            namespaces: fc
              .dictionary(fc.constantFrom(...NAMESPACE_TYPES), id)
              .map((some) =>
                Object.fromEntries(
                  Object.entries(some).map(([type, one]) => [
                    type,
                    one.replace(":", `:${NAMESPACE_TYPES.indexOf(type as NamespaceType) + 1}0`),
                  ]),
                ),
              ),
          },
          { requiredKeys: ["pid", "namespaces"] },
        ),
        { selector: ({ pid }) => pid, maxLength: 30 },
      ),
      initial: fc.constantFrom(true, false, undefined),
    })
    .map(({ processes, initial }) => ({
      graph: graphOf(
        processes.map(({ cgroup: path, ...rest }) => ({ ...rest, ...(path === undefined ? {} : { cgroup: path }) })),
        { initial },
      ),
    }));

  test("has each process in one part of one group", () => {
    fc.assert(
      fc.property(graphs, ({ graph }) => {
        const groups = workloads(graph);
        const pids = groups.flatMap(({ processes }) => processes.map(({ pid }) => pid)).sort((a, b) => a - b);
        expect(pids).toEqual(graph.processes().map(({ pid }) => pid));
        for (const { processes, parts, leader } of groups) {
          expect(parts.flatMap((part) => part.processes).sort((a, b) => a.pid - b.pid)).toEqual(processes);
          expect(processes).toContain(leader);
          expect(parts.filter((part) => part.leader === leader)).toHaveLength(1);
        }
      }),
    );
  });

  test("says own, shared and machine's of what is that", () => {
    fc.assert(
      fc.property(graphs, ({ graph }) => {
        const { ids } = machineNamespaces(graph);
        const groups = workloads(graph);
        const isLeft = (type: string) => type === "pid" || type === "user";
        const hasMore = graph.namespaces().some(({ type }) => !isLeft(type));
        const hasEnded = (process: Process) => {
          const types = Object.keys(process.namespaces);
          return (
            isZombie(process) || (process.state === undefined && hasMore && types.length > 0 && types.every(isLeft))
          );
        };
        const groupOf = new Map(groups.flatMap((group) => group.processes.map(({ pid }) => [pid, group] as const)));
        const usersOf = (one: string) =>
          new Set(graph.members(one).flatMap((member) => (hasEnded(member) ? [] : groupOf.get(member.pid))));
        for (const { isolation, processes } of groups) {
          const living = processes.filter((process) => !hasEnded(process));
          for (const type of NAMESPACE_TYPES) {
            const { state, uses } = isolation[type];
            const used = new Set(living.flatMap(({ namespaces }) => namespaces[type] ?? []));
            expect(new Set(uses.map(({ namespace }) => namespace))).toEqual(used);
            expect(state === "unknown").toBe(used.size === 0);
            const stateOf = (one: string) => (ids.has(one) ? "machine" : usersOf(one).size > 1 ? "shared" : "own");
            const states = new Set([...used].map(stateOf));
            if (used.size > 0) expect(state).toBe(states.size > 1 ? "mixed" : [...states][0]);
          }
        }
      }),
    );
  });
});
