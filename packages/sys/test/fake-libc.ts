import { constants } from "node:os";
import { isNamespaceType, type NamespaceType } from "@ns-graph/graph";
import { AT_FDCWD, linkBytes, O_NOFOLLOW, S_IFSOCK, type Status } from "../src/kernel/libc.js";
import * as nsfs from "../src/kernel/nsfs.js";
import * as numbers from "../src/kernel/syscall-numbers.js";

const { EACCES, EBADF, EINVAL, ENOENT, ENOSYS, ENOTTY, EPERM } = constants.errno;

/** Major and minor number of a kernel's release. */
export type Release = readonly [major: number, minor: number];

/** A namespace of the fake kernel; others are named by their inodes. */
export interface FakeNamespace {
  readonly type: NamespaceType;
  readonly owner?: number;
  readonly parent?: number;
  readonly ownerUid?: number;
  /** mnt: the nsfs mounts in it. */
  readonly mounts?: readonly FakeMount[];
}

/** A mount of a namespace, and whether something else lies on top of it. */
export interface FakeMount {
  readonly ino: number;
  readonly path: string;
  readonly covered?: true;
}

type FakeDescriptor =
  | { readonly namespace: number }
  | { readonly socketIn: number }
  | { readonly socketName: { readonly ino: number } }
  | { readonly refused: string };

/** A process of the fake kernel. */
export interface FakeProcess {
  readonly pid: number;
  readonly in: Readonly<Partial<Record<NamespaceType, number>>>;
  /**
   * What its descriptors hold: a namespace, a socket that was made in one, nothing (O_PATH of a socket's name in a file
   * system), or what the viewer is refused, by the text of its link, which is refused too where it is empty.
   */
  readonly fds?: Readonly<Record<number, FakeDescriptor>>;
  /** Its links are refused: with EACCES, or (Linux 5.10.262) by an empty text, and they lead to their own folder then. */
  readonly refuses?: "EACCES" | "empty text";
  /** A PID namespace for its children that has no process yet. */
  readonly unborn?: number;
}

/** Everything there is. */
export interface FakeSystem {
  readonly release: Release;
  readonly namespaces: Readonly<Record<number, FakeNamespace>>;
  readonly processes: readonly FakeProcess[];
  /** The process that asks. */
  readonly self: number;
}

const since: ReadonlyMap<number, Release> = new Map<number, Release>([
  [nsfs.NS_GET_USERNS, [4, 9]],
  [nsfs.NS_GET_PARENT, [4, 9]],
  [nsfs.NS_GET_NSTYPE, [4, 11]],
  [nsfs.NS_GET_OWNER_UID, [4, 11]],
  [nsfs.NS_GET_MNTNS_ID, [6, 11]],
  [nsfs.NS_MNT_GET_NEXT, [6, 12]],
  [nsfs.NS_MNT_GET_PREV, [6, 12]],
  [nsfs.NS_GET_ID, [6, 18]],
  [nsfs.SIOCGSKNS, [4, 10]],
  [nsfs.PIDFD_GET_PID_FOR_CHILDREN, [6, 11]],
  [nsfs.PIDFD_GET_TIME_FOR_CHILDREN, [6, 11]],
  [numbers.PIDFD_OPEN, [5, 3]],
  [numbers.PIDFD_GETFD, [5, 6]],
  [numbers.OPENAT2, [5, 6]],
  [numbers.LISTMOUNT, [6, 8]],
  [numbers.STATMOUNT, [6, 8]],
  [numbers.LISTNS, [6, 19]],
]);

/** When the types came that were not always there. */
const TYPES_SINCE: Readonly<Partial<Record<NamespaceType, Release>>> = { cgroup: [4, 6], time: [5, 6] };
const LINKS_FOR_CHILDREN: Release = [4, 12];
const LINK_OF_UNBORN: Release = [7, 1];
const NSFS: Release = [3, 19];
const DEV = 4;
const NSFS_MAGIC = 0x6e736673n;
const RESOLVE_CACHED = 0x20;

