import {
  type Membership,
  mayLeadSandbox,
  type NamespaceId,
  type NamespaceType,
  type Opened,
  type Problem,
  type Process,
  type ProcessReading,
  type SurveyRequest,
} from "@ns-graph/graph";
import { principalOfProcess, SOMEBODY } from "../budget/principal.js";
import type { Share } from "../budget/scan-budget.js";
import { decodeBytes } from "../kernel/bytes.js";
import { EACCES, EFBIG, ENOENT, ESRCH, errnoName } from "../kernel/errno.js";
import { AT_FDCWD, closeFd, O_DIRECTORY, O_PATH, openAt, readFileAt, readStartAt, statusAt } from "../kernel/libc.js";
import { findDescriptors } from "../places/descriptor.js";
import { Findings } from "../places/findings.js";
import { findForChildren } from "../places/for-children.js";
import { SocketSearch } from "../places/socket.js";
import { findThread } from "../places/thread.js";
import { openLink, type ScanContext, type ScannedProcess } from "../scan/scan-context.js";
import { parseCgroupFile } from "./cgroup-file.js";
import { Executables } from "./executables.js";
import { readByPidfd } from "./membership-by-pidfd.js";
import { NamespaceLinks } from "./namespace-links.js";
import { hasGone, mayBeExecuting } from "./proc-directory.js";
import { parseStatusFile, type StatusFile } from "./status-file.js";
import { listThreads, mainThread, type Thread } from "./thread-list.js";

const NOTHING: readonly never[] = Object.freeze([]);

/** The longest command line that is shown whole: a single argument may be so long (MAX_ARG_STRLEN, linux/binfmts.h). */
const LONGEST_COMMAND_LINE = 131_072;
/** Of every process so much of it may be kept. */
const USUAL_COMMAND_LINE = 4096;

/** So many milliseconds later it is looked whether a process is still in the middle of execve(2). */
const PAUSES = [1, 4, 15];
const PAUSING = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Reads processes, one at a time. */
export class ProcessReader {
  readonly #context: ScanContext;
  readonly #self: number;
  readonly #sockets = new SocketSearch();
  readonly #executables = new Executables();
  readonly #cgroupPaths = new Map<string, string | undefined>();
  #lastCgroup = Buffer.alloc(0);
  #lastCgroupPath: string | undefined;
  readonly #links: NamespaceLinks;
  /** A descriptor of /proc, where paths begin: the kernel looks up each piece of a path. The whole path without one. */
  #proc = AT_FDCWD;
  #prefix = "/proc/";
  /** So many milliseconds may yet be spent on waiting. */
  #patience = 1_000;
  /** The directory of the process that was read last, for opening what its links named. */
  #directory = -1;
  #pid = -1;

  /** `self` is the PID of this process as /proc has it. */
  constructor(context: ScanContext, self: number) {
    this.#context = context;
    this.#self = self;
    this.#links = new NamespaceLinks(context.types);
    const proc = openAt(AT_FDCWD, "/proc", O_PATH | O_DIRECTORY);
    if (proc < 0) return;
    this.#proc = proc;
    this.#prefix = "";
  }

