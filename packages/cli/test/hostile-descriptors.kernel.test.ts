import { join } from "node:path";
import { DEFAULT_LIMITS } from "@ns-graph/graph";
import {
  descriptorLimit,
  makeKeeper,
  openFolder,
  openFuseDevice,
  type RealNamespace,
  requireKernel,
  startLoad,
} from "@ns-graph/testkit";
import { checkDescriptors } from "@ns-graph/testkit/contract";
import { beforeEach, expect, test } from "vitest";
import {
  countedInText,
  countHolders,
  countListed,
  expectSaid,
  HostileMachine,
  IS_FULL_SIZE,
  problemsOf,
  requireLoads,
  sized,
} from "./hostile-machine.js";

checkDescriptors();
beforeEach(requireLoads);

/** So many, where a process may have them here. */
function allowed(wanted: number): number {
  return Math.min(wanted, descriptorLimit());
}

function first(namespaces: readonly RealNamespace[]): RealNamespace {
  const [namespace] = namespaces;
  if (namespace === undefined) throw new Error("the load names no namespace");
  return namespace;
}

test("threads with tables of their own: a part is looked at, and the rest is counted", async (context) => {
  // The size of /proc/PID/fd is the number of descriptors.
  requireKernel(context, "6.2");
  await using keeper = await makeKeeper();
  const machine = await HostileMachine.make(keeper);
  const threads = sized(950);
  const count = allowed(19_990);
  const load = await startLoad(context, keeper, "descriptors", ["tables", threads, count]);
  const namespace = first(load.namespaces);
  const { pid } = load;
  const seen = await machine.see();
  const leftOut = problemsOf(seen, { pid });
  expect(leftOut).toEqual([{ code: "LIMIT_REACHED", what: "descriptors", pid, count: expect.any(Number) }]);
  expectSaid(seen, { code: "LIMIT_REACHED", what: "descriptors", pid });
  const [{ count: number = 0 } = {}] = leftOut;
  const all = (threads + 1) * count;
  expect(number + DEFAULT_LIMITS.descriptors).toBeGreaterThan(all - 20 * threads);
  expect(number + DEFAULT_LIMITS.descriptors).toBeLessThan(all + 20 * threads);
  expect(seen.stderr).toContain(`${number} descriptors of process ${pid} were not looked at`);
  expect(countListed(seen, namespace, "fd", load.pid)).toBe(64);
  expect(countHolders(seen, namespace, "fd", load.pid)).toBeGreaterThan(DEFAULT_LIMITS.descriptors * 0.9);
});

test("descriptors of one namespace: few are listed, all are counted", async (context) => {
  await using keeper = await makeKeeper();
  const machine = await HostileMachine.make(keeper);
  const count = allowed(sized(200_000));
  const load = await startLoad(context, keeper, "descriptors", ["one", count]);
  const namespace = first(load.namespaces);
  const seen = await machine.see();
  expect(countHolders(seen, namespace, "fd", load.pid)).toBe(count);
  expect(countListed(seen, namespace, "fd", load.pid)).toBe(64);
  expect(problemsOf(seen, { pid: load.pid })).toEqual([]);
  const { stdout } = await machine.run(["--no-color"]);
  expect(countedInText(stdout, "descriptors")).toBeGreaterThanOrEqual(count);

  const half = Math.floor(count / 2);
  const cut = await machine.see(["--limit", `descriptors=${half}`]);
  expectSaid(cut, { code: "LIMIT_REACHED", what: "descriptors", pid: load.pid });
  expect(countHolders(cut, namespace, "fd", load.pid)).toBeGreaterThan(half - 100);
});

test("sockets of a network namespace that nobody is in: as many as the limit allows are asked", async (context) => {
  requireKernel(context, "5.6");
  await using keeper = await makeKeeper();
  const machine = await HostileMachine.make(keeper);
  const count = allowed(sized(100_000));
  const load = await startLoad(context, keeper, "descriptors", ["away", count]);
  const namespace = first(load.namespaces);
  const { pid } = load;
  const seen = await machine.see();
  expect(countHolders(seen, namespace, "socket", load.pid)).toBe(count);
  expect(countListed(seen, namespace, "socket", load.pid)).toBe(64);

  const half = Math.floor(count / 2);
  const cut = await machine.see(["--limit", `sockets=${half}`]);
  expectSaid(cut, { code: "LIMIT_REACHED", what: "sockets", pid, count: count - half });
  expect(countHolders(cut, namespace, "socket", load.pid)).toBe(half);
  expect(cut.stderr).toContain(`${count - half} sockets of process ${pid} were not looked at`);
});

test("sockets at home: they hold nothing, and none has to be asked", async (context) => {
  await using keeper = await makeKeeper();
  const machine = await HostileMachine.make(keeper);
  const load = await startLoad(context, keeper, "descriptors", ["home", allowed(sized(60_000))]);
  const seen = await machine.see(["--limit", "sockets=100"]);
  expect(countHolders(seen, first(load.namespaces), "socket", load.pid)).toBe(0);
  expect(problemsOf(seen, { pid: load.pid })).toEqual([]);
});

test("descriptors that are exchanged while root looks: it never waits, and says nothing that is not so", async (context) => {
  await using keeper = await makeKeeper();
  const machine = await HostileMachine.make(keeper);
  const folder = openFolder(keeper, "load");
  const byPipe = await startLoad(context, keeper, "descriptors", ["exchange", join(folder, "fifo")]);
  const device = openFuseDevice(keeper);
  const byFile = await startLoad(context, keeper, "fuse", [device, openFolder(keeper, "mounted"), "exchange"]);
  for (let run = 0; run < (IS_FULL_SIZE ? 50 : 10); run++) {
    const seen = await machine.see();
    for (const { namespaces, held } of [byPipe, byFile]) {
      expect(countHolders(seen, first(namespaces), "fd")).toBeGreaterThan(0);
      for (const pid of held.chain) expect(problemsOf(seen, { pid })).toEqual([]);
    }
  }
  expect(byFile.held.output()).not.toContain("asked");
});
