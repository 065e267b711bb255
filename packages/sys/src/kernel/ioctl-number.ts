/*
 * ioctl request numbers as include/uapi/asm-generic/ioctl.h composes them: direction, size of the argument, type
 * ("magic") and number. mips, powerpc, sparc and alpha (include/uapi/asm/ioctl.h of each) have their own layout: three
 * bits of direction of other values, and thirteen bits of size.
 */

interface Encoding {
  readonly none: number;
  readonly read: number;
  readonly sizeBits: number;
}

const GENERIC: Encoding = { none: 0, read: 2, sizeBits: 14 };
const MIPS_LIKE: Encoding = { none: 1, read: 2, sizeBits: 13 };

const MIPS_LIKE_ARCHITECTURES: ReadonlySet<string> = new Set([
  "mips",
  "mipsel",
  "mips64",
  "mips64el",
  "ppc",
  "ppc64",
  "sparc",
  "sparc64",
  "alpha",
]);

/** The ioctl numbers of one architecture, named as the kernel's macros are. */
export interface IoctlNumbers {
  /** `_IO`: no argument. */
  io(type: number, number: number): number;
  /** `_IOR`: the kernel writes `size` bytes. */
  ior(type: number, number: number, size: number): number;
}

/** The encoding of an architecture, by its name in `process.arch` or uname(2). */
export function ioctlNumbers(architecture: string): IoctlNumbers {
  const { none, read, sizeBits } = MIPS_LIKE_ARCHITECTURES.has(architecture) ? MIPS_LIKE : GENERIC;
  const compose = (direction: number, type: number, number: number, size: number): number =>
    direction * 2 ** (16 + sizeBits) + size * 2 ** 16 + type * 2 ** 8 + number;
  return {
    io: (type, number) => compose(none, type, number, 0),
    ior: (type, number, size) => compose(read, type, number, size),
  };
}
