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
} from "@ns-graph/graph";
import { Asking, type LeaveOut } from "../budget/asking.js";
import { DescriptorBudget } from "../budget/descriptor-budget.js";
import { ScanBudget } from "../budget/scan-budget.js";
import { readFacts } from "../facts/read-facts.js";
import { readUsers } from "../facts/users.js";
import { errnoName } from "../kernel/errno.js";
import { Interfaces } from "../kernel/interfaces.js";
import { AT_FDCWD, closeFd, listNumbers, O_DIRECTORY, openAt, setAlarm, statusAt } from "../kernel/libc.js";
import type { Watch } from "../kernel/watchdog.js";
import { KnownSockets } from "../places/known-sockets.js";
import { OF_KERNEL, OF_MOUNT_NAMESPACES } from "../places/table.js";
import { Memberships } from "../processes/memberships.js";
import { ProcessReader } from "../processes/process-reader.js";
import { ThreadsApart } from "../processes/threads-apart.js";
import { OpenNamespaces } from "./open-namespaces.js";
import type { ScanContext } from "./scan-context.js";
import { insist, isForeignProc, ownPidInProc, readHost, readOwnLinks, readViewer } from "./viewer.js";

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
  const probe = new LinuxProbe(
    new ScanBudget({ ...DEFAULT_LIMITS, ...limits }, seconds, watch),
    new Asking(leaveOut, watch),
  );
  if (alarm && seconds !== Number.POSITIVE_INFINITY) setAlarm(Math.ceil(seconds * 3) + 1);
  return probe;
}

const NOTHING: Finding = Object.freeze({ sightings: [], problems: [] });

class LinuxProbe implements Probe, Disposable {
  readonly #use = new ProbeUse();
  readonly types: readonly NamespaceType[];
  readonly #context: ScanContext;
  readonly #reader: ProcessReader;

  constructor(work: ScanBudget, asking: Asking) {
    const own = readOwnLinks();
    this.types = NAMESPACE_TYPES.filter((type) => own.has(type) || existsSync(`/proc/self/ns/${type}`));
    const nsfsDev = findNsfsDevice(this.types);
    if (nsfsDev === undefined) {
      const shown = existsSync("/proc/1");
      throw new NsGraphError(
        "NO_PROC",
        shown
          ? "/proc shows another PID namespace than the one this runs in, and this process is not in it"
          : "there is no /proc with namespaces here",
        {
          hint: shown
            ? "Mount a fresh one first: unshare --mount-proc, or mount -t proc proc /proc in a mount namespace of your own."
            : "Mount one: mount -t proc proc /proc",
        },
      );
    }
    const interfaces = new Interfaces();
    const budget = new DescriptorBudget();
    const memberships = new Memberships(nsfsDev);
    this.#context = {
      types: this.types,
      nsfsDev,
      memberships,
      own: memberships.of(Float64Array.from(NAMESPACE_TYPES, (type) => own.get(type) ?? 0)),
      isProcForeign: isForeignProc(),
      namespaces: new OpenNamespaces(budget, interfaces, this.#use),
      budget,
      work,
      interfaces,
      threads: new ThreadsApart(),
      sockets: new KnownSockets(),
      asking,
    };
    this.#reader = new ProcessReader(this.#context, ownPidInProc() ?? process.pid);
  }

  host: Probe["host"] = () => {
    this.#use.check();
    return readHost();
  };

  viewer: Probe["viewer"] = () => {
    this.#use.begin();
    return readViewer(this.#context.own, this.#context.work.share());
  };

  users: Probe["users"] = () => {
    this.#use.check();
    return readUsers();
  };

  pids: Probe["pids"] = () => {
    this.#use.check();
    const pids: number[] = [];
    const failed = insist(() => listPids(pids));
    const problems: Problem[] =
      failed < 0 ? [{ code: "PROC_UNREADABLE", path: "/proc", errno: errnoName(-failed) }] : [];
    this.#context.work.expect(pids.length);
    return { pids: [...new Set(pids)].sort((a, b) => a - b), sightings: [], problems };
  };

  readProcess: Probe["readProcess"] = (pid, request) => {
    this.#use.check();
    const { work, asking } = this.#context;
    if (!work.isLongOver && !asking.isBeyond(pid)) return this.#reader.read(pid, request);
    work.skip("processes");
    return undefined;
  };

  openMember: Probe["openMember"] = (pid, type, id) => {
    this.#use.check();
    return this.#reader.open(pid, type, id);
  };

  readMounts: Probe["readMounts"] = (id, members) => {
    this.#use.check();
    const { work, threads, asking } = this.#context;
    if (work.isOver) {
      work.skip("mount namespaces");
      return NOTHING;
    }
    if (!asking.beginMounts(parseNamespaceId(id)?.ino ?? 0)) {
      const problem: Problem = { code: "MOUNTS_UNREADABLE", namespace: id, type: "mnt", errno: "ETIMEDOUT" };
      return { sightings: [], problems: [problem] };
    }
    const all = [...members, ...threads.in(id)];
    const found = OF_MOUNT_NAMESPACES.map((place) => place.search(this.#context, id, all));
    asking.beginMounts(0);
    return {
      sightings: found.flatMap(({ sightings }) => sightings),
      problems: found.flatMap(({ problems }) => problems),
    };
  };

  readKernelLists: Probe["readKernelLists"] = ({ sources }): Finding => {
    this.#use.check();
    if (this.#context.work.isOver) {
      this.#context.work.skip("lists");
      return NOTHING;
    }
    this.#context.asking.end();
    for (const { source, standsInFor, search } of OF_KERNEL) {
      const isWanted = sources.has(source) || (standsInFor !== undefined && sources.has(standsInFor));
      const found = isWanted ? search(this.#context) : undefined;
      if (found !== undefined) return found;
    }
    return NOTHING;
  };

  readFacts: Probe["readFacts"] = (id, type, members, facts) => {
    this.#use.check();
    if (!this.#context.work.isLongOver) return readFacts(this.#context, id, type, members, facts);
    this.#context.work.skip("facts");
    return { facts: {}, problems: [] };
  };

  remarks: Probe["remarks"] = () => {
    this.#use.check();
    const { interfaces, budget, work, asking } = this.#context;
    // It is what a survey asks last.
    asking.end();
    return [...asking.problems(), ...interfaces.problems(), ...budget.problems(), ...work.problems()];
  };

  close(): void {
    this.#use.end();
    this.#context.asking.end();
    this.#reader.close();
    this.#context.budget.close();
    setAlarm(0);
  }

  [Symbol.dispose](): void {
    this.close();
  }
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
