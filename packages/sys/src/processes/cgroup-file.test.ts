import { expect, test } from "vitest";
import { parseCgroupFile } from "./cgroup-file.js";

const DOCKER = "/docker/3f2a91c04b7d";

test.for([
  ["v2", "0::/user.slice/session-1.scope\n", "/user.slice/session-1.scope"],
  ["v2, at the root", "0::/\n", "/"],
  ["v2, outside of the reader's root", "0::/../../system.slice\n", "/../../system.slice"],
  [
    "hybrid: the v2 hierarchy is empty, and systemd's names the workload",
    `13:pids:${DOCKER}\n1:name=systemd:/system.slice\n0::/\n`,
    "/system.slice",
  ],
  ["v1: a controller that engines always set", `12:cpuset:/\n11:cpu,cpuacct:/other\n10:memory:${DOCKER}\n`, DOCKER],
  ["v1: any hierarchy that is not at its root", `12:hugetlb:/\n11:rdma:${DOCKER}\n`, DOCKER],
  ["v1, all at their roots", "12:cpuset:/\n11:memory:/\n", "/"],
  ["a path with colons", "0::/a:b:c\n", "/a:b:c"],
  ["a path with a newline is cut there, as the kernel does not escape it", "0::/a\nb\n", "/a"],
] as const)("%s", ([, text, path]) => {
  expect(parseCgroupFile(text)).toBe(path);
});

test("no hierarchy at all", () => {
  expect(parseCgroupFile("")).toBeUndefined();
  expect(parseCgroupFile("nonsense\n")).toBeUndefined();
});