  close(): void {
    this.#closeDirectory();
    if (this.#proc >= 0) closeFd(this.#proc);
    this.#proc = AT_FDCWD;
    this.#prefix = "/proc/";
  }

  #closeDirectory(): void {
    if (this.#directory >= 0) closeFd(this.#directory);
    this.#directory = -1;
    this.#pid = -1;
  }

  /** `Probe.readProcess`. */
  read(pid: number, request: SurveyRequest): ProcessReading | undefined {
    this.#closeDirectory();
    if (!this.#context.asking.begin(pid)) return this.#leaveOut(pid);
    const { facts, sources } = request;
    // Where nothing but the links is wanted, one path each is cheaper than a directory to begin at.
    const linksOnly = sources.size === 1 && !facts.has("status") && !facts.has("cgroup") && !facts.has("command-line");
    const findings = new Findings();
    if (linksOnly) {
      const namespaces = this.#readMembership(pid, findings.problems);
      return namespaces && { process: { pid, namespaces }, sightings: NOTHING, problems: findings.problems };
    }
    const directory = this.#openDirectory(pid);
    if (directory === -ENOENT || directory === -ESRCH) return undefined;
    if (directory < 0) {
      const problem: Problem = { code: "PROCESS_UNREADABLE", pid, errno: errnoName(-directory) };
      return { process: { pid, namespaces: this.#nowhere() }, sightings: NOTHING, problems: [problem] };
    }
    const process = this.#readOpened(pid, request, findings);
    if (process === undefined) return undefined;
    findings.finish({ pid });
    return { process, sightings: findings.sightings, problems: findings.problems };
  }

  /** What can be told of a process without asking it: its namespaces, where the kernel has them at a pidfd (Linux 6.11). */
  #leaveOut(pid: number): ProcessReading | undefined {
    // That something of it is missing is said already.
    const namespaces = readByPidfd(this.#context, pid, undefined, new Findings());
    return namespaces && { process: { pid, namespaces }, sightings: NOTHING, problems: NOTHING };
  }

  /** Reads the process whose directory is open; undefined where it has gone. */
  #readOpened(pid: number, { facts, sources }: SurveyRequest, findings: Findings): Process | undefined {
    const context = this.#context;
    const { work } = context;
    let uid = SOMEBODY;
    let userNamespace: NamespaceId | undefined;
    const share = work.share(() => principalOfProcess(context, this.#directory, userNamespace, uid));
    // Before the links, which nobody can read of a process in the middle of execve(2) without waiting for its end.
    const before = facts.has("status") ? this.#readStatus(pid, share, findings) : undefined;
    if (before === "gone") return undefined;
    if (before !== undefined) uid = before.user;
    const mayExecute = before === undefined ? mayBeExecuting(this.#directory) : before.isExecuting;
    const isExecuting = mayExecute && this.#isStillExecuting(pid, share, findings);
    const membership = isExecuting
      ? readByPidfd(this.#context, pid, this.#directory, findings)
      : this.#readMembership(pid, findings.problems);
    if (membership === undefined) return undefined;
    userNamespace = membership.user;
    const hasEnded =
      before !== undefined && before.state !== "Z" && membership.mnt === undefined && this.#links.isZombie();
    const status = hasEnded ? this.#readStatus(pid, share, findings) : before;
    if (status === "gone") return undefined;
    const process = this.#describe(pid, membership, status, facts, share, findings);
    if (process === undefined || sources.size === 1 || isExecuting) return process;
    if (work.isOver) work.skip("holders");
    else this.#search(pid, membership, status, sources, share, findings);
    return process;
  }

  /** `Probe.openMember`. */
  open(pid: number, type: NamespaceType, id: NamespaceId): Opened {
    const known = this.#context.namespaces.get(id);
    if (known !== undefined && known.fd >= 0) return { state: "open", handle: known };
    if (!this.#context.asking.begin(pid))
      return { state: "failed", problem: { code: "NAMESPACE_UNREADABLE", namespace: id, type, pid } };
    if (this.#pid !== pid) {
      this.#closeDirectory();
      const directory = this.#openDirectory(pid);
      if (directory === -ENOENT || directory === -ESRCH) return { state: "gone" };
      if (directory < 0)
        return {
          state: "failed",
          problem: { code: "NAMESPACE_UNREADABLE", namespace: id, type, pid, errno: errnoName(-directory) },
        };
    }
    const opened = openLink(this.#context, this.#directory, `ns/${type}`, type, id, { pid });
    if (opened.state !== "failed") return opened;
    const { errno } = opened.problem;
    // It has ended (a zombie's links are gone too): what it was in has to be read again.
    if (errno === "ENOENT" || errno === "ESRCH") return { state: "gone" };
    return errno === "EACCES" && hasGone(this.#directory, -EACCES) ? { state: "gone" } : opened;
  }

  #openDirectory(pid: number): number {
    const directory = this.#context.budget.open(() =>
      openAt(this.#proc, `${this.#prefix}${pid}`, O_PATH | O_DIRECTORY),
    );
    if (directory >= 0) {
      this.#directory = directory;
      this.#pid = pid;
    }
    return directory;
  }

  /** Whether a process that may be in the middle of execve(2) is, and stays there; mostly that is over at once. */
  #isStillExecuting(pid: number, share: Share, findings: Findings): boolean {
    for (const pause of PAUSES) {
      // Not for each of very many.
      if (this.#patience > 0) Atomics.wait(PAUSING, 0, 0, pause);
      this.#patience -= pause;
      const status = this.#readStatus(pid, share, findings);
      if (status === undefined || status === "gone" || !status.isExecuting) return false;
    }
    this.#context.asking.avoidExecuting(pid);
    findings.fail({ code: "PROCESS_EXECUTING", pid });
    return true;
  }

  #nowhere(): Membership {
    this.#links.clear();
    return this.#context.memberships.of(this.#links.inodes);
  }

  /** The links; undefined where the process has gone. */
  #readMembership(pid: number, problems: Problem[]): Membership | undefined {
    let failures = this.#readLinks(pid);
    // A dead process's links fail as those of one that is just leaving do, and a failure may pass: one more look.
    if (failures > 0) failures = this.#readLinks(pid);
    if (failures > 0) {
      const directory = this.#directory >= 0 ? this.#directory : this.#openDirectory(pid);
      if (directory === -ENOENT || directory === -ESRCH || (directory >= 0 && hasGone(directory, -ENOENT)))
        return undefined;
      problems.push(...this.#links.problems(pid));
    }
    return this.#context.memberships.of(this.#links.inodes);
  }

  #readLinks(pid: number): number {
    return this.#directory >= 0
      ? this.#links.read(this.#directory, "")
      : this.#links.read(this.#proc, `${this.#prefix}${pid}/`);
  }

  #readStatus(pid: number, share: Share, findings: Findings): StatusFile | "gone" | undefined {
    const bytes = this.#readFile(pid, "status", share, findings);
    if (bytes === "gone" || bytes === undefined) return bytes;
    const status = parseStatusFile(bytes);
    if (status === undefined) findings.fail({ code: "FACT_UNREADABLE", what: "status", pid });
    return status;
  }

  #readFile(pid: number, file: string, share: Share, findings: Findings): Buffer | "gone" | undefined {
    const bytes = readFileAt(this.#directory, file, "single", share.bytes);
    return typeof bytes === "number" ? this.#explain(pid, file, bytes, findings) : bytes;
  }

  /** Why a file could not be read. */
  #explain(pid: number, file: string, failed: number, findings: Findings): "gone" | undefined {
    if ((failed === -ENOENT || failed === -ESRCH) && hasGone(this.#directory, failed)) return "gone";
    if (failed === -EFBIG && this.#context.work.isOver) this.#context.work.skip("files");
    else if (failed === -EFBIG) findings.fail({ code: "FILE_TOO_LONG", what: file, pid });
    else findings.fail({ code: "FACT_UNREADABLE", what: file, pid, errno: errnoName(-failed) });
    return undefined;
  }

  /** The command line, its arguments with a blank between two; of a very long one the beginning. */
  #readCommandLine(pid: number, share: Share, findings: Findings): { readonly text: string } | "gone" | undefined {
    const bytes = readStartAt(this.#directory, "cmdline", LONGEST_COMMAND_LINE + 1);
    if (typeof bytes === "number") return this.#explain(pid, "cmdline", bytes, findings);
    const more = bytes.length - USUAL_COMMAND_LINE;
    const granted = more <= 0 ? bytes.length : USUAL_COMMAND_LINE + share.take("bytes", more);
    const most = Math.min(granted, LONGEST_COMMAND_LINE);
    if (bytes.length > most) findings.fail({ code: "COMMAND_LINE_CUT", pid });
    let end = Math.min(bytes.length, most);
    while (end > 0 && bytes[end - 1] === 0) end--;
    return { text: decodeBytes(bytes.subarray(0, end)).replaceAll("\0", " ") };
  }

  #describe(
    pid: number,
    namespaces: Membership,
    status: StatusFile | undefined,
    facts: SurveyRequest["facts"],
    share: Share,
    findings: Findings,
  ): Process | undefined {
    const cgroup = facts.has("cgroup") ? this.#readFile(pid, "cgroup", share, findings) : undefined;
    if (cgroup === "gone") return undefined;
    const path = cgroup && this.#findCgroupPath(cgroup);
    const commandLine = facts.has("command-line") ? this.#readCommandLine(pid, share, findings) : undefined;
    if (commandLine === "gone") return undefined;
    const process: Writable<Process> = { pid, namespaces };
    if (status !== undefined) {
      process.ppid = status.ppid;
      process.comm = status.comm;
      process.uid = status.uid;
      process.state = status.state;
      if (status.kernelThread) process.kernelThread = true;
      if (status.mainThreadExited) process.mainThreadExited = true;
      if (status.ending) process.ending = true;
      if (status.pids !== undefined) process.pids = status.pids;
    }
    if (path !== undefined) process.cgroup = path;
    if (commandLine?.text) process.commandLine = commandLine.text;
    if (status !== undefined && this.#isWorthItsExecutable(process))
      process.executable = this.#executables.read(this.#directory);
    return process;
  }

  /** Only of the few that may lead a sandbox, for it costs calls of its own, and these wait where the links would. */
  #isWorthItsExecutable(process: Process): boolean {
    const { own, asking } = this.#context;
    return process.namespaces !== own && mayLeadSandbox(process) && !asking.avoids(process.pid);
  }

  /** Neighbours in /proc are mostly in the same cgroup, and few of the files differ: each text is taken apart once. */
  #findCgroupPath(bytes: Buffer): string | undefined {
    if (this.#lastCgroup.equals(bytes)) return this.#lastCgroupPath;
    const text = decodeBytes(bytes);
    if (!this.#cgroupPaths.has(text)) this.#cgroupPaths.set(text, parseCgroupFile(text));
    this.#lastCgroup = Buffer.from(bytes);
    this.#lastCgroupPath = this.#cgroupPaths.get(text);
    return this.#lastCgroupPath;
  }

  #search(
    pid: number,
    membership: Membership,
    status: StatusFile | undefined,
    sources: SurveyRequest["sources"],
    share: Share,
    findings: Findings,
  ): void {
    const context = this.#context;
    const process: ScannedProcess = {
      pid,
      isSelf: pid === this.#self,
      directory: this.#directory,
      inodes: this.#links.inodes,
      isZombie: status === undefined ? this.#links.isZombie() : status.state === "Z" || status.state === "X",
      threads: status?.threads ?? this.#countThreads(),
      isUnreadable: Object.keys(membership).length === 0,
      share,
    };
    const forChildren = sources.has("for-children");
    const threads = listThreads(context, process, findings);
    if (sources.has("thread")) for (const thread of threads.others) findThread(context, process, thread, findings);
    if (forChildren) this.#searchForChildren(process, sources.has("thread") ? threads.others : [], findings);
    if (sources.has("fd") || sources.has("socket")) {
      const found = findDescriptors(context, process, threads.others, findings, sources.has("fd"));
      let leftOut = 0;
      if (sources.has("socket"))
        for (const { thread, sockets } of found)
          leftOut += this.#sockets.find(context, process, thread, sockets, findings);
      if (leftOut > 0) findings.fail(share.leftOut("sockets", { pid }, leftOut));
    }
    if (threads.directory !== undefined) closeFd(threads.directory);
  }

  #searchForChildren(process: ScannedProcess, others: readonly Thread[], findings: Findings): void {
    if (process.isUnreadable) return;
    if (!process.isZombie) findForChildren(this.#context, process, mainThread(process), findings);
    for (const thread of others) findForChildren(this.#context, process, thread, findings);
  }

  /** The directory of the threads has a link for each, and two of its own. */
  #countThreads(): number {
    const status = statusAt(this.#directory, "task");
    return typeof status === "number" ? 1 : status.links - 2;
  }
}
