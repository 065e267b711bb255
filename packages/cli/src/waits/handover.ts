import type { LeaveOut } from "@ns-graph/sys";
import type { Handover } from "./watched-reading.js";

/** The variable by which a run learns from the one that it takes over. */
export const HANDOVER = "NS_GRAPH_HANDOVER";

/** What the variable says, which is taken away: it is for nobody that this run starts. */
export function takeHandover(env: NodeJS.ProcessEnv): Handover | undefined {
  const text = env[HANDOVER];
  if (text === undefined) return undefined;
  delete env[HANDOVER];
  try {
    const handover: unknown = JSON.parse(text);
    return isHandover(handover) ? handover : undefined;
  } catch {
    return undefined;
  }
}

function isHandover(value: unknown): value is Handover {
  if (typeof value !== "object" || value === null) return false;
  const {
    since,
    takeovers,
    processes,
    uids,
    mountNamespaces,
    allMounts = false,
    from = 0,
  } = value as Partial<Record<string, unknown>>;
  const isPair = (pair: unknown): boolean => isNumbers(pair) && pair.length === 2;
  return (
    isNumbers([since, takeovers, from]) &&
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
