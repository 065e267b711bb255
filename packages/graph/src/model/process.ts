import type { Evidence } from "./evidence.js";
import type { NamespaceId } from "./namespace-id.js";
import type { NamespaceType } from "./namespace-type.js";

/**
 * The namespaces a process is in, by type. A type is absent where the link could not be read: a zombie
 * has only `pid` and `user`, a process that may not be inspected has none.
 *
 * Processes in the same namespaces share one object (`===`), so that a machine's few sets of
 * namespaces cost nothing per process.
 */
export type Membership = Readonly<Partial<Record<NamespaceType, NamespaceId>>>;

/** What a process runs. */
export interface Executable {
  /**
   * Where /proc/PID/exe says that the file is (proc_pid_exe(5)): in the process's own mount namespace, which may show
   * anything there. Absent where that could not be read. Hostile text.
   */
  readonly path?: string;
  /**
   * Whether it is the file that the viewer sees at that path, in a file system of the machine's, and root alone can
   * change or replace it.
   */
  readonly borneOut: Evidence;
}

/** A process. Every field but `pid` and `namespaces` is absent where it was not asked for or could not be read. */
export interface Process {
  /** PID as /proc shows it. */
  readonly pid: number;
  /** PID of the parent; 0 where it has none in this PID namespace. */
  readonly ppid?: number;
  /** Command name (proc_pid_comm(5)); bytes that are not UTF-8 stand as U+DC80 … U+DCFF. Hostile text: see `printable`. */
  readonly comm?: string;
  /** Effective uid, in the viewer's user namespace. */
  readonly uid?: number;
  /** State letter of proc_pid_status(5); `Z` is a zombie. */
  readonly state?: string;
  /** Its main thread has exited and others run on: its state is `Z`, and it is no zombie. */
  readonly mainThreadExited?: true;
  /** It has let go of its memory, and will be a zombie; an init stays so until the last process in its pid namespace is reaped. Since Linux 6.10. */
  readonly ending?: true;
  /** Whether it is a kernel thread. */
  readonly kernelThread?: true;
  /** Its PID in every PID namespace it is in, outermost first (NStgid, Linux 4.1). */
  readonly pids?: readonly number[];
  /** Path of its cgroup (v2, or of the v1 hierarchy that names it best), relative to the viewer's cgroup namespace. */
  readonly cgroup?: string;
  /**
   * Arguments, separated by single spaces (proc_pid_cmdline(5)). Nobody has to ask for those of the few that name a container
   * or a sandbox. Hostile text.
   */
  readonly commandLine?: string;
  /**
   * What it runs. It is looked at only where the process has a name that monitors of containers are recognised by, or one
   * that sandboxes are, and then is apart from the viewer.
   */
  readonly executable?: Executable;
  /** The namespaces that it is in, as far as its links could be read. */
  readonly namespaces: Membership;
  /**
   * Drawn by a selection only to show who holds what was asked for: it is not part of that. In the whole of a
   * graph it comes from a document of a selection that ns-graph 0.1.0 wrote, which has none of its `namespaces`.
   */
  readonly context?: true;
  /** Fields of a document that this version does not know. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** Whether a process has exited and waits to be reaped. */
export function isZombie(process: Process): boolean {
  return process.state === "Z" || process.state === "X";
}

/** What the command calls itself while it reads a machine. */
export const PROGRAM_NAME = "ns-graph";

/**
 * Whether a process is another run of the command, by its name: what that has open it lets go when it ends. Anybody may have that name,
 * so it is good for no more than to tell people, and to prefer others.
 */
export function seemsPassing({ comm }: { readonly comm?: string | undefined }): boolean {
  return comm === PROGRAM_NAME;
}

/** Whether all of some processes have exited. What they were in is gone but for two links, so they are isolated from nobody. */
export function areZombies(processes: readonly Process[]): boolean {
  return processes.every(isZombie);
}
