import { statSync } from "node:fs";
import type { LeaveOut, News } from "@ns-graph/sys";

/** What a run that goes on in the place of another knows from those before it. */
export interface Handover {
  /** When the first one began to read, by the clock that process.hrtime(2) reads, in milliseconds. */
  readonly since: number;
  /** How often it was begun anew. */
  readonly takeovers: number;
  /** When the last one began, by the same clock, and so many milliseconds it would have waited for one answer. */
  readonly begun: number;
  readonly patience: number;
  /** So many times as long as usual the next answer is waited for: nothing waited although it was begun anew. */
  readonly slowness: number;
  /** Processes that made it wait, and whose they are. */
  readonly processes: readonly (readonly [pid: number, uid: number])[];
  /** Users whose processes are all left out. */
  readonly uids: readonly number[];
  /** Mount namespaces, by inode number, whose mounts are not looked for. */
  readonly mountNamespaces: readonly number[];
  /** Whether no mounts are looked for any more. */
  readonly allMounts?: boolean;
  /** Processes from this PID on are left out. */
  readonly from?: number;
  /** A child of the run before, which ended together with that, and which nobody else waits for. */
  readonly child?: number | undefined;
}

/** Milliseconds on a clock that goes on when a run is begun anew. */
export function clock(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}

/** What the first run knows. */
export function firstHandover(): Handover {
  const now = clock();
  return {
    since: now,
    begun: now,
    patience: 0,
    takeovers: 0,
    slowness: 1,
    processes: [],
    uids: [],
    mountNamespaces: [],
  };
}

/** What a run that was begun anew goes on from; `timeout` is its own, in milliseconds. */
export async function readHandover({ note, pid, mountNamespace, waited }: News, timeout: number): Promise<Handover> {
  const before = parseHandover(note);
  if (before === undefined) return firstHandover();
  // Something is wrong with the watch itself.
  if (clock() - before.begun < before.patience / 2)
    return { ...before, takeovers: before.takeovers + 1, slowness: NEVER };
  if (!waited || pid === 0) return { ...before, takeovers: before.takeovers + 1, slowness: before.slowness * 2 };
  const isLate = clock() - before.since > timeout * 2;
  return nextHandover(before, { pid, uid: await findUser(pid), mountNamespace }, isLate);
}

function parseHandover(text: string): Handover | undefined {
  try {
    const handover: unknown = JSON.parse(text);
    return isHandover(handover) ? handover : undefined;
  } catch {
    return undefined;
  }
}

/** So many milliseconds the answer to whose process it is may take. */
const SOON = 500;

/**
 * Who started a process, asked with modules that other runs need not load: `status` is not known to wait, but would be waited for here. The owner of its folder in /proc
 * is the next best (root where the process lets itself not be looked at).
 */
async function findUser(pid: number): Promise<number> {
  const [{ readFile }, { setTimeout: sleep }] = await Promise.all([
    import("node:fs/promises"),
    import("node:timers/promises"),
  ]);
  const status = await Promise.race([readFile(`/proc/${pid}/status`, "latin1").catch(() => ""), sleep(SOON, "")]);
  const uids = /^Uid:\t(\d+)\t(\d+)/m.exec(status);
  if (uids === null) return statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid ?? 0;
  // A process of root's that has become somebody's is theirs.
  return Number(uids[1]) || Number(uids[2]);
}

function isHandover(value: unknown): value is Handover {
  if (typeof value !== "object" || value === null) return false;
  const {
    since,
    takeovers,
    begun,
    patience,
    slowness,
    processes,
    uids,
    mountNamespaces,
    allMounts = false,
    from = 0,
    child = 1,
  } = value as Partial<Record<string, unknown>>;
  const isPair = (pair: unknown): boolean => isNumbers(pair) && pair.length === 2;
  return (
    isNumbers([since, begun, takeovers, slowness, from, child]) &&
    typeof patience === "number" &&
    (slowness as number) > 0 &&
    // waitpid(2) takes others for whole groups.
    (child as number) > 0 &&
    (since as number) <= clock() &&
    isNumbers(uids) &&
    isNumbers(mountNamespaces) &&
    typeof allMounts === "boolean" &&
    Array.isArray(processes) &&
    processes.every(isPair)
  );
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item));
}

/** What of it a probe is told. */
export function leaveOutOf({ processes, uids, mountNamespaces, allMounts = false, from }: Handover): LeaveOut {
  const pids = processes.map(([pid]) => pid);
  return { pids, uids, mountNamespaces, allMounts, ...(from === undefined ? {} : { from }) };
}

/** The most that one run takes over from another, before what was not read yet is left out. */
const MOST_TAKEOVERS = 32;
/** Some more may be needed for what nobody can be named for; then SIGALRM has the last word. */
const LAST_TAKEOVER = 40;
const SLOWEST = 8;
const NEVER = 2 * SLOWEST;

/** Whether a run that has such a handover may be begun anew once more. */
export function mayBeginAnew({ takeovers, slowness }: Handover): boolean {
  return takeovers < LAST_TAKEOVER && slowness <= SLOWEST;
}

/** So many mount namespaces are left out one by one; with one more no mounts are looked for. */
const MOST_MOUNT_NAMESPACES = 7;

/**
 * What the next run is to leave out, after `pid`, a process of `uid`, made this one wait: the process, or where the mounts of
 * a namespace were looked for through it, those. Of a user but root of whom two processes do that, all are left out.
 */
export function nextHandover(
  before: Handover,
  waiting: { readonly pid: number; readonly uid: number; readonly mountNamespace: number },
  isLate: boolean,
): Handover {
  const { processes, uids, mountNamespaces, takeovers } = before;
  const { pid, uid, mountNamespace } = waiting;
  const next = { ...before, takeovers: takeovers + 1 };
  const isEnough = isLate || takeovers >= MOST_TAKEOVERS;
  if (mountNamespace !== 0)
    return {
      ...next,
      mountNamespaces: [...mountNamespaces, mountNamespace],
      ...(isEnough || mountNamespaces.length >= MOST_MOUNT_NAMESPACES ? { allMounts: true } : {}),
    };
  const isWorse = uid !== 0 && processes.some(([, owner]) => owner === uid);
  return {
    ...next,
    processes: [...processes, [pid, uid]],
    ...(isWorse ? { uids: [...uids, uid] } : {}),
    ...(isEnough ? { from: pid } : {}),
  };
}
