import { constants } from "node:fs";
import { endianness } from "node:os";
import { deviceNumber } from "./device-number.js";
import { EFBIG, EINTR, ENOSYS } from "./errno.js";
import { call, libc } from "./native.js";
import { OPENAT2, PREADV2 } from "./syscall-numbers.js";

/*
 * Calls into libc; those that another thread makes are in watchdog.ts. Every function answers -errno where the call failed, so
 * that errno is read at once and nobody else needs to know of it. A call that was interrupted is made again.
 *
 * Some of the calls are made ten thousands of times in a scan. Those are written out, because a function that is handed to
 * `call` costs them an allocation each.
 */

/** `AT_FDCWD`: paths are relative to the working directory. */
export const AT_FDCWD = -100;
export const O_PATH = 0o10000000;
export const O_CLOEXEC = 0o2000000;
// These two differ from one architecture to the next (arm64 has its own).
export const { O_DIRECTORY, O_NOFOLLOW } = constants;
export const { S_IFDIR } = constants;
const { S_IFCHR, S_IFMT } = constants;
const AT_EMPTY_PATH = 0x1000;
const AT_NO_AUTOMOUNT = 0x800;
const AT_SYMLINK_NOFOLLOW = 0x100;
const AT_STATX_DONT_SYNC = 0x4000;
const F_DUPFD_CLOEXEC = 1030;
const F_SETFD = 2;
const FD_CLOEXEC = 1;
const LITTLE_ENDIAN = endianness() === "LE";

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

/* include/uapi/linux/openat2.h */
export const RESOLVE_NO_XDEV = 0x01;
export const RESOLVE_NO_MAGICLINKS = 0x02;
export const RESOLVE_NO_SYMLINKS = 0x04;
export const RESOLVE_IN_ROOT = 0x10;
export const RESOLVE_CACHED = 0x20;

const OPEN_HOW_SIZE = 24;
const openHow = new BigUint64Array(OPEN_HOW_SIZE / 8);
const openHowBytes = new Uint8Array(openHow.buffer);

/** openat2(2) (Linux 5.6) with O_CLOEXEC: a descriptor or -errno. `resolve` has RESOLVE_ flags, the path its final NUL. */
export function openAt2(dirfd: number, path: Uint8Array, flags: number, resolve: number): number {
  openHow[0] = BigInt(flags | O_CLOEXEC);
  openHow[2] = BigInt(resolve);
  return call((native) => native.syscallOpenat2(OPENAT2, dirfd, path, openHowBytes, OPEN_HOW_SIZE));
}

/** close(2). What it answers does not matter for a descriptor that was only read from: it is closed in any case. */
export function closeFd(fd: number): void {
  libc().close(fd);
}

/** Makes room for a descriptor of that number, by a copy of another one that is closed at once: whether it could be. */
export function reserveDescriptor(fd: number, number: number): boolean {
  const copy = copyDescriptor(fd, number);
  if (copy < 0) return false;
  closeFd(copy);
  return true;
}

