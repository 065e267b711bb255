import { existsSync } from "node:fs";
import {
  DEFAULT_LIMITS,
  DEFAULT_SECONDS,
  type Finding,
  NAMESPACE_TYPES,
  type NamespaceType,
  NsGraphError,
  type Probe,
  ProbeUse,
  type Problem,
  parseNamespaceId,
  type ScanLimits,
  type Source,
} from "@ns-graph/graph";
import { Asking, type LeaveOut } from "../budget/asking.js";
import { DescriptorBudget } from "../budget/descriptor-budget.js";
import { ScanBudget } from "../budget/scan-budget.js";
import { readMachineUsers } from "../facts/machine-users.js";
import { readFacts } from "../facts/read-facts.js";
import { errnoName } from "../kernel/errno.js";
import { Interfaces } from "../kernel/interfaces.js";
import { AT_FDCWD, closeFd, listNumbers, O_DIRECTORY, openAt, setAlarm, statusAt } from "../kernel/libc.js";
import type { Watch } from "../kernel/watchdog.js";
import { findRingSockets } from "../places/anonymous.js";
import { joinFindings } from "../places/findings.js";
import { KnownSockets } from "../places/known-sockets.js";
import { KnownTrees } from "../places/known-trees.js";
import { searchTrees } from "../places/mount-tree.js";
import { OF_KERNEL, OF_MOUNT_NAMESPACES } from "../places/table.js";
import { LeadingThreads } from "../processes/leading-threads.js";
import { Memberships } from "../processes/memberships.js";
import { ProcessReader } from "../processes/process-reader.js";
import { OpenNamespaces } from "./open-namespaces.js";
import type { ScanContext } from "./scan-context.js";
import { insist, isForeignProc, ownPidInProc, readHost, readOwnLinks, readViewer, showsMachine } from "./viewer.js";

/** How much a probe looks at. */
export interface ProbeOptions {
  /** What differs from the usual limits. */
  readonly limits?: Partial<ScanLimits>;
  /**
   * How many seconds after the probe was made the search for what holds namespaces ends, and after twice as many the reading of
   * processes; 60 by default, Infinity for no limit. What was left out is counted among the problems.
   */
  readonly seconds?: number;
  /**
   * Whether the kernel ends this program by SIGALRM (alarm(2)) should a call not have come back after three times `seconds`:
   * there are processes that make whoever looks at them wait until a fatal signal (`watch` is for going on without them). False by default; for programs that do
   * nothing else.
   */
  readonly alarm?: boolean;
  /** What is not asked, because whoever asks it waits: that is a problem of its own (`PROCESS_WAITS`). */
  readonly leaveOut?: LeaveOut;
  /** Is told what is asked, and that it goes on: a `Watchdog`, say. */
  readonly watch?: Watch;
}

/**
 * The kernel this runs on, through /proc, statx(2) and ioctl_ns(2). It only looks: nothing is entered, mounted or written.
 * It is for one survey, and has to be closed: by `close`, or by the end of the block that it was declared in with `using`.
 *
 * @example
 * import { buildGraph, survey } from "@ns-graph/graph";
 * import { createProbe } from "@ns-graph/sys";
 *
 * const probe = createProbe({ seconds: 10 });
 * try {
 *   const graph = buildGraph(survey(probe));
 *   console.log(graph.namespaces().length, "namespaces", graph.complete ? "" : "at least");
 * } finally {
 *   probe.close();
 * }
 *
 * @throws NsGraphError `NOT_LINUX` elsewhere, `NO_PROC` where /proc is missing or has no namespaces,
 *   `READ_FAILED` where koffi can't be loaded.
 */
export function createProbe({
  limits = {},
  seconds = DEFAULT_SECONDS,
  alarm = false,
  leaveOut = {},
  watch,
}: ProbeOptions = {}): Probe & Disposable {
  if (process.platform !== "linux") {
    throw new NsGraphError("NOT_LINUX", `namespaces are read from Linux's /proc, and this is ${process.platform}`, {
      hint: "A document saved on Linux (--format json) can be drawn here with --from FILE.",
    });
  }
  const probe = openProbe(
    new ScanBudget({ ...DEFAULT_LIMITS, ...limits }, seconds, watch),
    new Asking(leaveOut, watch),
  );
  if (alarm && seconds !== Number.POSITIVE_INFINITY) setAlarm(Math.ceil(seconds * 3) + 1);
  return probe;
}

const NOTHING: Finding = Object.freeze({ sightings: [], problems: [] });

