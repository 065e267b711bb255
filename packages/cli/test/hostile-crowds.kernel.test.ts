import { chownSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  asUser,
  descriptorLimit,
  LOADING_USER,
  makeKeeper,
  requireProgram,
  startLoad,
  tellLoad,
} from "@ns-graph/testkit";
import { checkDescriptors } from "@ns-graph/testkit/contract";
import { beforeEach, expect, test } from "vitest";
import {
  expectSaid,
  HostileMachine,
  IS_FULL_SIZE,
  interfaceAddress,
  problemsOf,
  requireLoads,
  sized,
  withInterfaces,
} from "./hostile-machine.js";

checkDescriptors();
beforeEach(requireLoads);

test("very many threads: as many as the limit allows are looked at, and the rest is counted", async (context) => {
  await using keeper = await makeKeeper();
  const machine = await HostileMachine.make(keeper);
  const count = sized(20_000);
  const { pid } = await startLoad(context, keeper, "crowds", ["threads", count]);
  const seen = await machine.see();
  expect(problemsOf(seen, { pid })).toEqual([]);
  const half = Math.floor(count / 2);
  const cut = await machine.see(["--limit", `threads=${half}`]);
  expectSaid(cut, { code: "LIMIT_REACHED", what: "threads", pid, count: count + 1 - half });
  expect(cut.stderr).toContain(`${count + 1 - half} threads of process ${pid} were not looked at`);
});

test.for(["net", "user", "uts"] as const)(
  "very many %s namespaces of one user: all are found",
  async (type, context) => {
    await using keeper = await makeKeeper();
    const machine = await HostileMachine.make(keeper);
    const wanted = { net: sized(2_000), user: sized(10_000), uts: sized(40_000) }[type];
    const count = Math.min(wanted, descriptorLimit());
    const { pid } = await startLoad(context, keeper, "crowds", ["namespaces", type, count]);
    const seen = await machine.see();
    const held = new Set(seen.pins.flatMap((pin) => (pin.kind === "fd" && pin.pid === pid ? [pin.namespace] : [])));
    expect(held.size).toBe(count);
    for (const id of held) expect(seen.graph.namespace(id)).toMatchObject({ type, owner: { state: "known" } });
    expect(problemsOf(seen, { pid })).toEqual([]);
    for (const args of [["--no-color"], ["--format", "dot"]]) {
      const { stdout } = await machine.run(args);
      expect(stdout.length).toBeLessThan(2_000 * count + 2 ** 20);
    }
  },
);

test("a status made long by very many groups: the process is shown", async (context) => {
  const GROUPS = 65_536;
  await using keeper = await makeKeeper();
  const machine = await HostileMachine.make(keeper);
  const load = await startLoad(context, keeper, "crowds", ["groups", GROUPS]);
  const { pid } = load;
  // As newuidmap(1) and newgidmap(1) do it for users who have subordinate ids.
  try {
    writeFileSync(`/proc/${pid}/uid_map`, `0 ${LOADING_USER} 1`);
    writeFileSync(`/proc/${pid}/gid_map`, `0 100000 ${GROUPS}`);
  } catch (error) {
    context.skip(`no ids can be mapped here: ${(error as Error).message}`);
  }
  await tellLoad(load, "mapped", "in all groups");
  expect(readFileSync(`/proc/${pid}/status`).length).toBeGreaterThan(6 * GROUPS);
  for (const args of [[], ["--facts"], ["show", String(pid)]]) {
    if (args[0] === "show") {
      await machine.run(args);
      continue;
    }
    const seen = await machine.see(args);
    expect(seen.graph.process(pid)).toMatchObject({ comm: "crowds", uid: LOADING_USER });
    expect(problemsOf(seen, { pid })).toEqual([]);
  }
  const cut = await machine.see(["--limit", "bytes=100000"]);
  expectSaid(cut, { code: "FILE_TOO_LONG", what: "status", pid });
  expect(cut.graph.process(pid)?.namespaces.user).toBeDefined();
});

