import { expect, test } from "vitest";
import { type IoctlNumbers, ioctlNumbers } from "./ioctl-number.js";

const NSIO = 0xb7;
const PIDFS = 0xff;

/** As a C compiler computes them from include/uapi/linux/nsfs.h and pidfd.h, on x86 and on arm64. */
const GENERIC: readonly (readonly [name: string, number: (ioctls: IoctlNumbers) => number, value: number])[] = [
  ["NS_GET_USERNS", ({ io }) => io(NSIO, 1), 0xb701],
  ["NS_GET_PARENT", ({ io }) => io(NSIO, 2), 0xb702],
  ["NS_GET_NSTYPE", ({ io }) => io(NSIO, 3), 0xb703],
  ["NS_GET_OWNER_UID", ({ io }) => io(NSIO, 4), 0xb704],
  ["NS_GET_MNTNS_ID", ({ ior }) => ior(NSIO, 5, 8), 0x8008b705],
  ["NS_GET_PID_FROM_PIDNS", ({ ior }) => ior(NSIO, 6, 4), 0x8004b706],
  ["NS_MNT_GET_INFO", ({ ior }) => ior(NSIO, 10, 16), 0x8010b70a],
  ["NS_MNT_GET_NEXT", ({ ior }) => ior(NSIO, 11, 16), 0x8010b70b],
  ["NS_MNT_GET_PREV", ({ ior }) => ior(NSIO, 12, 16), 0x8010b70c],
  ["NS_GET_ID", ({ ior }) => ior(NSIO, 13, 8), 0x8008b70d],
  ["PIDFD_GET_PID_FOR_CHILDREN", ({ io }) => io(PIDFS, 6), 0xff06],
];

test.for(["x64", "ia32", "arm64", "arm", "riscv64", "loong64", "s390x"])("the numbers of %s", (architecture) => {
  const numbers = ioctlNumbers(architecture);
  expect(GENERIC.map(([name, number]) => [name, number(numbers)])).toEqual(
    GENERIC.map(([name, , value]) => [name, value]),
  );
});

// Three bits of direction (none 1, read 2) above thirteen bits of size.
test.for(["mips", "mipsel", "mips64", "mips64el", "ppc", "ppc64", "sparc", "sparc64", "alpha"])(
  "the numbers of %s",
  (architecture) => {
    const { io, ior } = ioctlNumbers(architecture);
    expect(io(NSIO, 1)).toBe(0x2000b701);
    expect(ior(NSIO, 5, 8)).toBe(0x4008b705);
    expect(ior(NSIO, 11, 16)).toBe(0x4010b70b);
  },
);
