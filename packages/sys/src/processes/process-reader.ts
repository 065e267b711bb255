import {
  type Membership,
  mayLeadSandbox,
  mayMonitor,
  mayNameSandbox,
  type NamespaceId,
  type NamespaceType,
  type Opened,
  type Problem,
  type Process,
  type ProcessReading,
  type SurveyRequest,
  speaksTruly,
} from "@ns-graph/graph";
import { principalOfProcess, SOMEBODY } from "../budget/principal.js";
import { decodeBytes } from "../kernel/bytes.js";
import { EACCES, EFBIG, ENOENT, errnoName, isGone } from "../kernel/errno.js";
import { AT_FDCWD, closeFd, O_DIRECTORY, O_PATH, openAt, readFileAt, readStartAt, statusAt } from "../kernel/libc.js";
import { Findings } from "../places/findings.js";
import { OF_PROCESSES } from "../places/table.js";
import { asOpened } from "../scan/open-namespaces.js";
import type { ScanContext } from "../scan/scan-context.js";
import { parseCgroupFile } from "./cgroup-file.js";
import { Executables } from "./executables.js";
import { readByPidfd } from "./membership-by-pidfd.js";
import { NamespaceLinks } from "./namespace-links.js";
import { hasGone, mayBeExecuting } from "./proc-directory.js";
import type { Reading, ScannedProcess } from "./scanned-process.js";
import { parseStatusFile, type StatusFile } from "./status-file.js";
import { listThreads } from "./thread-list.js";

const NOTHING: readonly never[] = Object.freeze([]);

/** The longest command line that is shown whole: a single argument may be so long (MAX_ARG_STRLEN, linux/binfmts.h). */
const LONGEST_COMMAND_LINE = 131_072;
/** Of every process so much of it may be kept. */
const USUAL_COMMAND_LINE = 4096;

