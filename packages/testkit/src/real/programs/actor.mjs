/*
 * A process that makes system calls as it is told: one command a line on its standard input, one answer a line on
 * its standard output, both JSON. It ends when its input does. Plain JavaScript, so that it runs on every Node
 * without a build; `actor.ts` describes its commands and is the only one that starts it.
 *
 *     {"id": 1, "call": "open", "args": ["/proc/thread-self/ns/net"]}                → {"id": 1, "value": 17}
 *     {"id": 2, "call": "unshare", "args": [1073741824], "thread": 4712}             → {"id": 2, "error": "EPERM"}
 */
import { closeSync, fstatSync, mkdirSync, openSync, readSync, writeSync } from "node:fs";
import { constants } from "node:os";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import koffi from "koffi";

const libc = koffi.load(null);
const calls = {
  chroot: libc.func("int chroot(const char *path)"),
  close: libc.func("int close(int fd)"),
  exitProcess: libc.func("void _exit(int status)"),
  fanotify_init: libc.func("int fanotify_init(uint flags, uint event_flags)"),
  fanotify_mark: libc.func("int fanotify_mark(int fd, uint flags, uint64_t mask, int directory, const char *path)"),
  inotify_add_watch: libc.func("int inotify_add_watch(int fd, const char *path, uint32_t mask)"),
  inotify_init1: libc.func("int inotify_init1(int flags)"),
  gettid: libc.func("int gettid(void)"),
  ioctl: libc.func("int ioctl(int fd, unsigned long request, unsigned long value)"),
  mknod: libc.func("int mknod(const char *path, uint mode, ulong device)"),
  mount: libc.func(
    "int mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data)",
  ),
  prctl: libc.func("int prctl(int option, const void *value, unsigned long a, unsigned long b, unsigned long c)"),
  sendmsg: libc.func("long sendmsg(int fd, const void *message, int flags)"),
  setns: libc.func("int setns(int fd, int flags)"),
  socket: libc.func("int socket(int domain, int type, int protocol)"),
  socketpair: libc.func("int socketpair(int domain, int type, int protocol, _Out_ int *pair)"),
  registerFiles: libc.func("syscall", "long", ["long", "long", "long", "void *", "long"]),
  syscall: libc.func("long syscall(long number, long a, long b, long c)"),
  umount2: libc.func("int umount2(const char *target, int flags)"),
  unshare: libc.func("int unshare(int flags)"),
};

const AF_UNIX = 1;
const SOCK_STREAM = 1;
const SOCK_CLOEXEC = 0o2000000;
const S_IFSOCK = 0o140000;
const O_PATH = 0o10000000;
const PR_SET_NAME = 15;
const PIDFD_GET_PID_FOR_CHILDREN = 0xff06;
const PIDFD_THREAD = 0o200;
const SYS_IO_URING_SETUP = 425;
const SYS_IO_URING_REGISTER = 427;
const SYS_OPEN_TREE = 428;
const SYS_FSOPEN = 430;
const SYS_PIDFD_OPEN = 434;
const SYS_PIDFD_GETFD = 438;
const IORING_REGISTER_FILES = 2;
const IN_OPEN = 0x20;
const FAN_MARK_ADD = 1;
const FAN_MARK_EVICTABLE = 0x200;
const FAN_OPEN = 0x20n;
const OPEN_TREE_CLONE = 1;
const AT_RECURSIVE = 0x8000;
const AT_FDCWD = -100;
const TUNSETIFF = 0x400454ca;
const IFF_TAP_WITHOUT_HEADER = 0x1002;
const SYS_EXIT = { arm64: 93, x64: 60 }[process.arch];

/** The result of a call that answers -1 on failure. */
function done(result) {
  if (result !== -1) return Number(result);
  const errno = koffi.errno();
  const name = Object.entries(constants.errno).find(([, value]) => value === errno)?.[0] ?? `errno ${errno}`;
  throw Object.assign(new Error(name), { code: name });
}

/** A struct msghdr with one byte of data and one descriptor (SCM_RIGHTS), for 64-bit machines; what it points at goes along. */
function messageWith(fd) {
  const data = Buffer.from([0]);
  const vector = Buffer.alloc(16);
  vector.writeBigUInt64LE(BigInt(koffi.address(data)), 0);
  vector.writeBigUInt64LE(1n, 8);
  const control = Buffer.alloc(24);
  control.writeBigUInt64LE(20n, 0);
  control.writeInt32LE(1, 8); // SOL_SOCKET
  control.writeInt32LE(1, 12); // SCM_RIGHTS
  control.writeInt32LE(fd, 16);
  const message = Buffer.alloc(56);
  message.writeBigUInt64LE(BigInt(koffi.address(vector)), 16);
  message.writeBigUInt64LE(1n, 24);
  message.writeBigUInt64LE(BigInt(koffi.address(control)), 32);
  message.writeBigUInt64LE(24n, 40);
  return { message, parts: [data, vector, control] };
}

function socketPair() {
  const pair = [0, 0];
  done(calls.socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair));
  return pair;
}

