import { describe, expect, test } from "vitest";
import { parsePid } from "./read-value.js";

describe("parsePid", () => {
  test("takes what a kernel could give", () => {
    expect(parsePid("4194304", "PID")).toBe(4_194_304);
  });
  test.each(["", "0", "1.5", "2147483648", "1 ", "١"])("refuses %j", (word) => {
    expect(() => parsePid(word, "PID")).toThrow("is not a PID");
  });
});
