import {
  accessSync,
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  statfsSync,
  statSync,
} from "node:fs";

/**
 * What open(2) takes to look something up without opening it: no device is touched, no pipe waited for. Node.js has no
 * name for it (since Linux 2.6.39; fstat(2) of the result since 3.6; the value is that of x86 and Arm).
 */
const O_PATH = 0o10000000;
/** The type of file system that /proc is (PROC_SUPER_MAGIC, statfs(2)). */
const PROC = 0x9fa0;
const PERMISSIONS = 0o7777;

/** What there is at a path, and whose it is. */
export interface Entry {
  readonly kind: "file" | "directory" | "link" | "pipe" | "socket" | "device";
  readonly uid: number;
  readonly gid: number;
  /** The permissions, with the set-ID bits and the sticky bit. */
  readonly mode: number;
  /** How many names it has. */
  readonly links: number;
  /** The number of a device, as stat(2) has it. */
  readonly device: bigint;
}

/**
 * Something in the file system that stays the same one while it is held, whatever is put in its place meanwhile: what
 * was learned of it is true of what is then opened, and a name is looked up in this folder and in no other.
 *
 * That takes a descriptor and /proc. Elsewhere paths are all there is, and what is opened is compared with what was held.
 */
export class HeldPath {
  readonly entry: Entry;
  readonly #stats: BigIntStats;
  readonly #path: string;
  readonly #fd: number | undefined;

  private constructor(path: string, extraFlags: number) {
    if (!canHold()) {
      this.#path = path;
      this.#stats = lstatSync(path, { bigint: true });
    } else {
      const fd = openSync(path, O_PATH | extraFlags);
      this.#fd = fd;
      this.#path = descriptorPath(fd);
      this.#stats = fstatSync(fd, { bigint: true });
    }
    this.entry = describe(this.#stats);
  }

  /** Holds what is at a path; of a symbolic link the link itself. Errors are those of open(2). */
  static at(path: string): HeldPath {
    return new HeldPath(path, constants.O_NOFOLLOW);
  }

  /** Holds what a folder has under a name; undefined where it has nothing. */
  child(name: string): HeldPath | undefined {
    try {
      return HeldPath.at(this.pathOf(name));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  /** A path by which system calls find a name in this folder. */
  pathOf(name: string): string {
    return `${this.#path}/${name}`;
  }

  readLink(name: string): string {
    return readlinkSync(this.pathOf(name));
  }

  /** Whether this is a folder of /proc, where what a link says may not be where it leads (proc_pid_fd(5)). */
  isOfProc(): boolean {
    return this.#fd !== undefined && statfsSync(this.#path).type === PROC;
  }

  /** Holds what a link in this folder leads to, as far as the kernel follows it. */
  followed(name: string): HeldPath {
    return new HeldPath(this.pathOf(name), 0);
  }

  /** Opens what is held for writing. Errors are those of open(2). */
  openToWrite(): number {
    const noFollow = this.#fd === undefined ? constants.O_NOFOLLOW : 0;
    const fd = openSync(this.#path, constants.O_WRONLY | constants.O_NOCTTY | noFollow);
    if (this.isSameAs(fd)) return fd;
    closeSync(fd);
    throw Object.assign(new Error("replaced"), { code: "ESTALE" });
  }

  /** Fails where the caller has not these permissions for what is held (access(2)). Errors are those of the call. */
  requireAccess(permissions: number): void {
    accessSync(this.#path, permissions);
  }

  /** Whether a descriptor is of what is held. */
  isSameAs(fd: number): boolean {
    const { dev, ino } = fstatSync(fd, { bigint: true });
    return this.#stats.dev === dev && this.#stats.ino === ino;
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
  }
}

// In bigints everywhere: the answer for a pipe would else mislead Node's realpath, see real-system.ts.
function describe(stats: BigIntStats): Entry {
  return {
    kind: kindOf(stats),
    uid: Number(stats.uid),
    gid: Number(stats.gid),
    mode: Number(stats.mode) & PERMISSIONS,
    links: Number(stats.nlink),
    device: stats.rdev,
  };
}

function kindOf(stats: BigIntStats): Entry["kind"] {
  if (stats.isFile()) return "file";
  if (stats.isDirectory()) return "directory";
  if (stats.isSymbolicLink()) return "link";
  if (stats.isFIFO()) return "pipe";
  return stats.isSocket() ? "socket" : "device";
}

function descriptorPath(fd: number): string {
  return `/proc/self/fd/${fd}`;
}

let answer: boolean | undefined;

/** Whether /proc leads back to what a descriptor is of: it may be missing, or of other processes. */
function canHold(): boolean {
  answer ??= process.platform === "linux" && leadsBack();
  return answer;
}

function leadsBack(): boolean {
  const fd = openSync("/", O_PATH);
  try {
    const there = statSync(descriptorPath(fd), { bigint: true });
    const root = fstatSync(fd, { bigint: true });
    return there.dev === root.dev && there.ino === root.ino;
  } catch {
    return false;
  } finally {
    closeSync(fd);
  }
}
