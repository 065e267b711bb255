import { describe, expect, test } from "vitest";
import { parsePid, readOperand } from "./read-value.js";

describe("parsePid", () => {
  test("takes what a kernel could give", () => {
    expect(parsePid("4194304", "PID")).toBe(4_194_304);
  });
  test.each(["", "0", "1.5", "2147483648", "1 ", "١"])("refuses %j", (word) => {
    expect(() => parsePid(word, "PID")).toThrow("is not a PID");
  });
});

test("a number that no PID can be is a word", () => {
  expect(readOperand("2147483647", "PID")).toBe(2147483647);
  expect(readOperand("4026532281", "PID")).toBe("4026532281");
  expect(() => readOperand("-1", "PID")).toThrow("is not a PID");
});
