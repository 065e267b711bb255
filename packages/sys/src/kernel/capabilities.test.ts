import { expect, test } from "vitest";
import { capabilityNames } from "./capabilities.js";

test("none", () => {
  expect(capabilityNames(0n)).toEqual([]);
});

test.for([
  [0, "CAP_CHOWN"],
  [2, "CAP_DAC_READ_SEARCH"],
  [12, "CAP_NET_ADMIN"],
  [19, "CAP_SYS_PTRACE"],
  [21, "CAP_SYS_ADMIN"],
  [31, "CAP_SETFCAP"],
  [32, "CAP_MAC_OVERRIDE"],
  [38, "CAP_PERFMON"],
  [40, "CAP_CHECKPOINT_RESTORE"],
  // Of a kernel that is newer than this.
  [41, "CAP_41"],
  [63, "CAP_63"],
] as const)("bit %i is %s", ([bit, name]) => {
  expect(capabilityNames(1n << BigInt(bit))).toEqual([name]);
});

test("several stand in the order of their names", () => {
  expect(capabilityNames((1n << 21n) | (1n << 19n) | 1n)).toEqual(["CAP_CHOWN", "CAP_SYS_ADMIN", "CAP_SYS_PTRACE"]);
});

test("root has all 41", () => {
  const names = capabilityNames(0x1ffffffffffn);
  expect(new Set(names).size).toBe(41);
  expect(names.every((name) => /^CAP_[A-Z_]+$/.test(name))).toBe(true);
});
