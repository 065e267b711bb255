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
import { decodeBytes } from "./bytes.js";
import { parseCgroupFile } from "./cgroup-file.js";
import { EACCES, ENOENT, ESRCH, errnoName } from "./errno.js";
import { Executables } from "./executables.js";
import { AT_FDCWD, closeFd, O_DIRECTORY, O_PATH, openAt, readFileAt, statusAt } from "./libc.js";
import { NamespaceLinks } from "./namespace-links.js";
import { findDescriptors } from "./places/descriptor.js";
import { findForChildren } from "./places/for-children.js";
import { SocketSearch } from "./places/socket.js";
import { findThread } from "./places/thread.js";
import { hasGone } from "./proc-directory.js";
import { type Findings, openLink, type ScanContext, type ScannedProcess } from "./scan-context.js";
import { parseStatusFile, type StatusFile } from "./status-file.js";
import { listThreads, mainThread, type Thread } from "./thread-list.js";

const NOTHING: readonly never[] = Object.freeze([]);

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
    const { facts, sources } = request;
    // Where nothing but the links is wanted, one path each is cheaper than a directory to begin at.
    const linksOnly = sources.size === 1 && !facts.has("status") && !facts.has("cgroup") && !facts.has("command-line");
    if (!linksOnly) {
      const directory = this.#openDirectory(pid);
      if (directory < 0) {
        if (directory === -ENOENT || directory === -ESRCH) return undefined;
        const problem: Problem = { code: "PROCESS_UNREADABLE", pid, errno: errnoName(-directory) };
        return { process: { pid, namespaces: this.#nowhere() }, sightings: NOTHING, problems: [problem] };
      }
    }
    const findings: Findings = { sightings: [], problems: [] };
    const membership = this.#readMembership(pid, findings.problems);
    if (membership === undefined) return undefined;
    const { sightings, problems } = findings;
    if (linksOnly) return { process: { pid, namespaces: membership }, sightings, problems };
    const status = facts.has("status") ? this.#readStatus(pid, findings.problems) : undefined;
    if (status === "gone") return undefined;
    const process = this.#describe(pid, membership, status, facts, findings.problems);
    if (process === undefined) return undefined;
    if (sources.size > 1) this.#search(pid, membership, status, sources, findings);
    return { process, sightings, problems };
  }

  /** `Probe.openMember`. */
  open(pid: number, type: NamespaceType, id: NamespaceId): Opened {
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

  #readStatus(pid: number, problems: Problem[]): StatusFile | "gone" | undefined {
    const bytes = this.#readFile(pid, "status", problems);
    if (bytes === "gone" || bytes === undefined) return bytes;
    const status = parseStatusFile(bytes);
    if (status === undefined) problems.push({ code: "FACT_UNREADABLE", what: "status", pid });
    return status;
  }

  #readFile(pid: number, file: string, problems: Problem[]): Buffer | "gone" | undefined {
    const bytes = readFileAt(this.#directory, file, "single");
    if (typeof bytes !== "number") return bytes;
    if ((bytes === -ENOENT || bytes === -ESRCH) && hasGone(this.#directory, bytes)) return "gone";
    problems.push({ code: "FACT_UNREADABLE", what: file, pid, errno: errnoName(-bytes) });
    return undefined;
  }

  #describe(
    pid: number,
    namespaces: Membership,
    status: StatusFile | undefined,
    facts: SurveyRequest["facts"],
    problems: Problem[],
  ): Process | undefined {
    const cgroup = facts.has("cgroup") ? this.#readFile(pid, "cgroup", problems) : undefined;
    if (cgroup === "gone") return undefined;
    const path = cgroup && this.#findCgroupPath(cgroup);
    const line = facts.has("command-line") ? this.#readFile(pid, "cmdline", problems) : undefined;
    if (line === "gone") return undefined;
    const commandLine = line && decodeBytes(line).replace(/\0+$/, "").replaceAll("\0", " ");
    const process: Writable<Process> = { pid, namespaces };
    if (status !== undefined) {
      process.ppid = status.ppid;
      process.comm = status.comm;
      process.uid = status.uid;
      process.state = status.state;
      if (status.kernelThread) process.kernelThread = true;
      if (status.pids !== undefined) process.pids = status.pids;
    }
    if (path !== undefined) process.cgroup = path;
    if (commandLine) process.commandLine = commandLine;
    // Of the few that may lead a sandbox: it costs calls of its own.
    if (status !== undefined && namespaces !== this.#context.own && mayLeadSandbox(process))
      process.executable = this.#executables.read(this.#directory);
    return process;
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
    };
    const forChildren = sources.has("for-children");
    const threads = listThreads(context, process, findings);
    if (sources.has("thread")) for (const thread of threads.others) findThread(context, process, thread, findings);
    if (forChildren) this.#searchForChildren(process, sources.has("thread") ? threads.others : [], findings);
    if (sources.has("fd") || sources.has("socket")) {
      const found = findDescriptors(context, process, threads.others, findings, sources.has("fd"));
      if (sources.has("socket"))
        for (const { thread, sockets } of found) this.#sockets.find(context, process, thread, sockets, findings);
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