/** What is at a path of the fake /proc. */
type Entry =
  | { readonly kind: "folder"; readonly names: readonly number[] }
  | { readonly kind: "file"; readonly text: string }
  | { readonly kind: "link"; readonly text: string }
  | { readonly kind: "namespace"; readonly ino: number; readonly text: string }
  | { readonly kind: "socket"; readonly ino: number; readonly namespace: number }
  | { readonly kind: "socket name"; readonly ino: number }
  | { readonly kind: "refused"; readonly text: string };

type Open = Entry | { readonly kind: "pidfd"; readonly process: FakeProcess };

const EAFNOSUPPORT = constants.errno.EAFNOSUPPORT;

/**
 * The functions of libc.ts over a kernel in memory: a small /proc, and calls that are there from some release on. It
 * notes each call that is made again after the kernel said that it has no such thing.
 */
export class FakeLibc {
  readonly system: FakeSystem;
  /** Calls that were repeated although they are absent. */
  readonly repeated: string[] = [];
  readonly #absent = new Set<number>();
  readonly #open = new Map<number, { readonly path: string; readonly entry: Open }>();
  #knowsNotCached = false;
  #nextFd = 100;

  constructor(system: FakeSystem) {
    this.system = system;
  }

  /** How many descriptors are open. */
  get openDescriptors(): number {
    return this.#open.size;
  }

  has(release: Release): boolean {
    const [major, minor] = this.system.release;
    return major > release[0] || (major === release[0] && minor >= release[1]);
  }

  hasType(type: NamespaceType): boolean {
    return this.has(TYPES_SINCE[type] ?? [0, 0]);
  }

  exists(path: string): boolean {
    return this.#find(path) !== undefined;
  }

  /** Whether the kernel knows an ioctl or system call. */
  #knows(number: number, what: string): boolean {
    const release = since.get(number);
    if (release === undefined) throw new Error(`nothing is known of ${what} 0x${number.toString(16)}`);
    if (this.has(release)) return true;
    if (this.#absent.has(number)) this.repeated.push(`${what} 0x${number.toString(16)}`);
    this.#absent.add(number);
    return false;
  }

