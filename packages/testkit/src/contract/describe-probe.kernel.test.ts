import { closeSync, openSync } from "node:fs";
import { createProbe } from "@ns-graph/sys";
import { afterAll, beforeAll, beforeEach, describe } from "vitest";
import { requireLinux } from "../real/requirement.js";
import { describeProbe } from "./describe-probe.js";

describe("on Linux", () => {
  const held: number[] = [];
  beforeAll(() => {
    if (process.platform === "linux") held.push(openSync("/proc/self/ns/uts", "r"));
  });
  afterAll(() => {
    for (const fd of held) closeSync(fd);
  });
  beforeEach(requireLinux);

  describeProbe("the Linux probe", createProbe);
});
