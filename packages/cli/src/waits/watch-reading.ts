import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { DEFAULT_SECONDS, type Probe } from "@ns-graph/graph";
import type { ProbeOptions } from "@ns-graph/sys";
import { leaveOutOf } from "./handover.js";
import { clock, type Handover, Stage, type WatchedReading } from "./watched-reading.js";

/** So many milliseconds without any progress the answer to one question is waited for. */
const PATIENCE = 5_000;
/** The same once some process has made the run wait. */
const LATER_PATIENCE = 2_000;
/** So many seconds each run has for itself, unless it was allowed fewer. */
const FAIR = 15;

/**
 * Makes a probe whose reading a thread watches: a process that makes whoever looks at it wait does not end the run, which goes
 * on without it. Only who may look at processes of others can be made to wait.
 */
export function openWatched(
  createProbe: (options: ProbeOptions) => Probe,
  options: ProbeOptions,
  handed: Handover | undefined,
): Probe {
  const { seconds = DEFAULT_SECONDS } = options;
  const handover: Handover = handed ?? {
    since: clock(),
    takeovers: 0,
    processes: [],
    uids: [],
    mountNamespaces: [],
  };
  const spent = (clock() - handover.since) / 1000;
  const told: ProbeOptions = {
    ...options,
    seconds: Math.max(seconds - spent, Math.min(seconds, FAIR)),
    leaveOut: leaveOutOf(handover),
  };
  if (seconds === Number.POSITIVE_INFINITY || !mayReadOthers()) return createProbe(told);
  const asked = new Uint32Array(new SharedArrayBuffer(2 * Uint32Array.BYTES_PER_ELEMENT));
  const stage = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const probe = createProbe({ ...told, asked });
  const patience = Math.min(handover.takeovers === 0 ? PATIENCE : LATER_PATIENCE, seconds * 1000);
  startWatching({
    asked,
    stage,
    patience,
    timeout: seconds * 1000,
    program: process.execPath,
    args: [process.argv0, ...process.execArgv, ...process.argv.slice(1)],
    handover,
  });
  const close = probe.close.bind(probe);
  return Object.assign(probe, {
    close: () => {
      close();
      endWatching(stage);
    },
  });
}

function startWatching(reading: WatchedReading): void {
  const { Worker } = process.getBuiltinModule("node:worker_threads");
  try {
    const worker = new Worker(fileURLToPath(new URL("./watcher.js", import.meta.url)), {
      workerData: reading,
      // Nothing of what the program was started with is loaded there, unless packages are not found without it.
      execArgv: process.versions.pnp === undefined ? [] : process.execArgv,
      env: {},
      stdin: false,
      trackUnmanagedFds: false,
    });
    worker.unref();
    // What can't be watched is read all the same, and ended by SIGALRM.
    worker.on("error", () => undefined);
  } catch {
    // Node's permission model may forbid it.
  }
}

function endWatching(stage: Int32Array<SharedArrayBuffer>): void {
  const before = Atomics.compareExchange(stage, 0, Stage.reading, Stage.over);
  Atomics.notify(stage, 0);
  // This program is about to be replaced.
  if (before === Stage.takenOver) Atomics.wait(stage, 0, Stage.takenOver);
}

const CAP_SYS_PTRACE = 19n;

/** Whether this process may look at those of other users. */
function mayReadOthers(): boolean {
  if (process.geteuid?.() === 0) return true;
  try {
    const mask = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync("/proc/self/status", "latin1"))?.[1] ?? "0";
    return ((BigInt(`0x${mask}`) >> CAP_SYS_PTRACE) & 1n) === 1n;
  } catch {
    return false;
  }
}