/** What any thread can do; each works on the calling thread where the kernel distinguishes them. */
const operations = {
  chroot: (path) => done(calls.chroot(path)),
  close: (fd) => closeSync(fd),
  makeFolder: (path) => mkdirSync(path),
  makeSocketFile: (path) => done(calls.mknod(path, S_IFSOCK | 0o600, 0)),
  mount: (source, target, type, flags, data) => done(calls.mount(source, target, type, flags, data)),
  name: (hex) => done(calls.prctl(PR_SET_NAME, Buffer.from(`${hex}00`, "hex"), 0, 0, 0)),
  open: (path) => openSync(path),
  openContext: (type) => {
    const name = Buffer.from(`${type}\0`);
    return done(calls.syscall(SYS_FSOPEN, koffi.address(name), 1, 0));
  },
  openTree: (path) => {
    const name = Buffer.from(`${path}\0`);
    return done(
      calls.syscall(SYS_OPEN_TREE, AT_FDCWD, koffi.address(name), OPEN_TREE_CLONE | AT_RECURSIVE | SOCK_CLOEXEC),
    );
  },
  openTun: (name) => {
    const fd = openSync("/dev/net/tun", "r+");
    if (name === "") return fd;
    const request = Buffer.alloc(40);
    request.write(name);
    request.writeUInt16LE(IFF_TAP_WITHOUT_HEADER, 16);
    done(calls.ioctl(fd, TUNSETIFF, koffi.address(request)));
    return fd;
  },
  registerFile: (fd) => {
    const parameters = Buffer.alloc(120);
    const ring = done(calls.syscall(SYS_IO_URING_SETUP, 4, koffi.address(parameters), 0));
    const files = Buffer.alloc(4);
    files.writeInt32LE(fd);
    done(calls.registerFiles(SYS_IO_URING_REGISTER, ring, IORING_REGISTER_FILES, files, 1));
    return ring;
  },
  openPath: (path) => openSync(path, O_PATH),
  pause: (milliseconds) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds),
  pidForChildren: () => {
    const pidfd = done(calls.syscall(SYS_PIDFD_OPEN, calls.gettid(), PIDFD_THREAD, 0));
    try {
      return done(calls.ioctl(pidfd, PIDFD_GET_PID_FOR_CHILDREN, 0));
    } finally {
      closeSync(pidfd);
    }
  },
  sendDescriptor: (fd) => {
    const [from, to] = socketPair();
    const { message } = messageWith(fd);
    done(calls.sendmsg(from, message, 0));
    return [from, to];
  },
  setns: (fd) => done(calls.setns(fd, 0)),
  socket: (domain, type) => done(calls.socket(domain, type | SOCK_CLOEXEC, 0)),
  socketPair,
  stat: (fd) => {
    const { dev, ino } = fstatSync(fd);
    return { dev, ino };
  },
  takeDescriptor: (pid, fd) => {
    const pidfd = done(calls.syscall(SYS_PIDFD_OPEN, pid, 0, 0));
    try {
      return done(calls.syscall(SYS_PIDFD_GETFD, pidfd, fd, 0));
    } finally {
      closeSync(pidfd);
    }
  },
  tid: () => calls.gettid(),
  touch: (path) => closeSync(openSync(path, "a")),
  unmount: (target) => done(calls.umount2(target, 0)),
  unshare: (flags) => done(calls.unshare(flags)),
  watch: (path) => {
    const fd = done(calls.inotify_init1(SOCK_CLOEXEC));
    done(calls.inotify_add_watch(fd, path, IN_OPEN));
    return fd;
  },
  watchAll: (path, isEvictable) => {
    const fd = done(calls.fanotify_init(1, 0));
    const flags = FAN_MARK_ADD | (isEvictable ? FAN_MARK_EVICTABLE : 0);
    done(calls.fanotify_mark(fd, flags, FAN_OPEN, AT_FDCWD, path));
    return fd;
  },
};

function answer(id, body) {
  writeSync(1, `${JSON.stringify({ id, ...body })}\n`);
}

function perform({ id, call, args }) {
  try {
    answer(id, { value: operations[call](...args) ?? null });
  } catch (error) {
    answer(id, { error: error.code ?? error.message });
  }
}

/** The end of the input, for a thread that nobody else reads it for. */
function awaitEnd() {
  const byte = Buffer.alloc(1);
  for (;;) {
    try {
      if (readSync(0, byte) === 0) calls.exitProcess(0);
    } catch (error) {
      if (error.code !== "EAGAIN") calls.exitProcess(1);
      operations.pause(20);
    }
  }
}

const threads = new Map();

function startThread(id) {
  const worker = new Worker(new URL(import.meta.url));
  worker.once("message", (tid) => {
    threads.set(tid, worker);
    answer(id, { value: tid });
  });
}

function obey(command) {
  if (command.call === "startThread") startThread(command.id);
  else if (command.call === "exitLeader") {
    threads.get(command.args[0]).postMessage(command);
    calls.syscall(SYS_EXIT, 0, 0, 0);
  } else if (command.thread === undefined) perform(command);
  else threads.get(command.thread).postMessage(command);
}

if (isMainThread) {
  let rest = "";
  process.stdin.setEncoding("utf8");
  process.stdin.on("data", (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) obey(JSON.parse(line));
  });
  process.stdin.on("end", () => calls.exitProcess(0));
  writeSync(1, "ready\n");
} else {
  parentPort.on("message", (command) => {
    if (command.call !== "exitLeader") return perform(command);
    answer(command.id, { value: null });
    awaitEnd();
  });
  parentPort.postMessage(calls.gettid());
}