/** A copy of a descriptor, with that number or a higher one (fcntl(2)); or -errno. */
export function copyDescriptor(fd: number, number = 0): number {
  return call((native) => native.fcntl(fd, F_DUPFD_CLOEXEC, number));
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

/** No file is taken as a whole that is longer. */
const LONGEST_FILE = 1 << 28;
/** Every file may be so long without being asked about. */
const USUAL_SIZE = 1 << 16;

let scratch = Buffer.allocUnsafeSlow(USUAL_SIZE);

/** Answers how many of the further bytes that are wanted may be read. */
export type ByteGrant = (wanted: number) => number;

/**
 * The whole of a file of /proc: its bytes, valid until the next call, or -errno. Beyond the usual size each further piece
 * has to be granted; -EFBIG where one is not.
 *
 * `single` says that the kernel makes the file in one piece (single_open, fs/seq_file.c: status, cgroup), so that
 * a read(2) that did not fill the buffer was the last. Others give a page at a time, cut at the end of a record.
 */
export function readFileAt(
  dirfd: number,
  path: string,
  pieces: "single" | "records",
  grant?: ByteGrant,
): Buffer | number {
  const fd = openAt(dirfd, path, 0);
  if (fd < 0) return fd;
  const length = readAll(fd, pieces, grant);
  closeFd(fd);
  const file = length < 0 ? length : scratch.subarray(0, length);
  // What is returned keeps the memory; nobody else needs that much.
  if (scratch.length > KEPT_SIZE) scratch = Buffer.allocUnsafeSlow(USUAL_SIZE);
  return file;
}

/** Reads into `scratch`: how many bytes, or -errno. */
function readAll(fd: number, pieces: "single" | "records", grant: ByteGrant | undefined): number {
  let length = 0;
  for (let granted = USUAL_SIZE; ; ) {
    if (length === granted) {
      // By halves more and not to twice its size, so that little is granted which is not used.
      const wanted = Math.max(USUAL_SIZE, length >> 1);
      if (length + wanted > LONGEST_FILE || (grant !== undefined && grant(wanted) < wanted)) return -EFBIG;
      granted += wanted;
      if (scratch.length < granted) scratch = Buffer.concat([scratch], Math.max(granted, scratch.length * 2));
    }
    const target = granted === scratch.length && length === 0 ? scratch : scratch.subarray(length, granted);
    const count = readOnce(fd, target);
    if (count < 0) return count;
    length += count;
    if (count === 0 || (pieces === "single" && count < target.length)) return length;
  }
}

const KEPT_SIZE = 1 << 20;

let piece: Buffer | undefined;

/**
 * Reads a file of /proc piece by piece; a piece is valid until `take` returns, which answers whether to go on.
 * 0, or -errno.
 */
export function readPiecesAt(dirfd: number, path: string, take: (bytes: Buffer) => boolean): number {
  const fd = openAt(dirfd, path, 0);
  if (fd < 0) return fd;
  piece ??= Buffer.allocUnsafeSlow(USUAL_SIZE);
  let count: number;
  do count = readOnce(fd, piece);
  while (count > 0 && take(piece.subarray(0, count)));
  closeFd(fd);
  return Math.min(count, 0);
}

/**
 * The beginning of a file of /proc that is made in one piece, up to `most` bytes, valid until the next call, or -errno.
 */
export function readStartAt(dirfd: number, path: string, most: number): Buffer | number {
  const fd = openAt(dirfd, path, 0);
  if (fd < 0) return fd;
  if (scratch.length < most) scratch = Buffer.allocUnsafeSlow(most);
  const count = readOnce(fd, scratch.subarray(0, most));
  closeFd(fd);
  return count < 0 ? count : scratch.subarray(0, count);
}

function readOnce(fd: number, target: Uint8Array): number {
  const functions = libc();
  const count = functions.read(fd, target, target.length);
  if (count >= 0) return count;
  const errno = functions.errno();
  return errno === EINTR ? readOnce(fd, target) : -errno;
}

const RWF_NOWAIT = 0x08;
const vector = new BigUint64Array(2);
const vectorBytes = new Uint8Array(vector.buffer);

/**
 * Reads a regular file from an offset on, as far as the kernel has it at hand (preadv2(2) with RWF_NOWAIT): how many bytes, or
 * -errno. -EAGAIN where whoever reads would wait, be it for whom somebody lets hold a lock, or for a disk, which is then
 * asked; -EOPNOTSUPP where the file system can't tell, -ENOSYS where the number of the call is not known.
 *
 * @param target of a memory that does not move: Buffer.allocUnsafeSlow
 */
export function readAtHand(fd: number, target: Buffer, offset: number): number {
  const number = PREADV2;
  if (number === undefined) return -ENOSYS;
  return call((native) => {
    vector[0] = native.addressOf(target);
    vector[1] = BigInt(target.length);
    return native.syscallPreadv2(number, fd, vectorBytes, 1, offset, 0, RWF_NOWAIT);
  });
}

/** read(2): how many bytes, or -errno. */
export function readFrom(fd: number, target: Uint8Array): number {
  return readOnce(fd, target);
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
  /** S_IFMT part of the mode; 0 of anonymous inodes (fs/anon_inodes.c). */
  format: number;
  /** st_rdev of a character device; 0 of all else. */
  device: number;
  /** Of the root of a mount the number of that, as mountinfo has it (Linux 5.8); else 0. */
  mountRoot: number;
  /** Link count; of /proc/PID/task it is the number of threads and two. */
  links: number;
  /** st_size; of /proc/PID/fd it is the number of open descriptors (Linux 6.2), and 0 before. */
  size: number;
}

const STATX_INO_LOW = LITTLE_ENDIAN ? 8 : 9;
const STATX_INO_HIGH = LITTLE_ENDIAN ? 9 : 8;
const STATX_ATTR_MOUNT_ROOT = 0x2000;
const STATX_ATTRIBUTES_LOW = LITTLE_ENDIAN ? 2 : 3;
const STATX_MOUNT_LOW = LITTLE_ENDIAN ? 36 : 37;
const STATX_SIZE_LOW = LITTLE_ENDIAN ? 10 : 11;

const status: Status = { dev: 0, ino: 0, format: 0, device: 0, mountRoot: 0, links: 0, size: 0 };

function statxInto(dirfd: number, path: string, flags: number, mask = 0): Status | number {
  const functions = libc();
  if (functions.statx(dirfd, path, flags, mask, statxBytes) < 0) {
    const errno = functions.errno();
    return errno === EINTR ? statxInto(dirfd, path, flags, mask) : -errno;
  }
  status.format = (statx16[14] as number) & S_IFMT;
  status.links = statx32[4] as number;
  status.size = statx32[STATX_SIZE_LOW] as number;
  status.ino = (statx32[STATX_INO_LOW] as number) + (statx32[STATX_INO_HIGH] as number) * 2 ** 32;
  status.dev = deviceNumber(statx32[34] as number, statx32[35] as number);
  status.device = status.format === S_IFCHR ? deviceNumber(statx32[32] as number, statx32[33] as number) : 0;
  const isMountRoot = ((statx32[STATX_ATTRIBUTES_LOW] as number) & STATX_ATTR_MOUNT_ROOT) !== 0;
  status.mountRoot = isMountRoot ? (statx32[STATX_MOUNT_LOW] as number) : 0;
  return status;
}

/** File type of regular files in `Status.format` (inode(7)). */
export const S_IFREG = 0o100000;
/** That of sockets. */
export const S_IFSOCK = 0o140000;

/**
 * Identity of an open descriptor (by statx(2) with an empty path), or -errno. It asks for nothing and tells the file system
 * not to synchronise, so that none waits for its server or daemon (fuse_update_get_attr, fs/fuse/dir.c).
 */
export function statusOf(fd: number): Status | number {
  return statxInto(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC);
}

/** Identity of what a path leads to, or -errno; what is mounted on an automount point is not waited for. */
export function statusAt(dirfd: number, path: string): Status | number {
  return statxInto(dirfd, path, AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC);
}

const STATX_MNT_ID_UNIQUE = 0x4000;
const statx64 = new BigUint64Array(statxBuffer);

/** The number of the mount that an open descriptor is on which is never given to another (Linux 6.8); undefined where there is none. */
export function uniqueMountOf(fd: number): bigint | undefined {
  const found = statxInto(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_MNT_ID_UNIQUE);
  if (typeof found === "number" || ((statx32[0] as number) & STATX_MNT_ID_UNIQUE) === 0) return undefined;
  return statx64[18] as bigint;
}

/** STATX_TYPE, STATX_MODE, STATX_UID, STATX_GID and STATX_INO. */
const STATX_OWNERSHIP = 0x11b;

/** Who may change a file or folder, and which one it is. */
export interface Ownership {
  readonly dev: number;
  readonly ino: number;
  readonly uid: number;
  readonly gid: number;
  /** Type and permissions (inode(7)). */
  readonly mode: number;
}

/** What is at an absolute path itself, be it a link, as far as the kernel has it at hand; or -errno. */
export function ownershipAt(path: string): Ownership | number {
  const flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC;
  const found = statxInto(AT_FDCWD, path, flags, STATX_OWNERSHIP);
  if (typeof found === "number") return found;
  const { dev, ino } = found;
  return { dev, ino, uid: statx32[5] as number, gid: statx32[6] as number, mode: statx16[14] as number };
}

const DIRENT_NAME = 19;
const directoryBuffer = new ArrayBuffer(1 << 16);
const directoryBytes = new Uint8Array(directoryBuffer);
const directoryView = new DataView(directoryBuffer);

/**
 * The numbers among the entries of an open directory (PIDs, TIDs, descriptors), in the kernel's order, appended to
 * `numbers`: 0, or -errno; what was listed before a failure stays. `grant` answers how many of those that were just read are wanted:
 * where it is fewer, no more are listed.
 */
export function listNumbers(fd: number, numbers: number[], grant?: (count: number) => number): number {
  for (;;) {
    const length = call((native) => native.getdents64(fd, directoryBytes, directoryBytes.length));
    if (length <= 0) return length;
    const before = numbers.length;
    for (let offset = 0; offset < length; offset += directoryView.getUint16(offset + 16, LITTLE_ENDIAN)) {
      const number = decimalAt(directoryBytes, offset + DIRENT_NAME);
      if (number >= 0) numbers.push(number);
    }
    const fresh = numbers.length - before;
    const granted = grant === undefined ? fresh : grant(fresh);
    if (granted >= fresh) continue;
    numbers.length = before + granted;
    return 0;
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

/** alarm(2): the kernel sends SIGALRM after that many seconds; 0 takes back what was set by this function. */
export function setAlarm(seconds: number): void {
  if (seconds === 0 && !isAlarmSet) return;
  isAlarmSet = seconds > 0;
  libc().alarm(Math.min(seconds, LONGEST_ALARM));
}

let isAlarmSet = false;
const LONGEST_ALARM = 2 ** 31 - 1;

const WNOHANG = 1;

/**
 * Takes a child that has ended from the process table, waitpid(2): of those that a program started which execve(2) replaced
 * nobody knows any more. False while it has not ended yet; true too where there is no such child.
 *
 * @param pid positive: waitpid(2) takes any child for others.
 */
export function reapChild(pid: number): boolean {
  if (pid <= 0) return true;
  return call((native) => native.waitpid(pid, null, WNOHANG)) !== 0;
}

/** Whether a descriptor stays open on execve(2) (FD_CLOEXEC, fcntl(2)); nothing where it is none. */
export function keepOpenOnExec(fd: number, isKept: boolean): void {
  call((native) => native.fcntl(fd, F_SETFD, isKept ? 0 : FD_CLOEXEC));
}

/** faccessat(2) for existence: 0 or -errno. */
export function existsAt(dirfd: number, path: string): number {
  return call((native) => native.faccessat(dirfd, path, 0, 0));
}

const AF_INET = 2;
/** Mips has these two the other way round. */
const SOCK_DGRAM = process.arch.startsWith("mips") ? 1 : 2;

/** An IPv4 socket(2), to ask the kernel about interfaces: a descriptor or -errno. */
export function openSocket(): number {
  return call((native) => native.socket(AF_INET, SOCK_DGRAM | O_CLOEXEC, 0));
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

const HANDLE_SIZE = 128;
const handle = new Uint32Array(2 + HANDLE_SIZE / 4);
const handleBytes = new Uint8Array(handle.buffer);
const mountNumber = new Uint8Array(4);

/** A file handle of a file system: what the file system calls this kind of handle, and what is in it. */
export interface FileHandle {
  readonly type: number;
  readonly words: readonly number[];
}

/** name_to_handle_at(2): the handle of an open file, for which nobody is asked; or -errno. */
export function handleOf(fd: number): FileHandle | number {
  handle[0] = HANDLE_SIZE;
  const result = call((native) => native.nameToHandleAt(fd, "", handleBytes, mountNumber, AT_EMPTY_PATH));
  return result < 0 ? result : { type: handle[1] as number, words: [...handle.subarray(2, 2 + (handle[0] ?? 0) / 4)] };
}

/** open_by_handle_at(2): a descriptor or -errno. */
export function openHandle(mountFd: number, handle: Uint8Array): number {
  return call((native) => native.openByHandleAt(mountFd, handle, O_CLOEXEC));
}

const PR_SET_NAME = 15;

/** Gives the calling thread a name (prctl(2)), which is that of the process where it is the main one; of more than 15 bytes the first. */
export function setThreadName(name: string): void {
  call((native) => native.prctl(PR_SET_NAME, Buffer.from(`${name}\0`), 0, 0, 0));
}

const RLIMITS_NOFILE: Readonly<Record<string, number>> = { mips: 5, mipsel: 5, sparc64: 6 };
const RLIMIT_NOFILE = RLIMITS_NOFILE[process.arch] ?? 7;

/** Raises this process's soft limit of open files to the hard one; false where it was there already or may not be. */
export function raiseDescriptorLimit(): boolean {
  const limits = new BigUint64Array(2);
  const bytes = new Uint8Array(limits.buffer);
  if (call((native) => native.prlimit(0, RLIMIT_NOFILE, null, bytes)) < 0 || limits[0] === limits[1]) return false;
  limits[0] = limits[1] as bigint;
  return call((native) => native.prlimit(0, RLIMIT_NOFILE, bytes, null)) === 0;
}
