import {
  callsIn,
  FULL_SCAN,
  JSON_ALL,
  LSNS,
  NODE,
  QUICK_JSON,
  QUICK_NAMESPACES,
  QUICK_SCAN,
  QUICK_TEXT,
  readlinksIn,
  TEXT,
  VERSION,
} from "./candidates.js";
import type { Cost } from "./cost.js";
import type { Options } from "./options.js";
import type { Row } from "./report.js";
import type { Results } from "./results.js";
import { ratio } from "./statistics.js";
import type { Candidate, Step } from "./work.js";

const wall = ({ wall }: Cost): number => wall;
const user = ({ user }: Cost): number | undefined => user;
const cpu = ({ user, system }: Cost): number | undefined => user && user + (system ?? 0);
const peak = ({ peak }: Cost): number | undefined => peak;
/** What a candidate that measures itself printed. */
const reported = ({ output }: Cost): number => Number(output);

/** Starting up, with next to no processes to look at. */
export function startSteps({ rounds }: Options): Step[] {
  const candidates = [NODE, VERSION, QUICK_TEXT, TEXT, QUICK_JSON];
  return [{ load: { processes: 0, groups: 0 }, rounds: 3 * rounds, candidates, counting: false }];
}

export function startRows(results: Results, [step]: readonly Step[]): Row[] {
  if (step === undefined) return [];
  const row = (candidate: Candidate, limit?: number): Row => ({
    what: `wall: ${candidate.name} / node -e 0`,
    at: "none",
    value: ratio(results.series(step, candidate, wall), results.series(step, NODE, wall)),
    ...(limit === undefined ? {} : { limit }),
  });
  return [row(VERSION, 1.15), row(QUICK_TEXT, 1.6), row(QUICK_JSON), row(TEXT)];
}

/** Surveys under load, the smaller one first. */
export function scanSteps({ processes, groups, rounds, full }: Options, helpers: string | undefined): Step[] {
  const yardsticks = helpers === undefined ? [] : [readlinksIn(helpers), QUICK_SCAN, callsIn(helpers), FULL_SCAN];
  const candidates = [LSNS, QUICK_NAMESPACES, QUICK_JSON, JSON_ALL, TEXT, NODE, ...yardsticks];
  return [0.5, 1, ...(full ? [2] : [])].map((share) => ({
    load: { processes: Math.ceil(processes * share), groups: Math.ceil(groups * share) },
    rounds,
    candidates,
    counting: false,
  }));
}

export function scanRows(results: Results, steps: readonly Step[], helpers: string | undefined): Row[] {
  return steps.flatMap((step, number) => {
    const at = String(step.load.processes);
    const smaller = steps[number - 1];
    const compare = (
      what: string,
      pick: (cost: Cost) => number | undefined,
      candidate: Candidate,
      reference: Candidate,
      limit?: number,
    ): Row[] => {
      // The targets are for many processes: with few, what it takes to start is most of it.
      const values = results.series(step, candidate, pick);
      const value = ratio(values, results.series(step, reference, pick));
      const row = { what: `${what}: ${candidate.name} / ${reference.name}`, at, value };
      return values.length === 0 ? [] : [limit === undefined || smaller === undefined ? row : { ...row, limit }];
    };
    return [
      ...compare("wall", wall, JSON_ALL, LSNS, 0.4),
      ...compare("wall", wall, QUICK_NAMESPACES, LSNS, 0.2),
      ...compare("wall", wall, QUICK_JSON, LSNS),
      ...compare("wall", wall, TEXT, LSNS),
      ...compare("CPU", cpu, JSON_ALL, LSNS),
      ...compare("CPU", cpu, QUICK_NAMESPACES, LSNS),
      ...(helpers === undefined
        ? []
        : [
            ...compare("wall", reported, QUICK_SCAN, readlinksIn(helpers), 1.5),
            ...compare("wall", reported, FULL_SCAN, callsIn(helpers)),
            ...compare("wall", wall, readlinksIn(helpers), LSNS),
            ...compare("wall", wall, callsIn(helpers), LSNS),
          ]),
      ...compare("peak memory", peak, JSON_ALL, NODE, 1.7),
      ...compare("peak memory", peak, TEXT, NODE, 1.7),
      ...compare("peak memory", peak, QUICK_NAMESPACES, NODE, 1.7),
      ...(smaller === undefined ? [] : growthRows(results, smaller, step)),
    ];
  });
}

/** How much more it takes with twice as many processes. */
function growthRows(results: Results, smaller: Step, larger: Step): Row[] {
  return [JSON_ALL, QUICK_NAMESPACES].flatMap((candidate) => {
    const values = results.series(larger, candidate, user);
    if (values.length === 0) return [];
    const value = ratio(values, results.series(smaller, candidate, user));
    const at = `${larger.load.processes} / ${smaller.load.processes}`;
    return [{ what: `user CPU: ${candidate.name}`, at, value, limit: 2.2 }];
  });
}
