import { constants } from "node:fs";
import { endianness } from "node:os";
import { deviceNumber } from "./device-number.js";
import { EINTR } from "./errno.js";
import { type Koffi, loadKoffi } from "./load-koffi.js";

/*
 * The one file that calls into libc, through koffi. Every function answers -errno where the call failed, so that
 * errno is read at once and nobody else needs to know of it. A call that was interrupted is made again.
 */

/** `AT_FDCWD`: paths are relative to the working directory. */
export const AT_FDCWD = -100;
export const O_PATH = 0o10000000;
const O_CLOEXEC = 0o2000000;
// These two differ from one architecture to the next (arm64 has its own).
export const { O_DIRECTORY, O_NOFOLLOW } = constants;
const AT_EMPTY_PATH = 0x1000;
const AT_NO_AUTOMOUNT = 0x800;
const AT_STATX_DONT_SYNC = 0x4000;
const F_DUPFD_CLOEXEC = 1030;
const NSFS_MAGIC = 0x6e736673;
const SOCKFS_MAGIC = 0x534f434b;
const LITTLE_ENDIAN = endianness() === "LE";

interface Native {
  openat(dirfd: number, path: string, flags: number, mode: number): number;
  openatBytes(dirfd: number, path: Uint8Array, flags: number, mode: number): number;
  close(fd: number): number;
  read(fd: number, buffer: Uint8Array, size: number): number;
  readlinkat(dirfd: number, path: string, buffer: Uint8Array, size: number): number;
  statx(dirfd: number, path: string, flags: number, mask: number, buffer: Uint8Array): number;
  getdents64(fd: number, buffer: Uint8Array, size: number): number;
  fstatfs(fd: number, buffer: Uint8Array): number;
  faccessat(dirfd: number, path: string, mode: number, flags: number): number;
  fcntl(fd: number, command: number, argument: number): number;
  ioctlValue(fd: number, request: number, argument: number): number;
  ioctlBuffer(fd: number, request: number, argument: Uint8Array): number;
  prlimit(pid: number, resource: number, next: Uint8Array | null, previous: Uint8Array | null): number;
  closeRange: ((first: number, last: number, flags: number) => number) | undefined;
  openByHandleAt(mountFd: number, handle: Uint8Array, flags: number): number;
  syscallNumbers(number: number, a: number, b: number, c: number): number;
  syscallBuffers(number: number, request: Uint8Array, buffer: Uint8Array, size: number, flags: number): number;
  errno(): number;
}

type Library = ReturnType<Koffi["load"]>;

let native: Native | undefined;

function loadNative(): Native {
  const koffi = loadKoffi();
  const libc = koffi.load(null);
  return {
    openat: libc.func("openat", "int", ["int", "str", "int", "uint"]),
    openatBytes: libc.func("openat", "int", ["int", "void *", "int", "uint"]),
    close: libc.func("close", "int", ["int"]),
    read: libc.func("read", "long", ["int", "void *", "ulong"]),
    readlinkat: libc.func("readlinkat", "long", ["int", "str", "void *", "ulong"]),
    statx: libc.func("statx", "int", ["int", "str", "int", "uint", "void *"]),
    getdents64: getdents(libc),
    fstatfs: libc.func("fstatfs", "int", ["int", "void *"]),
    faccessat: libc.func("faccessat", "int", ["int", "str", "int", "int"]),
    fcntl: libc.func("fcntl", "int", ["int", "int", "long"]),
    ioctlValue: libc.func("ioctl", "int", ["int", "ulong", "ulong"]),
    ioctlBuffer: libc.func("ioctl", "int", ["int", "ulong", "void *"]),
    prlimit: libc.func("prlimit", "int", ["int", "int", "void *", "void *"]),
    closeRange: closeRange(libc),
    openByHandleAt: libc.func("open_by_handle_at", "int", ["int", "void *", "int"]),
    syscallNumbers: libc.func("syscall", "long", ["long", "long", "long", "long"]),
    syscallBuffers: libc.func("syscall", "long", ["long", "void *", "void *", "ulong", "ulong"]),
    errno: koffi.errno as () => number,
  } as Native;
}

