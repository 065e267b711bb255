import { expectNoLeak, requireNamespaces, requireProgram } from "@ns-graph/testkit";
import { describe, expect, test } from "vitest";
import { NO_FACTS } from "../src/candidates.js";
import { compileHelperPrograms } from "../src/helper-programs.js";
import { GROUP_TYPES } from "../src/load.js";
import { CALL_LIMITS, callSteps, callsOf, NAMESPACE_CALL_LIMIT } from "../src/measure-calls.js";
import { Results } from "../src/results.js";
import { runInside } from "../src/run-inside.js";

/*
 * Times depend on the machine, the number of system calls does not: it is what a process or a namespace more adds.
 */
describe("system calls", () => {
  test("each process and each namespace adds no more calls than it did", { timeout: 180_000 }, async (context) => {
    requireNamespaces(context, ...GROUP_TYPES);
    requireProgram(context, "strace", "setarch");
    const candidates = [...CALL_LIMITS.keys(), NO_FACTS];
    const steps = callSteps(candidates);
    const results = new Results(steps);
    await expectNoLeak(async () => {
      using helpers = compileHelperPrograms();
      for await (const result of runInside({ helpers: helpers?.directory, steps })) results.add(result);
    });
    for (const [candidate, limit] of CALL_LIMITS) {
      const { perProcess } = callsOf(results, steps, candidate);
      // Fewer than the links of a process would mean that it was not looked at.
      expect.soft(perProcess, candidate.name).toBeGreaterThanOrEqual(8);
      expect.soft(perProcess, candidate.name).toBeLessThanOrEqual(limit);
    }
    const { perNamespace } = callsOf(results, steps, NO_FACTS);
    expect.soft(perNamespace, NO_FACTS.name).toBeGreaterThanOrEqual(4);
    expect.soft(perNamespace, NO_FACTS.name).toBeLessThanOrEqual(NAMESPACE_CALL_LIMIT);
  });
});
