import { expect, test } from "vitest";
import { PARTS, readOptions } from "./options.js";

test("without options everything is measured, with a load that fits a small machine", () => {
  expect(readOptions([], 32_768)).toEqual({ processes: 4000, groups: 200, rounds: 5, full: false, parts: PARTS });
});

test("a load that would leave the machine too few PIDs is refused", () => {
  expect(() => readOptions(["--full", "--processes", "8000"], 16_384)).toThrow("kernel.pid_max is 16384");
});

test.each([
  [["--processes", "0"], '"0" is not a number'],
  [["--processes", "16001"], "from 1 to 16000"],
  [["--processes", "10", "--groups", "11"], "from 1 to 10"],
  [["--only", "scan,speed"], 'no part "speed"'],
])("%j is refused", (args, complaint) => {
  expect(() => readOptions(args, 4_194_304)).toThrow(complaint);
});