function openProbe(work: ScanBudget, asking: Asking): Probe & Disposable {
  const use = new ProbeUse();
  const own = readOwnLinks();
  const types = NAMESPACE_TYPES.filter((type) => own.has(type) || existsSync(`/proc/self/ns/${type}`));
  const nsfsDev = findNsfsDevice(types);
  if (nsfsDev === undefined) throw noProc(existsSync("/proc/1"));
  const interfaces = new Interfaces();
  const budget = new DescriptorBudget();
  const memberships = new Memberships(nsfsDev);
  const context: ScanContext = {
    types,
    nsfsDev,
    memberships,
    own: memberships.of(Float64Array.from(NAMESPACE_TYPES, (type) => own.get(type) ?? 0)),
    isProcForeign: isForeignProc(),
    namespaces: new OpenNamespaces(budget, interfaces, use),
    budget,
    work,
    interfaces,
    leading: new LeadingThreads(),
    sockets: new KnownSockets(),
    trees: new KnownTrees(),
    ringSockets: [],
    asking,
  };
  const reader = new ProcessReader(context, ownPidInProc() ?? process.pid);
  /** What a call answers where there is still time for it; else it is counted as one of `what`. */
  const inTime = <T>(end: "isOver" | "isLongOver", what: string, nothing: T, answer: () => T): T => {
    use.check();
    if (!work[end]) return answer();
    work.skip(what);
    return nothing;
  };
  return {
    types,
    host: () => {
      use.check();
      return readHost();
    },
    viewer: () => {
      use.begin();
      return readViewer(context.own, work.share());
    },
    users: () => {
      use.check();
      return readMachineUsers(context.own, showsMachine(context));
    },
    pids: () => {
      use.check();
      const pids: number[] = [];
      const failed = insist(() => listPids(pids));
      const problems: Problem[] =
        failed < 0 ? [{ code: "PROC_UNREADABLE", path: "/proc", errno: errnoName(-failed) }] : [];
      work.expect(pids.length);
      return { pids: [...new Set(pids)].sort((a, b) => a - b), sightings: [], problems };
    },
    readProcess: (pid, request) => {
      use.check();
      if (!work.isLongOver && !asking.isBeyond(pid)) return reader.read(pid, request);
      work.skip("processes");
      return undefined;
    },
    openMember: (pid, type, id) => {
      use.check();
      return reader.open(pid, type, id);
    },
    readMounts: (id, members) =>
      inTime("isOver", "mount namespaces", NOTHING, () => {
        if (!asking.beginMounts(parseNamespaceId(id)?.ino ?? 0)) {
          const problem: Problem = { code: "MOUNTS_UNREADABLE", namespace: id, type: "mnt", errno: "ETIMEDOUT" };
          return { sightings: [], problems: [problem] };
        }
        const all = [...members, ...context.leading.to(id)];
        const found = OF_MOUNT_NAMESPACES.map((place) => place.search(context, id, all));
        asking.beginMounts(0);
        return joinFindings(found);
      }),
    readKernelLists: ({ sources }) =>
      inTime("isOver", "lists", NOTHING, () => {
        asking.end();
        return joinFindings([findInLists(context, sources), searchTrees(context), findRingSockets(context)]);
      }),
    readFacts: (id, type, members, facts) =>
      inTime("isLongOver", "facts", { facts: {}, problems: [] }, () => readFacts(context, id, type, members, facts)),
    remarks: () => {
      use.check();
      // It is what a survey asks last.
      asking.end();
      return [asking, interfaces, budget, work].flatMap((part) => part.problems());
    },
    close: () => {
      use.end();
      asking.end();
      reader.close();
      budget.close();
      setAlarm(0);
    },
    [Symbol.dispose]() {
      this.close();
    },
  };
}

/** What the first of the kernel's own lists that it has, and that is wanted, has. */
function findInLists(context: ScanContext, sources: ReadonlySet<Source>): Finding {
  for (const { source, standsInFor, search } of OF_KERNEL) {
    const isWanted = sources.has(source) || (standsInFor !== undefined && sources.has(standsInFor));
    const found = isWanted ? search(context) : undefined;
    if (found !== undefined) return found;
  }
  return NOTHING;
}

function noProc(isShown: boolean): NsGraphError {
  return isShown
    ? new NsGraphError(
        "NO_PROC",
        "/proc shows another PID namespace than the one this runs in, and this process is not in it",
        {
          hint: "Mount a fresh one first: unshare --mount-proc, or mount -t proc proc /proc in a mount namespace of your own.",
        },
      )
    : new NsGraphError("NO_PROC", "there is no /proc with namespaces here", {
        hint: "Mount one: mount -t proc proc /proc",
      });
}

/** st_dev of nsfs, from the first of the viewer's own namespaces that shows it. */
function findNsfsDevice(types: readonly NamespaceType[]): number | undefined {
  for (const type of types) {
    const status = insist(() => statusAt(AT_FDCWD, `/proc/self/ns/${type}`));
    if (typeof status !== "number") return status.dev;
  }
  return undefined;
}

function listPids(pids: number[]): number {
  const directory = openAt(AT_FDCWD, "/proc", O_DIRECTORY);
  if (directory < 0) return directory;
  const result = listNumbers(directory, pids);
  closeFd(directory);
  return result;
}