/** After how many milliseconds each it is looked again whether a process is in the middle of execve(2). */
const PAUSES = [1, 4, 15];
const PAUSING = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Reads processes, one at a time. */
export class ProcessReader {
  readonly #context: ScanContext;
  readonly #self: number;
  readonly #executables = new Executables();
  readonly #cgroupPaths = new Map<string, string | undefined>();
  #lastCgroup = Buffer.alloc(0);
  #lastCgroupPath: string | undefined;
  readonly #links: NamespaceLinks;
  /** A descriptor of /proc, where paths begin: the kernel looks up each piece of a path. The whole path without one. */
  #proc = AT_FDCWD;
  #prefix = "/proc/";
  /** How many milliseconds may yet be spent on waiting. */
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
    if (isGone(directory)) return undefined;
    if (directory < 0) {
      const problem: Problem = { code: "PROCESS_UNREADABLE", pid, errno: errnoName(-directory) };
      return { process: { pid, namespaces: this.#nowhere() }, sightings: NOTHING, problems: [problem] };
    }
    const process = this.#readOpened(pid, request, findings);
    if (process === undefined) return undefined;
    findings.finish({ pid });
    return { process, sightings: findings.sightings, problems: findings.problems };
  }

  /** What is known of a process without asking it: its namespaces, where the kernel has them at a pidfd (Linux 6.11). */
  #leaveOut(pid: number): ProcessReading | undefined {
    // That something of it is missing is said already.
    const namespaces = readByPidfd(this.#context, pid, undefined, new Findings());
    return namespaces && { process: { pid, namespaces }, sightings: NOTHING, problems: NOTHING };
  }

  /** Reads the process whose directory is open; undefined where it has gone. */
  #readOpened(pid: number, request: SurveyRequest, findings: Findings): Process | undefined {
    const context = this.#context;
    const { work } = context;
    let uid = SOMEBODY;
    let userNamespace: NamespaceId | undefined;
    const share = work.share(() => principalOfProcess(context, this.#directory, userNamespace, uid));
    const { facts, sources } = request;
    const reading: Reading = { facts, sources, pid, share, findings, hasGone: false };
    // Before the links, which nobody can read of a process in the middle of execve(2) without waiting for its end.
    const before = facts.has("status") ? this.#readStatus(reading) : undefined;
    if (reading.hasGone) return undefined;
    if (before !== undefined) uid = before.user;
    const mayExecute = before === undefined ? mayBeExecuting(this.#directory) : before.isExecuting;
    const isExecuting = mayExecute && this.#isStillExecuting(reading);
    if (reading.hasGone) return undefined;
    const membership = isExecuting
      ? readByPidfd(context, pid, this.#directory, findings)
      : this.#readMembership(pid, findings.problems);
    if (membership === undefined) return undefined;
    userNamespace = membership.user;
    const hasEnded =
      before !== undefined && before.state !== "Z" && membership.mnt === undefined && this.#links.isZombie();
    const status = hasEnded ? this.#readStatus(reading) : before;
    const process = reading.hasGone ? undefined : this.#describe(reading, membership, status);
    if (process === undefined || sources.size === 1 || isExecuting) return process;
    if (work.isOver) work.skip("holders");
    else this.#search(reading, membership, status);
    return process;
  }

  /** `Probe.openMember`. */
  open(pid: number, type: NamespaceType, id: NamespaceId): Opened {
    const known = this.#context.namespaces.getOpen(id);
    if (known !== undefined) return { state: "open", handle: known };
    if (!this.#context.asking.begin(pid))
      return { state: "failed", problem: { code: "NAMESPACE_UNREADABLE", namespace: id, type, pid } };
    if (this.#pid !== pid) {
      this.#closeDirectory();
      const directory = this.#openDirectory(pid);
      if (isGone(directory)) return { state: "gone" };
      if (directory < 0) return asOpened(directory, id, { type, pid });
    }
    const opened = this.#context.namespaces.openLink(this.#directory, `ns/${type}`, { id, type }, { pid });
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

  /** Whether a process that may be in the middle of execve(2) is, and stays there; usually that is over at once. */
  #isStillExecuting(reading: Reading): boolean {
    for (const pause of PAUSES) {
      // Not for each of very many.
      if (this.#patience > 0) Atomics.wait(PAUSING, 0, 0, pause);
      this.#patience -= pause;
      if (!this.#readStatus(reading)?.isExecuting) return false;
    }
    const { pid, findings } = reading;
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
      if (isGone(directory) || (directory >= 0 && hasGone(directory, -ENOENT))) return undefined;
      problems.push(...this.#links.problems(pid));
    }
    return this.#context.memberships.of(this.#links.inodes);
  }

  #readLinks(pid: number): number {
    return this.#directory >= 0
      ? this.#links.read(this.#directory, "")
      : this.#links.read(this.#proc, `${this.#prefix}${pid}/`);
  }

  #readStatus(reading: Reading): StatusFile | undefined {
    const bytes = this.#readFile(reading, "status");
    const status = bytes && parseStatusFile(bytes);
    if (bytes !== undefined && status === undefined)
      reading.findings.fail({ code: "FACT_UNREADABLE", what: "status", pid: reading.pid });
    return status;
  }

  #readFile(reading: Reading, file: string): Buffer | undefined {
    const bytes = readFileAt(this.#directory, file, "single", reading.share.bytes);
    if (typeof bytes !== "number") return bytes;
    this.#noteFailure(reading, file, bytes);
    return undefined;
  }

  #noteFailure(reading: Reading, file: string, failed: number): void {
    const { pid, findings } = reading;
    const { work } = this.#context;
    if (isGone(failed) && hasGone(this.#directory, failed)) reading.hasGone = true;
    else if (failed === -EFBIG && work.isOver) work.skip("files");
    else if (failed === -EFBIG) findings.fail({ code: "FILE_TOO_LONG", what: file, pid });
    else findings.fail({ code: "FACT_UNREADABLE", what: file, pid, errno: errnoName(-failed) });
  }

  /** The command line, its arguments with a blank between two; of a very long one the beginning. What nobody asked for is no problem where it can't be read. */
  #readCommandLine(reading: Reading, isAsked: boolean): string | undefined {
    const { pid, share, findings } = reading;
    const bytes = readStartAt(this.#directory, "cmdline", LONGEST_COMMAND_LINE + 1);
    if (typeof bytes === "number") {
      if (isAsked || isGone(bytes)) this.#noteFailure(reading, "cmdline", bytes);
      return undefined;
    }
    const more = bytes.length - USUAL_COMMAND_LINE;
    const granted = more <= 0 ? bytes.length : USUAL_COMMAND_LINE + share.take("bytes", more);
    const most = Math.min(granted, LONGEST_COMMAND_LINE);
    if (isAsked && bytes.length > most) findings.fail({ code: "COMMAND_LINE_CUT", pid });
    let end = Math.min(bytes.length, most);
    while (end > 0 && bytes[end - 1] === 0) end--;
    return decodeBytes(bytes.subarray(0, end)).replaceAll("\0", " ");
  }

  /** What was asked for of a process; undefined where it has gone. */
  #describe(reading: Reading, namespaces: Membership, status: StatusFile | undefined): Process | undefined {
    const { pid, facts } = reading;
    const cgroup = facts.has("cgroup") ? this.#readFile(reading, "cgroup") : undefined;
    if (reading.hasGone) return undefined;
    const path = cgroup && this.#findCgroupPath(cgroup);
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
    this.#readProgram(reading, process);
    if (reading.hasGone) return undefined;
    return process;
  }

  /** What a process runs: as far as it was asked for, or says of what it is a part. */
  #readProgram(reading: Reading, process: Writable<Process>): void {
    const { facts } = reading;
    const isAsked = facts.has("command-line");
    const isSpeaker = facts.has("status") && this.#mayTellByItsCommandLine(process);
    const commandLine = isAsked || isSpeaker ? this.#readCommandLine(reading, isAsked) : undefined;
    if (reading.hasGone) return;
    if (commandLine) process.commandLine = commandLine;
    if (facts.has("status") && this.#isWorthItsExecutable(process))
      process.executable = this.#executables.read(this.#directory);
    // Nobody asked for it, and it tells nothing where the program is another one.
    if (isSpeaker && !isAsked && !speaksTruly(process)) delete process.commandLine;
  }

  /** The few whose command line says what a container or a sandbox is called: it is read though nobody asked for all. */
  #mayTellByItsCommandLine(process: Process): boolean {
    const { own, asking } = this.#context;
    if (asking.avoids(process.pid)) return false;
    return mayMonitor(process) || (process.namespaces !== own && mayNameSandbox(process));
  }

  /** Only of the few that may lead a sandbox or monitor a container, for it costs calls of its own, and these wait where the links would. */
  #isWorthItsExecutable(process: Process): boolean {
    const { own, asking } = this.#context;
    if (asking.avoids(process.pid)) return false;
    return mayMonitor(process) || (process.namespaces !== own && mayLeadSandbox(process));
  }

  /** Neighbours in /proc are usually in the same cgroup, and few of the files differ: each text is taken apart once. */
  #findCgroupPath(bytes: Buffer): string | undefined {
    if (this.#lastCgroup.equals(bytes)) return this.#lastCgroupPath;
    const text = decodeBytes(bytes);
    if (!this.#cgroupPaths.has(text)) this.#cgroupPaths.set(text, parseCgroupFile(text));
    this.#lastCgroup = Buffer.from(bytes);
    this.#lastCgroupPath = this.#cgroupPaths.get(text);
    return this.#lastCgroupPath;
  }

  #search(reading: Reading, membership: Membership, status: StatusFile | undefined): void {
    const { pid, facts, sources, share, findings } = reading;
    // Not a spread: with that V8 gives each a shape of its own, which is large and slow.
    const process: ScannedProcess = {
      pid,
      facts,
      sources,
      share,
      findings,
      context: this.#context,
      isSelf: pid === this.#self,
      directory: this.#directory,
      inodes: this.#links.inodes,
      isZombie: status === undefined ? this.#links.isZombie() : status.state === "Z" || status.state === "X",
      threads: status?.threads ?? this.#countThreads(),
      isUnreadable: Object.keys(membership).length === 0,
      others: [],
    };
    const { directory, others } = listThreads(process);
    process.others = others;
    for (const place of OF_PROCESSES) if (sources.has(place.source)) place.search(process);
    if (directory !== undefined) closeFd(directory);
  }

  /** The directory of the threads has a link for each, and two of its own. */
  #countThreads(): number {
    const status = statusAt(this.#directory, "task");
    return typeof status === "number" ? 1 : status.links - 2;
  }
}
