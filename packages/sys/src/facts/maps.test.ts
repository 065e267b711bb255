import { describe, expect, test } from "vitest";
import { parseIdMap } from "./maps.js";
import { parseTimeOffsets } from "./time-offsets.js";

describe("uid_map and gid_map", () => {
  test.for([
    ["         0          0 4294967295\n", [[0, 0, 4294967295]]],
    [
      "         0       1000          1\n         1     100000      65536\n",
      [
        [0, 1000, 1],
        [1, 100000, 65536],
      ],
    ],
    ["         0 4294967295          1\n", [[0, 4294967295, 1]]],
    ["", []],
    ["nonsense\n1 2\n", []],
  ] as const)("%j", ([text, ranges]) => {
    expect(parseIdMap(text)).toEqual(ranges);
  });
});

describe("timens_offsets", () => {
  test("seconds stay text, since they may exceed what a number holds", () => {
    expect(parseTimeOffsets("monotonic           0         0\nboottime           0         0\n")).toEqual({
      monotonic: ["0", 0],
      boottime: ["0", 0],
    });
    expect(parseTimeOffsets("monotonic     -172800 999999999\nboottime   9223372036854775807 1\n")).toEqual({
      monotonic: ["-172800", 999999999],
      boottime: ["9223372036854775807", 1],
    });
  });

  test.for(["", "monotonic 1 2\n", "boottime 1 2\n", "monotonic x y\nboottime 1 2\n"])("%j is none", (text) => {
    expect(parseTimeOffsets(text)).toBeUndefined();
  });
});
