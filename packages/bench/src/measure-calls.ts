import { countQuestions } from "./call-counts.js";
import { JSON_ALL, LSNS, NO_FACTS, QUICK_JSON, QUICK_NAMESPACES } from "./candidates.js";
import { GROUP_TYPES } from "./load.js";
import type { Row } from "./report.js";
import type { Results } from "./results.js";
import type { Candidate, Step } from "./work.js";

const PROCESSES = 100;
const GROUPS = 4;

/** System calls of a command, by what they are made for. */
export interface Calls {
  /** For each process more. */
  readonly perProcess: number;
  /** For each distinct namespace more, with the facts that are read of it. */
  readonly perNamespace: number;
}

/**
 * Three loads whose differences tell what a process and what a namespace costs, whatever it takes to start: one with twice
 * the processes of the first, one with twice its groups.
 */
export function callSteps(candidates: readonly Candidate[] = COUNTED): [few: Step, processes: Step, groups: Step] {
  const step = (processes: number, groups: number): Step => ({
    load: { processes, groups },
    rounds: 1,
    candidates,
    counting: true,
  });
  return [step(PROCESSES, GROUPS), step(2 * PROCESSES, GROUPS), step(PROCESSES, 2 * GROUPS)];
}

const COUNTED = [QUICK_NAMESPACES, QUICK_JSON, JSON_ALL, NO_FACTS, LSNS];

/** The calls of a candidate, to one decimal: threads of Node that wake each other make some few more or less. */
export function callsOf(
  results: Results,
  [few, processes, groups]: ReturnType<typeof callSteps>,
  candidate: Candidate,
): Calls {
  const questions = (step: Step): number => countQuestions(results.calls(step, candidate));
  const round = (value: number): number => Math.round(value * 10) / 10;
  return {
    perProcess: round((questions(processes) - questions(few)) / PROCESSES),
    perNamespace: round((questions(groups) - questions(few)) / (GROUPS * GROUP_TYPES.length)),
  };
}

/** The limits for each process. */
export const CALL_LIMITS: ReadonlyMap<Candidate, number> = new Map([
  [QUICK_NAMESPACES, 9],
  [QUICK_JSON, 13],
  [JSON_ALL, 26],
]);

/** The limit for each distinct namespace: to open it, to identify it, to ask for its relatives and to close it. */
export const NAMESPACE_CALL_LIMIT = 10;

export function callRows(results: Results, steps: ReturnType<typeof callSteps>): Row[] {
  const perProcess = COUNTED.map((candidate): Row => {
    const limit = CALL_LIMITS.get(candidate);
    const row = {
      what: `per process: ${candidate.name}`,
      at: "-",
      value: callsOf(results, steps, candidate).perProcess,
    };
    return limit === undefined ? row : { ...row, limit };
  });
  const perNamespace = COUNTED.map((candidate): Row => {
    const value = callsOf(results, steps, candidate).perNamespace;
    const row = { what: `per namespace: ${candidate.name}`, at: "-", value };
    return candidate === NO_FACTS ? { ...row, limit: NAMESPACE_CALL_LIMIT } : row;
  });
  return [...perProcess, ...perNamespace];
}
