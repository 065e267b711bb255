import { readFileSync } from "node:fs";
import { DEFAULT_SECONDS, type Probe } from "@ns-graph/graph";
import type { News, ProbeOptions, Watchdog } from "@ns-graph/sys";
import { clock, firstHandover, type Handover, leaveOutOf, mayBeginAnew, readHandover } from "./handover.js";

/** The variable by which a run learns from the one in whose place it goes on. */
export const HANDOVER = "NS_GRAPH_HANDOVER";

/** So many milliseconds without any progress the answer to one question is waited for. */
const PATIENCE = 5_000;
/** The same once some process has made the run wait. */
const LATER_PATIENCE = 2_000;
/** So many seconds each run has for itself, unless it was allowed fewer. */
const FAIR = 15;

/** So many milliseconds the end of a child that was killed is waited for, with so many between two looks. */
const SOON = 500;
const PAUSE = 10;

/** What of `@ns-graph/sys` is needed. */
export interface Sys {
  readonly createProbe: (options: ProbeOptions) => Probe;
  readonly Watchdog: typeof Watchdog;
  readonly reapChild: (pid: number) => boolean;
}

/**
 * Makes a probe whose reading a watchdog guards: a process that makes whoever looks at it wait does not end the run, which goes
 * on without it. Only who may look at processes of others can be made to wait.
 *
 * @param child A process that this one has started and that does not outlive it.
 */
export async function openWatched(
  sys: Sys,
  options: ProbeOptions,
  news: News | undefined,
  child?: number,
): Promise<Probe> {
  const { seconds = DEFAULT_SECONDS } = options;
  const handover = news === undefined ? firstHandover() : await readHandover(news, seconds * 1000);
  const spent = (clock() - handover.since) / 1000;
  const told: ProbeOptions = {
    ...options,
    seconds: Math.max(seconds - spent, Math.min(seconds, FAIR)),
    leaveOut: leaveOutOf(handover),
  };
  const mayWait = seconds !== Number.POSITIVE_INFINITY && mayBeginAnew(handover) && mayReadOthers();
  const watchdog = mayWait ? startWatchdog(sys, { ...handover, child }, seconds * 1000) : undefined;
  // After the watchdog, which has to be the first who calls libc (koffi).
  if (handover.child !== undefined) await reap(sys, handover.child);
  if (watchdog === undefined) return sys.createProbe(told);
  try {
    const probe = sys.createProbe({ ...told, watch: watchdog });
    const close = probe.close.bind(probe);
    return Object.assign(probe, {
      close: () => {
        close();
        watchdog.end();
      },
    });
  } catch (error) {
    watchdog.end();
    throw error;
  }
}

/** Waits for the child of the run before, so that it is neither seen nor left behind as a zombie. */
async function reap({ reapChild }: Sys, child: number): Promise<void> {
  const { setTimeout: sleep } = await import("node:timers/promises");
  for (const end = clock() + SOON; !reapChild(child) && clock() < end; ) await sleep(PAUSE);
}

function startWatchdog({ Watchdog }: Sys, handover: Handover, timeout: number): Watchdog | undefined {
  const usual = handover.takeovers === 0 ? PATIENCE : LATER_PATIENCE * handover.slowness;
  const patience = Math.min(usual, timeout);
  const args = process.argv.slice(1);
  return Watchdog.start({
    patience,
    program: process.execPath,
    args: [process.argv0, ...process.execArgv, ...args],
    descriptors: [0, 1, 2, ...args.flatMap(descriptorsIn)],
    variable: HANDOVER,
    note: JSON.stringify({ ...handover, begun: clock(), patience } satisfies Handover),
  });
}

/** The descriptors that an argument names, as `/dev/fd/3` does. */
function descriptorsIn(arg: string): number[] {
  return [...arg.matchAll(/\/fd\/(\d{1,7})/g)].map(([, number]) => Number(number));
}

const CAP_SYS_PTRACE = 19n;

/** Whether this process may look at those of other users, on Linux. */
function mayReadOthers(): boolean {
  if (process.platform !== "linux") return false;
  if (process.geteuid?.() === 0) return true;
  try {
    const mask = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync("/proc/self/status", "latin1"))?.[1] ?? "0";
    return ((BigInt(`0x${mask}`) >> CAP_SYS_PTRACE) & 1n) === 1n;
  } catch {
    return false;
  }
}
