import { statSync } from "node:fs";
import { expect, test } from "vitest";
import { deviceNumber } from "./device-number.js";

test.for([
  [0, 4, 4],
  [8, 1, 0x801],
  [259, 3, 0x10303],
  [1, 0x100, 0x100100],
  [0xfff, 0xfffff, 0xffffffff],
  [0x1000, 0, 2 ** 44],
] as const)("%i:%i is %i", ([major, minor, number]) => {
  expect(deviceNumber(major, minor)).toBe(number);
});

test("it is what stat(2) says", () => {
  const { dev } = statSync("/", { bigint: true });
  const major = Number(((dev >> 8n) & 0xfffn) | ((dev >> 32n) & 0xfffff000n));
  const minor = Number((dev & 0xffn) | ((dev >> 12n) & 0xffffff00n));
  expect(deviceNumber(major, minor)).toBe(Number(dev));
});