/** A folder in which cgroups can be made; undefined where there is none. */
function findCgroups(): string | undefined {
  const mounts = readFileSync("/proc/self/mountinfo", "utf8");
  return / - cgroup2 /.test(mounts)
    ? mounts
        .split("\n")
        .find((line) => line.includes(" - cgroup2 "))
        ?.split(" ")[4]
    : undefined;
}

/** Removes a cgroup and those below it, when their processes have ended. */
async function removeCgroups(folder: string): Promise<void> {
  const home = process.cwd();
  const names: string[] = [];
  process.chdir(folder);
  for (;;) {
    const [below] = readdirSync(".", { withFileTypes: true }).filter((entry) => entry.isDirectory());
    if (below === undefined) break;
    names.push(below.name);
    process.chdir(below.name);
  }
  for (const name of names.toReversed()) {
    process.chdir("..");
    for (let tries = 0; ; tries++) {
      try {
        rmdirSync(name);
        break;
      } catch (error) {
        if (tries > 100) throw error;
        await sleep(50);
      }
    }
  }
  process.chdir(home);
  rmdirSync(folder);
}

test.for([
  ["about as deep as a path may be", 15],
  ["deeper than any path", 40],
] as const)("processes in a cgroup that is %s: they are shown", async ([, depth], context) => {
  const cgroups = findCgroups();
  if (cgroups === undefined) return context.skip("needs cgroups (version 2)");
  const folder = join(cgroups, `ns-graph-test-${process.pid}`);
  try {
    mkdirSync(folder);
  } catch (error) {
    return context.skip(`no cgroup can be made here: ${(error as Error).message}`);
  }
  try {
    await using keeper = await makeKeeper();
    const machine = await HostileMachine.make(keeper);
    for (const file of ["", "cgroup.procs", "cgroup.threads", "cgroup.subtree_control"])
      chownSync(join(folder, file), LOADING_USER, LOADING_USER);
    // A user may move processes within what was given to them, and this one begins there.
    const through = ["sh", "-c", 'echo $$ >"$1/cgroup.procs"; shift; exec "$@"', "sh", folder, ...asUser(LOADING_USER)];
    const count = sized(300);
    const { pid } = await startLoad(context, keeper, "crowds", ["deep-cgroup", folder, depth, count], { through });
    for (const args of [[], ["--facts"]]) {
      const seen = await machine.see(args);
      const inside = seen.graph.processes().filter(({ ppid }) => ppid === pid);
      expect(inside).toHaveLength(count);
      // The kernel cuts a path at PATH_MAX.
      const path = `/ns-graph-test-${process.pid}${`/${"c".repeat(200)}`.repeat(depth)}`.slice(0, 4_095);
      for (const { cgroup } of inside) expect(cgroup).toBe(path);
      expect(problemsOf(seen, { pid })).toEqual([]);
    }
    await machine.run(["--no-color"]);
  } finally {
    await removeCgroups(folder);
  }
});

test("very many interfaces in a network namespace: all are told", async (context) => {
  requireProgram(context, "ip");
  await using keeper = await makeKeeper();
  const machine = await HostileMachine.make(keeper);
  const count = sized(3_000);
  const held = await keeper.start([...asUser(LOADING_USER), ...withInterfaces(count)]);
  const seen = await machine.see(["--facts"]);
  const net = seen.graph.namespace(held.namespace("net").id);
  expect(net?.interfaces).toHaveLength(count + 1);
  expect(net?.interfaces?.map(({ name }) => name)).toContain(`i${count}`);
  expect(net?.unassignedAddresses).toContain(interfaceAddress(count));
  expect(problemsOf(seen, { namespace: held.namespace("net").id })).toEqual([]);
  const cut = await machine.see(["--facts", "--limit", "bytes=65536"]);
  if (IS_FULL_SIZE) expectSaid(cut, { code: "FILE_TOO_LONG", namespace: held.namespace("net").id });
});
