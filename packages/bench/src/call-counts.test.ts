import { expect, test } from "vitest";
import { countQuestions, parseCounts } from "./call-counts.js";

const TABLE = `% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ------------------
 84.16   14.879495       17063       872        63 futex
  3.93    0.694435          21     32257           readlinkat
  0.32    0.057087          17      3225         9 ioctl
------ ----------- ----------- --------- --------- ------------------
100.00   15.630000          10     36354        72 total
`;

test("the table of strace is read with and without errors", () => {
  expect(parseCounts(TABLE)).toEqual({ futex: 872, readlinkat: 32257, ioctl: 3225 });
});

test("waiting for a thread is no question to the kernel", () => {
  expect(countQuestions(parseCounts(TABLE))).toBe(32257 + 3225);
});
