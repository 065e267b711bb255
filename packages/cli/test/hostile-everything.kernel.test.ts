import { join } from "node:path";
import {
  descriptorLimit,
  type Keeper,
  type Load,
  makeKeeper,
  openFolder,
  openFuseDevice,
  requireKernel,
  startLoad,
  whileExecuting,
} from "@ns-graph/testkit";
import { checkDescriptors } from "@ns-graph/testkit/contract";
import { beforeEach, expect, test } from "vitest";
import { expectSaid, HostileMachine, IS_FULL_SIZE, requireLoads, sized } from "./hostile-machine.js";

checkDescriptors();
beforeEach(requireLoads);

type Program = Parameters<typeof startLoad>[2];

/** Everything of the other tests, in one machine. */
function everything(keeper: Keeper): Readonly<Record<string, readonly [Program, readonly (string | number)[]]>> {
  const most = descriptorLimit();
  const folder = (name: string) => openFolder(keeper, name);
  const device = openFuseDevice(keeper);
  return {
    deep: ["mounts", [folder("deep"), "deep", sized(6_000), 400]],
    longLines: ["mounts", [folder("long"), "deep", sized(12_000), 200]],
    many: ["mounts", [folder("many"), "many", sized(90_000)]],
    covered: ["mounts", [folder("covered"), "covered", sized(90_000)]],
    copies: ["mounts", [folder("copies"), "copies", sized(200), 1_000]],
    chain: ["mounts", [folder("chain"), "chain", sized(1_000)]],
    tables: ["descriptors", ["tables", sized(950), Math.min(most, 19_990)]],
    one: ["descriptors", ["one", Math.min(most, sized(200_000))]],
    away: ["descriptors", ["away", Math.min(most, sized(100_000))]],
    home: ["descriptors", ["home", Math.min(most, sized(60_000))]],
    exchange: ["descriptors", ["exchange", join(folder("fifo"), "fifo")]],
    mapped: ["command-lines", ["mapped", sized(640)]],
    empty: ["command-lines", ["empty", 200_000]],
    broken: ["command-lines", ["broken", IS_FULL_SIZE ? 1_000 : 100]],
    threads: ["crowds", ["threads", sized(10_000)]],
    net: ["crowds", ["namespaces", "net", sized(1_000)]],
    user: ["crowds", ["namespaces", "user", Math.min(most, sized(10_000))]],
    uts: ["crowds", ["namespaces", "uts", Math.min(most, sized(40_000))]],
    plain: ["fuse", [device, folder("plain"), "plain"]],
    bound: ["fuse", [device, folder("bound"), "bound"]],
    overlay: ["fuse", [device, folder("overlay"), "overlay"]],
    stacked: ["fuse", [device, folder("stacked"), "stacked"]],
    covering: ["fuse", [device, folder("covering"), "covering"]],
    fuseExchange: ["fuse", [device, folder("exchange"), "exchange"]],
    executing: ["fuse", [device, folder("executing"), "executing", 5]],
  };
}

test("everything at once: root's run ends within a minute, takes less than 1 GiB, shows what others have and says what it left out", async (context) => {
  requireKernel(context, "6.11");
  await using keeper = await makeKeeper();
  const machine = await HostileMachine.make(keeper);
  const loads: Record<string, Load> = {};
  for (const [name, [program, args]] of Object.entries(everything(keeper)))
    loads[name] = await startLoad(context, keeper, program, args);
  const { executing, tables, plain } = loads;
  if (executing === undefined || tables === undefined || plain === undefined) throw new Error("a load is missing");
  const seen = await whileExecuting(executing, async () => {
    const { stdout } = await machine.run(["--no-color"]);
    expect(stdout).toContain(" more mounts");
    return machine.see();
  });
  for (const [name, { pid }] of Object.entries(loads)) expect(seen.graph.process(pid), name).toBeDefined();
  for (const pid of executing.pids) expectSaid(seen, { code: "PROCESS_EXECUTING", pid });
  expectSaid(seen, { code: "LIMIT_REACHED", what: "descriptors", pid: tables.pid });
  expectSaid(seen, { code: "LIMIT_REACHED", what: "mounts" });
  expectSaid(seen, { code: "MOUNT_MAY_WAIT", namespace: plain.namespaces[0]?.id ?? "" });
});