function libc(): Native {
  native ??= loadNative();
  return native;
}

/** close_range(2) came with glibc 2.34; without it each descriptor is closed by itself. */
function closeRange(libc: Library): Native["closeRange"] {
  try {
    return libc.func("close_range", "int", ["uint", "uint", "int"]) as unknown as Native["closeRange"];
  } catch {
    return undefined;
  }
}

/** glibc names it after the system call (since 2.30); musl drops the 64. */
function getdents(libc: Library): Native["getdents64"] {
  const types = ["int", "void *", "ulong"];
  try {
    return libc.func("getdents64", "long", types) as unknown as Native["getdents64"];
  } catch {
    return libc.func("getdents", "long", types) as unknown as Native["getdents64"];
  }
}

/*
 * Some of the calls are made ten thousands of times in a scan. Those are written out, because a function that is handed to
 * `call` costs them an allocation each.
 */

/** Runs a call; -errno where it failed. */
function call(run: (native: Native) => number): number {
  const functions = libc();
  for (;;) {
    const result = run(functions);
    if (result >= 0) return result;
    const errno = functions.errno();
    if (errno !== EINTR) return -errno;
  }
}

/** openat(2) with O_CLOEXEC: a descriptor or -errno. A path that may hold any bytes comes as such, with its final NUL. */
export function openAt(dirfd: number, path: string | Uint8Array, flags: number): number {
  const functions = libc();
  const fd =
    typeof path === "string"
      ? functions.openat(dirfd, path, flags | O_CLOEXEC, 0)
      : functions.openatBytes(dirfd, path, flags | O_CLOEXEC, 0);
  if (fd >= 0) return fd;
  const errno = functions.errno();
  return errno === EINTR ? openAt(dirfd, path, flags) : -errno;
}

/** close(2). What it answers does not matter for a descriptor that was only read from: it is closed in any case. */
export function closeFd(fd: number): void {
  libc().close(fd);
}

/** Makes room for a descriptor of that number, by a copy of another one that is closed at once: whether it could be. */
export function reserveDescriptor(fd: number, number: number): boolean {
  const copy = call((native) => native.fcntl(fd, F_DUPFD_CLOEXEC, number));
  if (copy < 0) return false;
  closeFd(copy);
  return true;
}

/** Closes descriptors, runs of neighbours in one close_range(2) (Linux 5.9). */
export function closeFds(fds: readonly number[]): void {
  const { close, closeRange } = libc();
  const sorted = [...fds].sort((a, b) => a - b);
  for (let start = 0, end = 0; start < sorted.length; start = end) {
    end = start + 1;
    while (end < sorted.length && sorted[end] === (sorted[end - 1] as number) + 1) end++;
    const first = sorted[start] as number;
    const last = sorted[end - 1] as number;
    if (end - start > 1 && closeRange !== undefined && closeRange(first, last, 0) === 0) continue;
    for (let fd = first; fd <= last; fd++) close(fd);
  }
}

let scratch = Buffer.allocUnsafeSlow(1 << 16);

/**
 * The whole of a file of /proc: its bytes, valid until the next call, or -errno.
 *
 * `single` says that the kernel makes the file in one piece (single_open, fs/seq_file.c: status, cgroup), so that
 * a read(2) that did not fill the buffer was the last. Others give a page at a time, cut at the end of a record.
 */
export function readFileAt(dirfd: number, path: string, pieces: "single" | "records"): Buffer | number {
  const fd = openAt(dirfd, path, 0);
  if (fd < 0) return fd;
  let length = 0;
  for (;;) {
    if (length === scratch.length) scratch = Buffer.concat([scratch], scratch.length * 2);
    const target = length === 0 ? scratch : scratch.subarray(length);
    const count = readOnce(fd, target);
    length = count < 0 ? count : length + count;
    if (count <= 0 || (pieces === "single" && count < target.length)) break;
  }
  closeFd(fd);
  return length < 0 ? length : scratch.subarray(0, length);
}

