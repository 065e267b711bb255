import { rmSync, writeSync } from "node:fs";
import { countCalls } from "./call-counts.js";
import { measureCost } from "./cost.js";
import { makeLoad } from "./load.js";
import type { Candidate, Result, Step, Work } from "./work.js";

/**
 * Does the work as the first process of a fresh PID namespace, and prints each result as a line of JSON. When it ends,
 * the kernel ends everything that is left in there; and it ends when nobody listens any more.
 */
export async function workInside(work: Work): Promise<void> {
  process.stdin.on("end", () => {
    if (work.helpers !== undefined) rmSync(work.helpers, { recursive: true, force: true });
    process.exit(1);
  });
  process.stdin.resume();
  for (const [number, step] of work.steps.entries()) await takeStep(number, step, work.helpers);
  process.stdin.destroy();
}

async function takeStep(number: number, step: Step, helpers: string | undefined): Promise<void> {
  const load = await makeLoad(step.load, helpers);
  // Once before it counts: what a first run reads stays in the kernel's cache.
  if (!step.counting) for (const { command } of step.candidates) await measureCost(command, helpers);
  for (let round = 0; round < step.rounds; round++) {
    for (const candidate of turn(step.candidates, round)) {
      const result = step.counting
        ? { calls: await countCalls(candidate.command) }
        : { cost: await measureCost(candidate.command, helpers, { keepOutput: candidate.reports ?? false }) };
      report({ step: number, candidate: candidate.name, round, ...result });
    }
  }
  await load.stop();
}

/** Each round begins with another candidate, so that none always follows the same one. */
function turn(candidates: readonly Candidate[], round: number): Candidate[] {
  const first = round % Math.max(1, candidates.length);
  return [...candidates.slice(first), ...candidates.slice(0, first)];
}

function report(result: Result): void {
  writeSync(1, `${JSON.stringify(result)}\n`);
}
