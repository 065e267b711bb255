import type { Problem } from "@ns-graph/graph";
import { AT_FDCWD, readFileAt } from "../kernel/libc.js";
import type { Watch } from "../kernel/watchdog.js";
import { parseStatusFile } from "../processes/status-file.js";

/** What a probe is not to ask, because the kernel makes whoever asks it wait. */
export interface LeaveOut {
  /** Processes, or threads, by their numbers in /proc. */
  readonly pids?: readonly number[];
  /** All processes of these users. Whose a process is, its real uid tells, or the effective one where that is root's. */
  readonly uids?: readonly number[];
  /** Mount namespaces whose mounts are not looked for, by their inode numbers. */
  readonly mountNamespaces?: readonly number[];
  /** Whether no mounts are looked for at all. */
  readonly allMounts?: boolean;
  /** Processes whose PID is not below this one are left out as those are for which there is no time. */
  readonly from?: number;
}

/** Whom the probe asks, and whom it does not. */
export class Asking {
  readonly #watch: Watch | undefined;
  readonly #uids: ReadonlySet<number>;
  /** Processes left out because of whose they are. */
  readonly #ofUsers = new Map<number, number>();
  readonly #mountNamespaces: ReadonlySet<number>;
  readonly #left: ReadonlySet<number>;
  /** Processes that were in the middle of execve(2) and stayed there. */
  readonly #executing = new Set<number>();
  readonly #from: number;
  readonly #allMounts: boolean;
  #pid = 0;
  /** The mount namespace whose mounts are looked for, or 0. */
  #mounts = 0;

  constructor(
    { pids = [], uids = [], mountNamespaces = [], allMounts = false, from = Number.POSITIVE_INFINITY }: LeaveOut,
    watch?: Watch,
  ) {
    this.#watch = watch;
    this.#left = new Set(pids);
    this.#uids = new Set(uids);
    this.#mountNamespaces = new Set(mountNamespaces);
    this.#from = from;
    this.#allMounts = allMounts;
  }

  /** To be called before a process, or thread, is asked for anything: whether it may be asked. */
  begin(pid: number): boolean {
    this.#pid = pid;
    this.#watch?.ask(pid, this.#mounts);
    return !this.avoids(pid);
  }

  /** To be called before the mounts of a namespace are looked for, and with 0 afterwards: whether they may be looked for. */
  beginMounts(inode: number): boolean {
    if (inode !== 0 && (this.#allMounts || this.#mountNamespaces.has(inode))) return false;
    this.#mounts = inode;
    this.#watch?.ask(this.#pid, inode);
    return true;
  }

  /** Notes that nobody is asked. */
  end(): void {
    this.#pid = 0;
    this.#watch?.ask(0, 0);
  }

  /** Whether a process makes whoever looks at it wait. */
  avoids(pid: number): boolean {
    return this.#executing.has(pid) || this.isLeftOut(pid);
  }

  /** Whether it is one of those that were to be left out from the beginning. */
  isLeftOut(pid: number): boolean {
    if (this.#left.has(pid) || this.#ofUsers.has(pid)) return true;
    if (this.#uids.size === 0) return false;
    const file = readFileAt(AT_FDCWD, `/proc/${pid}/status`, "single");
    const user = typeof file === "number" ? undefined : parseStatusFile(file)?.user;
    if (user === undefined || !this.#uids.has(user)) return false;
    this.#ofUsers.set(pid, user);
    return true;
  }

  /** Whether a process is one of those that are left out as if the time were over. */
  isBeyond(pid: number): boolean {
    return pid >= this.#from;
  }

  /** Avoids a process that is in the middle of execve(2) from now on. */
  avoidExecuting(pid: number): void {
    this.#executing.add(pid);
  }

  /** Who was left out from the beginning. */
  problems(): Problem[] {
    const ofUsers = [...this.#uids].map((uid): Problem => {
      const count = [...this.#ofUsers.values()].filter((owner) => owner === uid).length;
      return { code: "USER_WAITS", what: String(uid), count };
    });
    return [...[...this.#left].map((pid): Problem => ({ code: "PROCESS_WAITS", pid })), ...ofUsers];
  }
}