function readOnce(fd: number, target: Uint8Array): number {
  const functions = libc();
  const count = functions.read(fd, target, target.length);
  if (count >= 0) return count;
  const errno = functions.errno();
  return errno === EINTR ? readOnce(fd, target) : -errno;
}

const linkBuffer = Buffer.allocUnsafeSlow(4096);

/** readlinkat(2): how many bytes `linkBytes` holds now, or -errno. */
export function readLinkAt(dirfd: number, path: string): number {
  return readLinkInto(dirfd, path, linkBuffer);
}

/** readlinkat(2) into a buffer of one's own: how many bytes it holds now, or -errno. */
export function readLinkInto(dirfd: number, path: string, buffer: Uint8Array): number {
  const functions = libc();
  const length = functions.readlinkat(dirfd, path, buffer, buffer.length);
  if (length >= 0) return length;
  const errno = functions.errno();
  return errno === EINTR ? readLinkInto(dirfd, path, buffer) : -errno;
}

/** The bytes of the link that was read last. */
export const linkBytes: Uint8Array = linkBuffer;

/** The text of a link, or -errno. */
export function readLinkTextAt(dirfd: number, path: string): string | number {
  const length = readLinkAt(dirfd, path);
  return length < 0 ? length : linkBuffer.toString("latin1", 0, length);
}

const statxBuffer = new ArrayBuffer(256);
const statxBytes = new Uint8Array(statxBuffer);
const statx32 = new Uint32Array(statxBuffer);
const statx16 = new Uint16Array(statxBuffer);

/** What of statx(2) is used. One object, overwritten by the next call. */
export interface Status {
  /** st_dev as stat(2) gives it. */
  dev: number;
  ino: number;
  /** S_IFMT part of the mode. */
  format: number;
  /** Link count; of /proc/PID/task it is the number of threads and two. */
  links: number;
}

const STATX_INO_LOW = LITTLE_ENDIAN ? 8 : 9;
const STATX_INO_HIGH = LITTLE_ENDIAN ? 9 : 8;

const status: Status = { dev: 0, ino: 0, format: 0, links: 0 };

function statxInto(dirfd: number, path: string, flags: number): Status | number {
  const functions = libc();
  if (functions.statx(dirfd, path, flags, 0, statxBytes) < 0) {
    const errno = functions.errno();
    return errno === EINTR ? statxInto(dirfd, path, flags) : -errno;
  }
  status.format = (statx16[14] as number) & S_IFMT;
  status.links = statx32[4] as number;
  status.ino = (statx32[STATX_INO_LOW] as number) + (statx32[STATX_INO_HIGH] as number) * 2 ** 32;
  status.dev = deviceNumber(statx32[34] as number, statx32[35] as number);
  return status;
}

const S_IFMT = 0o170000;
/** File type of sockets in `Status.format` (inode(7)). */
export const S_IFSOCK = 0o140000;

/** Identity of an open descriptor (fstat(2), by statx with an empty path), or -errno. */
export function statusOf(fd: number): Status | number {
  return statxInto(fd, "", AT_EMPTY_PATH);
}

/** Identity of what a path leads to, or -errno; what is mounted on an automount point is not waited for. */
export function statusAt(dirfd: number, path: string): Status | number {
  return statxInto(dirfd, path, AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC);
}

const statfsBuffer = new ArrayBuffer(256);
const statfsBytes = new Uint8Array(statfsBuffer);
const statfsLongs = new BigUint64Array(statfsBuffer);
const statfsInts = new Uint32Array(statfsBuffer);
const LONG_IS_64 = !new Set(["arm", "ia32", "mips", "mipsel", "ppc"]).has(process.arch);

