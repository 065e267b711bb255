import { expect, test } from "vitest";
import { candidatesFor, parseKernelPackage } from "./kernel-package.js";
import { findRow, KERNEL_ROWS } from "./kernel-rows.js";

/** Names as the lists of several suites have them. */
const NAMES = [
  "linux-image-5.10.0-32-cloud-amd64",
  "linux-image-5.10.0-46-cloud-amd64",
  "linux-image-5.10.0-46-cloud-amd64-dbg",
  "linux-image-5.10.0-46-cloud-amd64-unsigned",
  "linux-image-6.1-cloud-amd64",
  "linux-image-6.1.0-9-cloud-amd64",
  "linux-image-6.1.0-56-cloud-amd64",
  "linux-image-6.1.0-0.deb11.48-cloud-amd64",
  "linux-image-6.12.43+deb12-cloud-amd64",
  "linux-image-6.12.90+deb13.1-cloud-amd64",
  "linux-image-6.12.117+deb12-cloud-amd64",
  "linux-image-6.12.117+deb12-cloud-amd64-unsigned",
  "linux-image-6.12.117+deb12-amd64",
  "linux-image-6.19.14+deb13-cloud-amd64",
  "linux-image-cloud-amd64",
  "linux-binary-6.19.8+deb13-cloud-amd64",
  "linux-binary-6.19.14+deb13-cloud-amd64",
  "linux-binary-7.3-cloud-amd64",
  "linux-binary-7.3.4+deb13-cloud-amd64",
  "linux-binary-7.2.13+deb14-cloud-amd64",
  "linux-binary-unsigned-7.3.4+deb13-cloud-amd64",
];

const choose = (name: string): string[] => candidatesFor(findRow(name), NAMES).map((candidate) => candidate.name);

test("what holds a kernel that can be booted", () => {
  expect(parseKernelPackage("linux-image-5.10.0-46-cloud-amd64")?.named).toEqual([5, 10, 46]);
  expect(parseKernelPackage("linux-image-6.12.90+deb13.1-cloud-amd64")?.named).toEqual([6, 12, 90]);
  expect(parseKernelPackage("linux-binary-7.3.4+deb13-cloud-amd64")?.named).toEqual([7, 3, 4]);
});

test.for([
  "linux-image-6.19.14+deb13-cloud-amd64",
  "linux-image-5.10.0-46-cloud-amd64-dbg",
  "linux-image-6.12.117+deb12-amd64",
  "linux-image-6.1-cloud-amd64",
  "linux-image-cloud-amd64",
  "linux-binary-unsigned-7.3.4+deb13-cloud-amd64",
  "linux-headers-6.1.0-56-cloud-amd64",
])("%s holds none", (name) => {
  expect(parseKernelPackage(name)).toBeUndefined();
});

test("the newest comes first, and the signed one of two", () => {
  expect(choose("5.10")).toEqual([
    "linux-image-5.10.0-46-cloud-amd64",
    "linux-image-5.10.0-46-cloud-amd64-unsigned",
    "linux-image-5.10.0-32-cloud-amd64",
  ]);
  expect(choose("6.12")[0]).toBe("linux-image-6.12.117+deb12-cloud-amd64");
  expect(choose("newest")[0]).toBe("linux-binary-7.3.4+deb13-cloud-amd64");
});

test("the oldest of a series", () => {
  expect(choose("6.12-oldest")[0]).toBe("linux-image-6.12.43+deb12-cloud-amd64");
  expect(choose("6.19-oldest")[0]).toBe("linux-binary-6.19.8+deb13-cloud-amd64");
});

test("numbers are compared as numbers: 6.1 is not 6.12, and 9 is less than 56", () => {
  expect(choose("6.1")).toEqual(["linux-image-6.1.0-56-cloud-amd64", "linux-image-6.1.0-9-cloud-amd64"]);
});

test("any version can be asked for, and nothing else", () => {
  expect(choose("7.2.13")).toEqual(["linux-binary-7.2.13+deb14-cloud-amd64"]);
  expect(choose("7.2")).toEqual(["linux-binary-7.2.13+deb14-cloud-amd64"]);
  expect(choose("4.19")).toEqual([]);
  expect(() => findRow("latest")).toThrow(/known: 5\.10/);
});

test("the short form has the oldest and the newest", () => {
  expect(KERNEL_ROWS.filter((row) => row.short).map(({ name }) => name)).toEqual([
    KERNEL_ROWS[0]?.name,
    KERNEL_ROWS.at(-1)?.name,
  ]);
});
