import { expect, test } from "vitest";
import { compareKernelVersions, formatKernelVersion, hasChange, parseKernelVersion } from "./kernel-version.js";

test.for([
  ["6.12.43-1~bpo12+1", "6.12.43"],
  ["5.10.262-1", "5.10.262"],
  ["7.0", "7.0.0"],
  ["6", "6.0.0"],
])("%s is %s", ([text, version]) => {
  expect(formatKernelVersion(parseKernelVersion(text as string))).toBe(version);
});

test("what has no number is no version", () => {
  expect(() => parseKernelVersion("next")).toThrow("next");
});

test("versions in their order", () => {
  const versions = ["6.12.5", "5.10.262", "7.0.1", "6.1.192", "6.12.43"].map(parseKernelVersion);
  expect(versions.sort(compareKernelVersions).map(formatKernelVersion)).toEqual([
    "5.10.262",
    "6.1.192",
    "6.12.5",
    "6.12.43",
    "7.0.1",
  ]);
});

test.for([
  ["6.12.74", false],
  ["6.12.75", true],
  ["6.17.13", false],
  ["6.18.15", false],
  ["6.18.16", true],
  ["6.19.0", false],
  ["7.0", true],
  ["7.3.4", true],
] as const)("a change of 7.0 that 6.12.75 and 6.18.16 got too: in %s it is %s", ([version, expected]) => {
  expect(hasChange(parseKernelVersion(version), ["6.12.75", "6.18.16", "7.0"])).toBe(expected);
});