/** Whether a descriptor is of nsfs (fstatfs(2), NSFS_MAGIC, Linux 3.19), or -errno. */
export function isNsfs(fd: number): boolean | number {
  return isOf(fd, NSFS_MAGIC);
}

/** Whether a descriptor is of sockfs (fstatfs(2), SOCKFS_MAGIC), or -errno. */
export function isSockfs(fd: number): boolean | number {
  return isOf(fd, SOCKFS_MAGIC);
}

function isOf(fd: number, magic: number): boolean | number {
  const result = call((native) => native.fstatfs(fd, statfsBytes));
  if (result < 0) return result;
  return (LONG_IS_64 ? Number(statfsLongs[0]) : statfsInts[0]) === magic;
}

const DIRENT_NAME = 19;
const directoryBuffer = new ArrayBuffer(1 << 16);
const directoryBytes = new Uint8Array(directoryBuffer);
const directoryView = new DataView(directoryBuffer);

/**
 * The numbers among the entries of an open directory (PIDs, TIDs, descriptors), in the kernel's order, appended to
 * `numbers`: 0, or -errno; what was listed before a failure stays.
 */
export function listNumbers(fd: number, numbers: number[]): number {
  for (;;) {
    const length = call((native) => native.getdents64(fd, directoryBytes, directoryBytes.length));
    if (length <= 0) return length;
    for (let offset = 0; offset < length; offset += directoryView.getUint16(offset + 16, LITTLE_ENDIAN)) {
      const number = decimalAt(directoryBytes, offset + DIRENT_NAME);
      if (number >= 0) numbers.push(number);
    }
  }
}

/** The decimal number that ends with NUL at an offset, or -1. */
function decimalAt(bytes: Uint8Array, start: number): number {
  let value = 0;
  for (let at = start; ; at++) {
    const digit = (bytes[at] as number) - 48;
    if (digit === -48) return at === start ? -1 : value;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
}

/** faccessat(2) for existence: 0 or -errno. */
export function existsAt(dirfd: number, path: string): number {
  return call((native) => native.faccessat(dirfd, path, 0, 0));
}

/** ioctl(2) with a number (or nothing) as its argument: its result or -errno. */
export function ioctl(fd: number, request: number, argument = 0): number {
  return call((native) => native.ioctlValue(fd, request, argument));
}

/** ioctl(2) with a buffer as its argument: its result or -errno. */
export function ioctlInto(fd: number, request: number, buffer: Uint8Array): number {
  return call((native) => native.ioctlBuffer(fd, request, buffer));
}

/** A system call whose arguments are numbers: its result or -errno. */
export function syscall(number: number, a = 0, b = 0, c = 0): number {
  return call((native) => native.syscallNumbers(number, a, b, c));
}

/** A system call with a request and an answer buffer (listns, listmount, statmount): its result or -errno. */
export function syscallInto(number: number, request: Uint8Array, buffer: Uint8Array, size: number, flags = 0): number {
  return call((native) => native.syscallBuffers(number, request, buffer, size, flags));
}

/** open_by_handle_at(2): a descriptor or -errno. */
export function openHandle(mountFd: number, handle: Uint8Array): number {
  return call((native) => native.openByHandleAt(mountFd, handle, O_CLOEXEC));
}

const RLIMIT_NOFILE = new Set(["mips", "mipsel"]).has(process.arch)
  ? 5
  : process.arch === ("sparc64" as string)
    ? 6
    : 7;

/** Raises this process's soft limit of open files to the hard one; false where it was there already or may not be. */
export function raiseDescriptorLimit(): boolean {
  const limits = new BigUint64Array(2);
  const bytes = new Uint8Array(limits.buffer);
  if (call((native) => native.prlimit(0, RLIMIT_NOFILE, null, bytes)) < 0 || limits[0] === limits[1]) return false;
  limits[0] = limits[1] as bigint;
  return call((native) => native.prlimit(0, RLIMIT_NOFILE, bytes, null)) === 0;
}
