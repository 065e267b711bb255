/*
 * ioctl request numbers as include/uapi/asm-generic/ioctl.h composes them: direction, size of the argument, type
 * ("magic") and number. mips, powerpc, sparc and alpha (include/uapi/asm/ioctl.h of each) have their own layout: three
 * bits of direction of other values, and thirteen bits of size.
 */

const MIPS_LIKE = /^(mips|ppc|sparc|alpha)/;

/** The ioctl numbers of one architecture, named as the kernel's macros are. */
export interface IoctlNumbers {
  /** `_IO`: no argument. */
  io(type: number, number: number): number;
  /** `_IOR`: the kernel writes `size` bytes. */
  ior(type: number, number: number, size: number): number;
}

/** The encoding of an architecture, by its name in `process.arch` or uname(2). */
export function ioctlNumbers(architecture: string): IoctlNumbers {
  const [none, read, sizeBits] = MIPS_LIKE.test(architecture) ? [1, 2, 13] : [0, 2, 14];
  const compose = (direction: number, type: number, number: number, size: number): number =>
    direction * 2 ** (16 + sizeBits) + size * 2 ** 16 + type * 2 ** 8 + number;
  return {
    io: (type, number) => compose(none, type, number, 0),
    ior: (type, number, size) => compose(read, type, number, size),
  };
}