  #take(path: string, entry: Open): number {
    this.#open.set(this.#nextFd, { path, entry });
    return this.#nextFd++;
  }

  #takeNamespace(ino: number): number {
    return this.#take(`namespace ${ino}`, { kind: "namespace", ino, text: this.#nameOf(ino) });
  }

  #nameOf(ino: number): string {
    return `${this.system.namespaces[ino]?.type}:[${ino}]`;
  }

  #resolve(dirfd: number, path: string | Uint8Array): string {
    const text = typeof path === "string" ? path : Buffer.from(path).toString("utf8").replace(/\0$/, "");
    const absolute = dirfd === AT_FDCWD ? text : `${this.#open.get(dirfd)?.path}${text === "" ? "" : `/${text}`}`;
    return absolute.replace("/./", "/").replace(/^\/proc\/(thread-)?self(?=\/|$)/, `/proc/${this.system.self}`);
  }

  #find(path: string): Entry | undefined {
    const { processes } = this.system;
    if (path === "/proc") return { kind: "folder", names: processes.map(({ pid }) => pid) };
    const [, pid, rest = ""] = /^\/proc\/(\d+)(?:\/(.*))?$/s.exec(path) ?? [];
    const process = processes.find((candidate) => String(candidate.pid) === pid);
    return process === undefined ? undefined : this.#findOf(process, rest);
  }

  #findOf(process: FakeProcess, path: string): Entry | undefined {
    const fds = process.fds ?? {};
    const [folder, name = ""] = path.split("/");
    if (path === "") return { kind: "folder", names: [] };
    if (path === "stat") return { kind: "file", text: `${process.pid} (idle) S 1 1 1 0 -1 0\n` };
    if (path === "status") return { kind: "file", text: this.#status(process) };
    if (path === "mountinfo") return { kind: "file", text: this.#mountinfo(process) };
    if (path === "root") return { kind: "link", text: "/" };
    if (path === "fd") return { kind: "folder", names: Object.keys(fds).map(Number) };
    if (folder === "ns") return this.#link(process, name);
    if (folder === "fd") return this.#descriptor(process.pid, Number(name));
    if (folder !== "root") return undefined;
    const mount = this.#mountsOf(process).find((candidate) => candidate.path === path.slice("root".length));
    if (mount?.covered === true) return { kind: "file", text: "" };
    return mount && { kind: "namespace", ino: mount.ino, text: this.#nameOf(mount.ino) };
  }

  #hasLink(name: string): boolean {
    const type = name.replace("_for_children", "");
    return isNamespaceType(type) && this.hasType(type) && (name === type || this.has(LINKS_FOR_CHILDREN));
  }

  #link(process: FakeProcess, name: string): Entry | undefined {
    if (!this.#hasLink(name)) return undefined;
    if (process.refuses === "empty text") return { kind: "link", text: "" };
    const type = name.replace("_for_children", "") as NamespaceType;
    const unborn = name === "pid_for_children" ? process.unborn : undefined;
    if (unborn !== undefined && !this.has(LINK_OF_UNBORN)) return undefined;
    const ino = unborn ?? process.in[type];
    return ino === undefined ? undefined : { kind: "namespace", ino, text: this.#nameOf(ino) };
  }

  #descriptor(pid: number, fd: number): Entry | undefined {
    if (pid === this.system.self) {
      const entry = this.#open.get(fd)?.entry;
      if (entry !== undefined && entry.kind !== "pidfd") return entry;
    }
    const held = this.system.processes.find((process) => process.pid === pid)?.fds?.[fd];
    if (held === undefined) return undefined;
    if ("namespace" in held) return { kind: "namespace", ino: held.namespace, text: this.#nameOf(held.namespace) };
    if ("refused" in held) return { kind: "refused", text: held.refused };
    if ("socketName" in held) return { kind: "socket name", ino: held.socketName.ino };
    return { kind: "socket", ino: 50_000 + fd, namespace: held.socketIn };
  }

  #mountsOf(process: FakeProcess): readonly FakeMount[] {
    return this.system.namespaces[process.in.mnt ?? 0]?.mounts ?? [];
  }

  #status({ pid }: FakeProcess): string {
    const pids = this.has([4, 1]) ? `NStgid:\t${pid}\n` : "";
    return `Name:\tx\nState:\tS (sleeping)\nPPid:\t0\nUid:\t0\t0\t0\t0\n${pids}VmSize:\t1 kB\nThreads:\t1\nCapEff:\t000001ffffffffff\n`;
  }

  #mountinfo(process: FakeProcess): string {
    const lines = this.#mountsOf(process).map(({ ino, path }, i) => {
      const fileSystem = this.has(NSFS) ? "nsfs nsfs" : "proc proc";
      return `${i + 2} 1 0:${DEV} ${this.#nameOf(ino)} ${path} rw - ${fileSystem} rw\n`;
    });
    return `1 0 8:1 / / rw - ext4 disk rw\n${lines.join("")}`;
  }

  openAt = (dirfd: number, path: string | Uint8Array, flags: number): number => {
    const resolved = this.#resolve(dirfd, path);
    // Without following it, a link can be opened wherever it leads.
    const isLink = (flags & O_NOFOLLOW) !== 0 && this.#hasLink(/\/ns\/(\w+)$/.exec(resolved)?.[1] ?? "");
    const entry: Entry | undefined = isLink ? { kind: "link", text: "" } : this.#find(resolved);
    return entry === undefined ? -ENOENT : this.#take(resolved, entry);
  };

  closeFd = (fd: number): void => {
    if (!this.#open.delete(fd)) throw new Error(`descriptor ${fd} was closed twice`);
  };

  closeFds = (fds: readonly number[]): void => {
    for (const fd of fds) if (fd >= 0) this.closeFd(fd);
  };

  openAt2 = (dirfd: number, path: Uint8Array, flags: number, resolve: number): number => {
    if (!this.#knows(numbers.OPENAT2, "system call")) return -ENOSYS;
    // An unknown flag, and not an unknown call.
    if ((resolve & RESOLVE_CACHED) !== 0 && !this.has([5, 12])) {
      if (this.#knowsNotCached) this.repeated.push("openat2 with RESOLVE_CACHED");
      this.#knowsNotCached = true;
      return -EINVAL;
    }
    return this.openAt(dirfd, Buffer.from(path).subarray(1), flags);
  };

  readPiecesAt = (dirfd: number, path: string, take: (bytes: Buffer) => boolean): number => {
    const bytes = this.readFileAt(dirfd, path);
    if (typeof bytes === "number") return bytes;
    take(bytes);
    return 0;
  };

  readStartAt = (dirfd: number, path: string, most: number): Buffer | number => {
    const bytes = this.readFileAt(dirfd, path);
    return typeof bytes === "number" ? bytes : bytes.subarray(0, most);
  };

  readFileAt = (dirfd: number, path: string): Buffer | number => {
    const entry = this.#find(this.#resolve(dirfd, path));
    return entry?.kind === "file" ? Buffer.from(entry.text) : -ENOENT;
  };

  readLinkTextAt = (dirfd: number, path: string): string | number => {
    if (path === "/proc/self") return String(this.system.self);
    const pid = /^\/proc\/(\d+)\/ns\//.exec(this.#resolve(dirfd, path))?.[1];
    if (this.system.processes.find((process) => String(process.pid) === pid)?.refuses === "EACCES") return -EACCES;
    const entry = this.#find(this.#resolve(dirfd, path));
    if (entry?.kind === "refused") return entry.text === "" ? -EACCES : entry.text;
    if (entry?.kind === "socket") return `socket:[${entry.ino}]`;
    if (entry?.kind === "socket name") return "/run/name";
    return entry?.kind === "namespace" || entry?.kind === "link" ? entry.text : -ENOENT;
  };

  readLinkAt = (dirfd: number, path: string): number => this.readLinkInto(dirfd, path, linkBytes);

  readLinkInto = (dirfd: number, path: string, buffer: Uint8Array): number => {
    const text = this.readLinkTextAt(dirfd, path);
    if (typeof text === "number") return text;
    return Buffer.from(buffer.buffer, buffer.byteOffset, buffer.length).write(text, "latin1");
  };

  statusOf = (fd: number): Status | number => {
    const entry = this.#open.get(fd)?.entry;
    return entry === undefined ? -EBADF : describe(entry);
  };

  statusAt = (dirfd: number, path: string): Status | number => {
    const entry = this.#find(this.#resolve(dirfd, path));
    if (entry?.kind === "refused") return -EACCES;
    return entry === undefined ? -ENOENT : describe(entry);
  };

  listNumbers = (fd: number, into: number[]): number => {
    const entry = this.#open.get(fd)?.entry;
    if (entry?.kind === "folder") into.push(...entry.names);
    return 0;
  };

  existsAt = (dirfd: number, path: string): number => (this.exists(this.#resolve(dirfd, path)) ? 0 : -ENOENT);

  /** A kernel without IPv4. */
  openSocket = (): number => -EAFNOSUPPORT;

  setAlarm = (): void => undefined;

  reserveDescriptor = (): boolean => true;

  raiseDescriptorLimit = (): boolean => false;

  ioctl = (fd: number, request: number): number => {
    if (!this.#knows(request, "ioctl")) return -ENOTTY;
    const entry = this.#open.get(fd)?.entry;
    if (entry?.kind === "socket") return this.#takeNamespace(entry.namespace);
    if (entry?.kind === "pidfd") return this.#takeNamespace(entry.process.unborn ?? entry.process.in.pid ?? 0);
    const namespace = entry?.kind === "namespace" ? this.system.namespaces[entry.ino] : undefined;
    if (namespace === undefined) return -EBADF;
    if (request === nsfs.NS_GET_NSTYPE) return nsfs.CLONE_FLAGS[namespace.type];
    const relative = request === nsfs.NS_GET_USERNS ? namespace.owner : namespace.parent;
    return relative === undefined ? -EPERM : this.#takeNamespace(relative);
  };

  ioctlInto = (fd: number, request: number, buffer: Uint8Array): number => {
    if (!this.#knows(request, "ioctl")) return -ENOTTY;
    const entry = this.#open.get(fd)?.entry;
    if (entry?.kind !== "namespace") return -EBADF;
    const namespace = this.system.namespaces[entry.ino];
    const view = new DataView(buffer.buffer, buffer.byteOffset);
    if (request === nsfs.NS_GET_OWNER_UID) view.setUint32(0, namespace?.ownerUid ?? 0, true);
    else if (request === nsfs.NS_GET_ID) view.setBigUint64(0, BigInt(entry.ino), true);
    else if (namespace?.type !== "mnt") return -EINVAL;
    else if (request === nsfs.NS_GET_MNTNS_ID) view.setBigUint64(0, BigInt(entry.ino), true);
    else return this.#step(entry.ino, request === nsfs.NS_MNT_GET_NEXT);
    return 0;
  };

  #step(from: number, forward: boolean): number {
    const inodes = Object.keys(this.system.namespaces).map(Number);
    const others = inodes.filter((ino) => this.system.namespaces[ino]?.type === "mnt").sort((a, b) => a - b);
    const next = forward ? others.find((ino) => ino > from) : others.findLast((ino) => ino < from);
    return next === undefined ? -ENOENT : this.#takeNamespace(next);
  }

  syscall = (number: number, a: number, b: number): number => {
    if (!this.#knows(number, "system call")) return -ENOSYS;
    if (number === numbers.PIDFD_OPEN) {
      const process = this.system.processes.find(({ pid }) => pid === a);
      return process === undefined ? -ENOENT : this.#take(`pidfd ${a}`, { kind: "pidfd", process });
    }
    const target = this.#open.get(a)?.entry;
    const entry = target?.kind === "pidfd" ? this.#descriptor(target.process.pid, b) : undefined;
    return entry === undefined ? -EBADF : this.#take(`copy of ${b}`, entry);
  };

  syscallInto = (number: number, request: Uint8Array, buffer: Uint8Array, size: number): number => {
    if (!this.#knows(number, "system call")) return -ENOSYS;
    const asked = new DataView(request.buffer, request.byteOffset);
    const answer = new DataView(buffer.buffer, buffer.byteOffset);
    const after = asked.getBigUint64(number === numbers.LISTNS ? 8 : 16, true);
    if (number === numbers.STATMOUNT) return this.#statMount(asked, buffer, answer);
    const ids =
      number === numbers.LISTNS
        ? Object.keys(this.system.namespaces).map(BigInt)
        : (this.system.namespaces[Number(asked.getBigUint64(24, true))]?.mounts ?? []).map((_, i) => BigInt(i + 1));
    const listed = ids.filter((id) => id > after).slice(0, size);
    for (const [i, id] of listed.entries()) answer.setBigUint64(i * 8, id, true);
    return listed.length === 0 && number === numbers.LISTNS ? -ENOENT : listed.length;
  };

  #statMount(asked: DataView, buffer: Uint8Array, answer: DataView): number {
    const mounts = this.system.namespaces[Number(asked.getBigUint64(24, true))]?.mounts ?? [];
    const mount = mounts[Number(asked.getBigUint64(8, true)) - 1];
    if (mount === undefined) return -ENOENT;
    answer.setBigUint64(8, 0x1fn, true);
    answer.setBigUint64(24, NSFS_MAGIC, true);
    // All are on the first.
    answer.setBigUint64(48, 1n, true);
    if (asked.getBigUint64(16, true) === 1n) return 0;
    const root = `${this.#nameOf(mount.ino)}\0`;
    Buffer.from(buffer.buffer, buffer.byteOffset).write(`${root}${mount.path}\0`, 512, "latin1");
    answer.setUint32(104, 0, true);
    answer.setUint32(108, root.length, true);
    return 0;
  }

  openHandle = (_mountFd: number, handle: Uint8Array): number => {
    if (!this.has([6, 19])) return -constants.errno.ESTALE;
    const id = Number(new DataView(handle.buffer, handle.byteOffset).getBigUint64(8, true));
    return this.system.namespaces[id] === undefined ? -constants.errno.ESTALE : this.#takeNamespace(id);
  };
}

function describe(entry: Open): Status {
  if (entry.kind === "namespace")
    return { dev: DEV, ino: entry.ino, format: 0o100000, device: 0, mountRoot: 0, links: 1, size: 0 };
  if (entry.kind === "socket")
    return { dev: 8, ino: entry.ino, format: S_IFSOCK, device: 0, mountRoot: 0, links: 1, size: 0 };
  if (entry.kind === "socket name")
    return { dev: 9, ino: entry.ino, format: S_IFSOCK, device: 0, mountRoot: 0, links: 1, size: 0 };
  return { dev: 20, ino: 1, format: 0o040000, device: 0, mountRoot: 0, links: 3, size: 0 };
}
