import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

/** What can be measured. */
export const PARTS = ["start", "scan", "calls", "graph", "read"] as const;
export type Part = (typeof PARTS)[number];

/** What is to be measured. */
export interface Options {
  /** Of the largest load but one where `full` is set, else of the largest. */
  readonly processes: number;
  readonly groups: number;
  readonly rounds: number;
  /** Whether twice as many processes are measured too. */
  readonly full: boolean;
  readonly parts: readonly Part[];
}

export const USAGE = `npm run bench -- [options]

  --processes N   idle processes of the load (4000); half as many are measured too
  --groups N      in so many sets of namespaces (200)
  --rounds N      how often each candidate is run (5)
  --full          twice as many processes are measured too
  --only LIST     only these parts: ${PARTS.join(", ")}
`;

/** The most processes that are ever made. */
const MOST = 16_000;
/** PIDs that are left to the rest of the machine. */
const SPARE = 2_000;

/**
 * Reads the command line.
 *
 * @throws Error in words for people, where the machine or this program does not allow so much.
 */
export function readOptions(args: readonly string[], pidMax = readPidMax()): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      processes: { type: "string", default: "4000" },
      groups: { type: "string", default: "200" },
      rounds: { type: "string", default: "5" },
      full: { type: "boolean", default: false },
      only: { type: "string", default: PARTS.join() },
    },
  });
  const { full } = values;
  const processes = readNumber("processes", values.processes, MOST / (full ? 2 : 1));
  const groups = readNumber("groups", values.groups, Math.min(1_000, processes));
  const largest = full ? 2 * processes : processes;
  if (largest > pidMax - SPARE) throw new Error(`${largest} processes are too many where kernel.pid_max is ${pidMax}`);
  const parts = PARTS.filter((part) => values.only.split(",").includes(part));
  const unknown = values.only.split(",").find((word) => !PARTS.some((part) => part === word));
  if (unknown !== undefined) throw new Error(`--only: there is no part ${JSON.stringify(unknown)}\n\n${USAGE}`);
  return { processes, groups, rounds: readNumber("rounds", values.rounds, 100), full, parts };
}

function readNumber(name: string, text: string, most: number): number {
  const number = /^[1-9]\d*$/.test(text) ? Number(text) : Number.NaN;
  if (number <= most) return number;
  throw new Error(`--${name}: ${JSON.stringify(text)} is not a number from 1 to ${most}`);
}

function readPidMax(): number {
  return Number(readFileSync("/proc/sys/kernel/pid_max", "utf8"));
}
