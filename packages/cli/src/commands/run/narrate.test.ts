import { HostBuilder } from "@ns-graph/testkit";
import { expect, test } from "vitest";
import { narrate } from "./narrate.js";
import { planRun } from "./plan.js";

const USERS = {
  names: { "0": "root", "1000": "an\u001bna" },
  groupNames: { "50": "staff" },
  subuids: [],
  subgids: [{ owner: "1000", start: 300_000, count: 65_536 }],
};

function host(): HostBuilder {
  const builder = new HostBuilder({ users: USERS });
  builder.process({ pid: 1, ppid: 0, comm: "init" });
  builder.process({ pid: 40, comm: "node" });
  return builder;
}

test("what is new is told with its owner, and what is not new is named", () => {
  const builder = host();
  const inside = builder.unshare(["net", "uts"]);
  builder.process({ pid: 42, ppid: 40, comm: "sh", in: inside });
  expect(narrate(builder.build(), planRun(["-n", "-u", "sh"]), 40, 42)).toBe(
    [
      "parent  PID 40",
      "child   PID 42",
      "new     net:[4026532177]  owned by user:[4026531837], the initial one",
      "        uts:[4026532178]  owned by user:[4026531837], the initial one",
      "same    cgroup, ipc, mnt, pid, time, user",
      "",
    ].join("\n"),
  );
});

test("a new user namespace owns the others, and says who is who in it", () => {
  const builder = host();
  const uidMap = [[0, 1000, 1]] as const;
  const gidMap = [[0, 50, 1] as const, [1, 300_000, 65_536] as const];
  const inside = builder.unshare(["user", "net"], builder.initial, { ownerUid: 1000, uidMap, gidMap });
  builder.process({ pid: 42, ppid: 40, comm: "sh", in: inside });
  const told = narrate(builder.build(), planRun(["-r", "-n", "sh"]), 40, 42);
  expect(told).toContain("new     net:[4026532178]  owned by user:[4026532177], the new one\n");
  expect(told).toContain("        user:[4026532177]  child of user:[4026531837], the initial one\n");
  expect(told).toContain("          uid 1000 (an\\ena) ↦ 0\n          gid 50 (staff) ↦ 0\n");
  expect(told).toContain("          gids 300000–365535 (subordinate to an\\ena) ↦ 1–65536\n");
});

test("without a map nobody is anybody", () => {
  const builder = host();
  builder.process({ pid: 42, comm: "sh", in: builder.unshare(["user"], builder.initial, { uidMap: [], gidMap: [] }) });
  const told = narrate(builder.build(), planRun(["-U", "sh"]), 40, 42);
  expect(told).toContain("no uid is mapped, so inside everybody is 65534");
  expect(told).toContain("no gid is mapped, so inside every group is 65534");
});

test("in a new PID namespace both PIDs are told, and whether /proc fits", () => {
  const builder = host();
  builder.process({ pid: 42, ppid: 40, comm: "sh", in: builder.unshare(["pid"]) });
  const graph = builder.build();
  const without = narrate(graph, planRun(["-p", "sh"]), 40, 42);
  expect(without).toContain("child   PID 42 outside, 1 inside\n");
  expect(without).toContain("/proc   still that of the parent: there the child is 42");
  expect(without).toContain("--mount-proc");
  expect(without.split("\n").filter((line) => line.length > 80)).toEqual([]);
  expect(without).toMatch(/^init {4}As PID 1 .*\n {8}\S/m);
  expect(narrate(graph, planRun(["--mount-proc", "sh"]), 40, 42)).toContain("/proc   mounted anew for the child");
});

test("nothing new is said to be that", () => {
  const builder = host();
  builder.process({ pid: 42, ppid: 40, comm: "sh" });
  expect(narrate(builder.build(), planRun(["sh"]), 40, 42)).toBe(
    "parent  PID 40\nchild   PID 42\nsame    cgroup, ipc, mnt, net, pid, time, user, uts\n",
  );
});
