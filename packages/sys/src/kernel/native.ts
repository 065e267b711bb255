import { EINTR } from "./errno.js";
import { loadKoffi } from "./load-koffi.js";
import { STATX } from "./syscall-numbers.js";

type Argument<Type extends string> = Type extends "str" ? string : Type extends "void *" ? Uint8Array | null : number;
type Native = ReturnType<typeof loadNative>;

let native: Native | undefined;

function loadNative() {
  const koffi = loadKoffi();
  const library = koffi.load(null);
  const define: Define = (name, result, types) =>
    library.func(name, result, [...types]) as unknown as ReturnType<Define>;
  const ifPresent = <T>(make: () => T): T | undefined => {
    try {
      return make();
    } catch {
      return undefined;
    }
  };
  return {
    openat: define("openat", "int", ["int", "str", "int", "uint"]),
    openatBytes: define("openat", "int", ["int", "void *", "int", "uint"]),
    close: define("close", "int", ["int"]),
    read: define("read", "long", ["int", "void *", "ulong"]),
    readlinkat: define("readlinkat", "long", ["int", "str", "void *", "ulong"]),
    statx:
      ifPresent(() => define("statx", "int", ["int", "str", "int", "uint", "void *"])) ?? statxBySystemCall(define),
    // glibc names it after the system call (since 2.30); musl drops the 64.
    getdents64:
      ifPresent(() => define("getdents64", "long", ["int", "void *", "ulong"])) ??
      define("getdents", "long", ["int", "void *", "ulong"]),
    alarm: define("alarm", "uint", ["uint"]),
    prctl: define("prctl", "int", ["int", "void *", "ulong", "ulong", "ulong"]),
    waitpid: define("waitpid", "int", ["int", "void *", "int"]),
    faccessat: define("faccessat", "int", ["int", "str", "int", "int"]),
    fcntl: define("fcntl", "int", ["int", "int", "long"]),
    ioctlValue: define("ioctl", "int", ["int", "ulong", "ulong"]),
    ioctlBuffer: define("ioctl", "int", ["int", "ulong", "void *"]),
    prlimit: define("prlimit", "int", ["int", "int", "void *", "void *"]),
    // It came with glibc 2.34; without it each descriptor is closed by itself.
    closeRange: ifPresent(() => define("close_range", "int", ["uint", "uint", "int"])),
    nameToHandleAt: define("name_to_handle_at", "int", ["int", "str", "void *", "void *", "int"]),
    socket: define("socket", "int", ["int", "int", "int"]),
    openByHandleAt: define("open_by_handle_at", "int", ["int", "void *", "int"]),
    syscallNumbers: define("syscall", "long", ["long", "long", "long", "long"]),
    syscallOpenat2: define("syscall", "long", ["long", "long", "void *", "void *", "ulong"]),
    syscallBuffers: define("syscall", "long", ["long", "void *", "void *", "ulong", "ulong"]),
    syscallPreadv2: define("syscall", "long", ["long", "long", "void *", "long", "long", "long", "long"]),
    addressOf: (bytes: Uint8Array): bigint => koffi.address(bytes),
    errno: koffi.errno as () => number,
  };
}

type Define = <const Types extends readonly string[]>(
  name: string,
  result: string,
  types: Types,
) => (...args: { -readonly [I in keyof Types]: Argument<Types[I]> }) => number;

/** For a libc that has no function for it yet (older versions of musl). */
function statxBySystemCall(define: Define) {
  const number = STATX;
  if (number === undefined) throw new Error("libc has no function for statx(2), whose number is not known");
  const call = define("syscall", "long", ["long", "long", "str", "long", "ulong", "void *"]);
  return (dirfd: number, path: string, flags: number, mask: number, buffer: Uint8Array | null): number =>
    call(number, dirfd, path, flags, mask, buffer);
}

/** The functions of libc, as koffi calls them. */
export function libc(): Native {
  native ??= loadNative();
  return native;
}

/** Runs a call, again where it was interrupted; -errno where it failed. */
export function call(run: (native: Native) => number): number {
  const functions = libc();
  for (;;) {
    const result = run(functions);
    if (result >= 0) return result;
    const errno = functions.errno();
    if (errno !== EINTR) return -errno;
  }
}
