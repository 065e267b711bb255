import { readFileSync, readlinkSync } from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import { checkDescriptors } from "../contract/check-descriptors.js";
import {
  isRunning,
  lsns,
  MAX_PID_DEPTH,
  MAX_USER_DEPTH,
  makeKeeper,
  namespaceOf,
  nestPidNamespaces,
  nestUserNamespaces,
  readProcessEntry,
  requireNamespaces,
  requireProgram,
  run,
  startContained,
  startContainer,
  startWithForeignProc,
  unshareUserAndPid,
} from "./index.js";

checkDescriptors();

/** NSpid of a process: its PID at each level. */
function pidsOf(pid: number): number[] {
  return (/^NStgid:\s+(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "").split("\t").map(Number);
}

const isInitial = (type: "pid" | "user", ino: number) => ino === { pid: 0xeffffffc, user: 0xeffffffd }[type];

describe("nested namespaces", () => {
  beforeEach((context) => requireNamespaces(context, "user", "pid", "mnt"));

  test("three user namespaces, the upper two without processes", async (context) => {
    requireProgram(context, "lsns");
    await using keeper = await makeKeeper();
    const { pid, levels, above } = await nestUserNamespaces(keeper, { depth: 3 });
    expect(new Set(levels.map(({ id }) => id)).size).toBe(3);
    expect(namespaceOf(pid, "user").id).toBe(levels[2]?.id);
    expect(above.id).toBe(namespaceOf("self", "user").id);
    const listed = lsns();
    expect(listed.get(levels[2]?.ino ?? 0)).toMatchObject({ type: "user", processes: 1, parent: levels[1]?.ino });
    expect(listed.get(levels[1]?.ino ?? 0)?.processes ?? 0).toBe(0);
  });

  test("user namespaces of an ordinary user", async () => {
    await using keeper = await makeKeeper();
    const { pid } = await nestUserNamespaces(keeper, { depth: 2, uid: 65534 });
    expect(readFileSync(`/proc/${pid}/status`, "utf8")).toMatch(/^Uid:\s+65534\t/m);
  });

  test("as many user and PID namespaces as the kernel allows", async () => {
    await using keeper = await makeKeeper();
    const depth = Number.POSITIVE_INFINITY;
    const user = await nestUserNamespaces(keeper, { depth });
    expect(user.levels.length).toBeLessThanOrEqual(MAX_USER_DEPTH);
    if (isInitial("user", user.above.ino)) expect(user.levels).toHaveLength(MAX_USER_DEPTH);
    const pid = await nestPidNamespaces(keeper, { depth });
    expect(pid.levels.length).toBeLessThanOrEqual(MAX_PID_DEPTH);
    if (isInitial("pid", pid.above.ino)) expect(pid.levels).toHaveLength(MAX_PID_DEPTH);
  });

  test("three PID namespaces with a process in each", async () => {
    await using keeper = await makeKeeper();
    const { pid, levels, processes } = await nestPidNamespaces(keeper, { depth: 3 });
    expect(processes.map((member) => namespaceOf(member, "pid").id)).toEqual(levels.map(({ id }) => id));
    expect(processes.map((member) => pidsOf(member).length)).toEqual([2, 3, 4]);
    expect(pidsOf(pid).at(0)).toBe(pid);
    expect(pidsOf(pid).at(-1)).toBe(1);
  });
});

describe("containers", () => {
  beforeEach((context) => requireNamespaces(context, "user", "pid", "mnt"));

  test("a container's /proc shows its own processes", async () => {
    await using keeper = await makeKeeper();
    const { pid, namespaces, outside, enter } = await startContainer(keeper);
    expect(Object.keys(namespaces)).toEqual(["user", "mnt", "pid"]);
    expect(namespaceOf(pid, "pid").id).toBe(namespaces.pid?.id);
    expect(outside.pid?.id).toBe(namespaceOf("self", "pid").id);
    const { stdout } = await run(["sh", "-c", "id -u; readlink /proc/1/ns/pid"], { through: enter });
    expect(stdout).toBe(`0\npid:[${namespaces.pid?.ino}]\n`);
  });

  test("a foreign /proc shows the PID namespace outside", async () => {
    await using keeper = await makeKeeper();
    const { pid, namespaces, enter } = await startWithForeignProc(keeper);
    expect(pidsOf(pid)).toEqual([pid, 1]);
    const { stdout } = await run(["sh", "-c", 'echo "$$"; readlink /proc/self'], { through: enter });
    const [inside, outside] = stdout.trim().split("\n").map(Number);
    expect(inside).not.toBe(outside);
    expect(inside).toBeLessThan(100);
    expect(namespaces.pid?.id).not.toBe(namespaceOf("self", "pid").id);
  });

  test("a new user namespace owns the PID namespace made with it", async (context) => {
    requireProgram(context, "lsns");
    await using keeper = await makeKeeper();
    const { namespaces, outside } = await unshareUserAndPid(keeper);
    expect(lsns().get(namespaces.pid?.ino ?? 0)).toMatchObject({
      owner: namespaces.user?.ino,
      parent: outside.pid?.ino,
    });
  });

  test("any types can be combined, and nothing runs on", async (context) => {
    requireNamespaces(context, "net", "uts", "ipc", "cgroup");
    const keeper = await makeKeeper();
    const { pid, held, namespaces } = await startContained(keeper, ["net", "uts", "ipc", "cgroup"]);
    for (const { type, ino } of Object.values(namespaces))
      expect(readlinkSync(`/proc/${pid}/ns/${type}`)).toBe(`${type}:[${ino}]`);
    const entries = held.chain.map(readProcessEntry).filter((entry) => entry !== undefined);
    expect(entries.every(isRunning)).toBe(true);
    await keeper.stop();
    expect(entries.some(isRunning)).toBe(false);
  });
});
