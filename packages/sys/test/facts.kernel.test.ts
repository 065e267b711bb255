import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import type { Fact, Namespace } from "@ns-graph/graph";
import {
  exitLeader,
  holdForChildren,
  holdInThread,
  type Keeper,
  makeKeeper,
  namespaceOf,
  nestPidNamespaces,
  type RealNamespace,
  requireNamespaces,
  requireProgram,
  requireRoot,
  startActor,
  startContained,
  unshareInThread,
} from "@ns-graph/testkit";
import { expect, test } from "vitest";
import { scan } from "./scan.js";

/** A namespace with the facts that were asked for, and no problem with it. */
async function factsOf(real: RealNamespace, ...facts: readonly Fact[]): Promise<Namespace> {
  const graph = await scan({ facts, sources: ["process"] });
  const namespace = graph.namespace(real.id);
  expect(namespace).toBeDefined();
  expect(graph.problems().filter((problem) => problem.namespace === real.id)).toEqual([]);
  return namespace as Namespace;
}

interface IpInterface {
  readonly ifname: string;
  readonly flags: readonly string[];
  readonly addr_info: readonly {
    readonly family: string;
    readonly local: string;
    readonly prefixlen: number;
  }[];
}

/** What ip(8) says in the network namespace of a process. */
function askIp(pid: number): IpInterface[] {
  return JSON.parse(
    execFileSync("nsenter", [`--net=/proc/${pid}/ns/net`, "ip", "-details", "-json", "address"], { encoding: "utf8" }),
  );
}

/** What ip(8) has at each interface, and what was found. */
async function compareWithIp(keeper: Keeper, commands: readonly string[]) {
  const { pid } = await startContained(keeper, ["net"]);
  for (const command of ["link set lo up", ...commands])
    execFileSync("nsenter", [`--net=/proc/${pid}/ns/net`, "ip", ...command.split(" ")]);
  const { interfaces = [], unassignedAddresses = [] } = await factsOf(namespaceOf(pid, "net"), "interfaces");
  const truth = askIp(pid).map(({ ifname, flags, addr_info }) => ({
    name: ifname,
    state: flags.includes("UP") ? "up" : "down",
    addresses: addr_info.map(({ local, prefixlen }) => `${local}/${prefixlen}`).sort(),
  }));
  const found = interfaces.map((each) => ({ ...each, addresses: [...each.addresses].sort() }));
  return { truth, found, unassignedAddresses };
}

test("net: interfaces with their state and addresses, as ip(8) has them", async (context) => {
  requireNamespaces(context, "net");
  requireProgram(context, "ip");
  await using keeper = await makeKeeper();
  const { truth, found, unassignedAddresses } = await compareWithIp(keeper, [
    "link add west type veth peer name east",
    "link set west up",
    "address add 10.1.2.3/24 dev west",
    "address add fd00:1::1/64 dev west nodad",
  ]);
  expect(found).toHaveLength(truth.length);
  expect(found).toEqual(expect.arrayContaining(truth));
  expect(unassignedAddresses).toEqual([]);
});

const TWO = ["link add west type veth peer name east", "link set west up", "link set east up"];

test.for<[string, readonly string[]]>([
  ["lies in a narrower network of another", ["address add 10.0.0.5/8 dev west", "address add 10.0.0.6/24 dev east"]],
  [
    "has a wider network that has a narrower one's",
    ["address add 10.1.0.1/24 dev west", "address add 10.1.0.9/25 dev east"],
  ],
  [
    "is of one that is down",
    ["address add 10.0.0.5/24 dev west", "address add 10.0.0.6/24 dev east", "link set east down"],
  ],
  ["is of two", ["address add 10.0.0.5/24 dev west", "address add 10.0.0.5/24 dev east"]],
  [
    "has no route, and its network is routed through another",
    ["address add 10.0.0.5/24 dev west noprefixroute", "route add 10.0.0.0/24 dev east"],
  ],
  ["has a network of its own", ["address add 10.244.1.7/32 dev west"]],
  ["is one end of a link", ["address add 10.20.0.1 peer 10.20.0.2/32 dev west"]],
  [
    "is in a network that somebody made this host's",
    ["address add 10.3.0.5/24 dev west", "route add local 10.3.0.0/24 dev lo"],
  ],
  ["is of loopback, and its network is routed", ["address add 10.4.0.5/32 dev lo", "route add 10.4.0.0/24 dev west"]],
])("net: no interface is said to have an address that it has not, where one %s", async ([, commands], context) => {
  requireNamespaces(context, "net");
  requireProgram(context, "ip");
  await using keeper = await makeKeeper();
  const { truth, found, unassignedAddresses } = await compareWithIp(keeper, [...TWO, ...commands]);
  for (const { name, addresses } of found)
    expect(truth.find((each) => each.name === name)?.addresses).toEqual(expect.arrayContaining(addresses));
  const told = found.flatMap(({ addresses }) => addresses.map((address) => address.split("/")[0]));
  const all = truth.flatMap(({ addresses }) => addresses.map((address) => address.split("/")[0]));
  expect(new Set([...told, ...unassignedAddresses])).toEqual(new Set(all));
});

test("mnt: how many mounts there are and what the root is, from a process that sees them all", async (context) => {
  requireNamespaces(context, "mnt");
  await using keeper = await makeKeeper();
  // Sees no root, and has the lower PID.
  const chrooted = await startActor(keeper, { through: ["unshare", "--mount"] });
  const whole = await keeper.start([
    ...[
      "nsenter",
      `--mount=/proc/${chrooted.pid}/ns/mnt`,
      "sh",
      "-c",
      "mount -t tmpfs none /mnt; echo ready; read -r line",
    ],
  ]);
  await chrooted.chroot("/usr");
  const real = namespaceOf(chrooted.pid, "mnt");
  expect(namespaceOf(whole.pid, "mnt").id).toBe(real.id);
  const lines = readFileSync(`/proc/${whole.pid}/mountinfo`, "utf8").trimEnd().split("\n");
  const { mountCount, rootMount } = await factsOf(real, "mounts");
  expect(mountCount).toBe(lines.length);
  const [type, source] =
    lines
      .find((line) => line.split(" ")[4] === "/")
      ?.split(" - ")[1]
      ?.split(" ") ?? [];
  expect(rootMount).toMatch(new RegExp(`^${type} ${source}`));
});

test("net: the interfaces of a namespace that only a thread is in, and a problem where nobody is in it", async (context) => {
  requireNamespaces(context, "net", "uts");
  await using keeper = await makeKeeper();
  const inThread = await unshareInThread(keeper);
  const survivor = await exitLeader(keeper);
  const { byDescriptor } = await holdInThread(keeper, "own table");
  const graph = await scan({ facts: ["interfaces"], sources: ["process", "thread", "fd"] });
  for (const { net, tid } of [inThread, survivor]) {
    const { interfaces } = graph.namespace(net.id) ?? {};
    expect(interfaces?.map(({ name }) => name).sort()).toEqual(
      askIp(tid)
        .map(({ ifname }) => ifname)
        .sort(),
    );
    expect(graph.problems().filter(({ namespace }) => namespace === net.id)).toEqual([]);
  }
  expect(graph.namespace(byDescriptor.id)).toBeDefined();
  expect(graph.namespace(byDescriptor.id)).not.toHaveProperty("interfaces");
  expect(graph.problems()).toContainEqual({
    code: "FACT_UNAVAILABLE",
    what: "net/dev",
    namespace: byDescriptor.id,
    type: "net",
  });
});

test("uts: the viewer's own hostname, and of any other a problem", async (context) => {
  requireNamespaces(context, "uts");
  await using keeper = await makeKeeper();
  const { pid } = await startContained(keeper, ["uts"]);
  const graph = await scan({ facts: ["hostname"], sources: ["process"] });
  expect(graph.namespace(namespaceOf(process.pid, "uts").id)?.hostname).toBe(hostname());
  const { id } = namespaceOf(pid, "uts");
  expect(graph.namespace(id)).not.toHaveProperty("hostname");
  const problems = graph.problems().filter(({ what }) => what === "hostname");
  expect(problems).toContainEqual({ code: "FACT_UNAVAILABLE", what: "hostname", namespace: id, type: "uts" });
  expect(problems.filter(({ namespace }) => namespace === namespaceOf(process.pid, "uts").id)).toEqual([]);
});

test("pid: the process that is 1 inside, whoever else is in it", async (context) => {
  requireNamespaces(context, "pid");
  await using keeper = await makeKeeper();
  const { levels, processes } = await nestPidNamespaces(keeper, { depth: 3 });
  const graph = await scan({ facts: ["init"], sources: ["process"] });
  for (const [i, level] of levels.entries()) {
    const namespace = graph.namespace(level.id);
    expect(namespace?.initPid).toBeDefined();
    const status = readFileSync(`/proc/${namespace?.initPid}/status`, "utf8");
    expect(status).toMatch(/^NStgid:.*\t1$/m);
    expect(namespaceOf(namespace?.initPid ?? 0, "pid").id).toBe(level.id);
    expect(processes).toContain(namespace?.initPid);
    expect(namespace?.initPid).toBe(processes[i]);
  }
  expect(graph.namespace(namespaceOf(process.pid, "pid").id)?.initPid).toBe(1);
});

test("time: the offsets of the namespace, not of the one that children will be in", async (context) => {
  requireNamespaces(context, "time");
  await using keeper = await makeKeeper();
  const shifted = await keeper.start([
    "unshare",
    "--time",
    "--monotonic=86400",
    "--fork",
    "sh",
    "-c",
    "echo ready; read -r line",
  ]);
  const { timeOffsets } = await factsOf(namespaceOf(shifted.pid, "time"), "time-offsets");
  expect(timeOffsets?.monotonic).toEqual(["86400", 0]);
  const graph = await scan({ facts: ["time-offsets"], sources: ["process"] });
  expect(graph.namespace(namespaceOf(process.pid, "time").id)?.timeOffsets?.monotonic[0]).toBe("0");
});

test.for(["main", "thread"] as const)(
  "time: the offsets of a namespace that waits for children (%s)",
  async (where, context) => {
    requireNamespaces(context, "time");
    await using keeper = await makeKeeper();
    const { pid, tid = pid, namespace } = await holdForChildren(keeper, "time", where);
    writeFileSync(`/proc/${tid}/timens_offsets`, "monotonic -1 500000000\nboottime 0 0\n");
    const graph = await scan({ facts: ["time-offsets"], sources: ["process", "thread", "for-children"] });
    expect(graph.namespace(namespace?.id ?? "")?.timeOffsets).toEqual({
      monotonic: ["-1", 500_000_000],
      boottime: ["0", 0],
    });
    expect(graph.problems().filter((problem) => problem.namespace === namespace?.id)).toEqual([]);
  },
);

test("cgroup: the root that mounts made inside tell, and nothing where there are none", async (context) => {
  requireRoot(context);
  requireNamespaces(context, "cgroup", "mnt");
  const mount = readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .find((line) => / - cgroup2 /.test(line))
    ?.split(" ")[4];
  if (mount === undefined) return context.skip("no cgroup2 is mounted");
  const name = `ns-graph-test-${process.pid}`;
  const folder = `${mount}/${name}`;
  try {
    mkdirSync(folder);
  } catch {
    return context.skip(`${mount} can't be written`);
  }
  try {
    await using keeper = await makeKeeper();
    const join = `echo $$ >"${folder}/cgroup.procs" && exec unshare --cgroup --mount sh -c "$1"`;
    const wait = "echo ready; read -r line";
    const inside = `umount ${mount} && mount -t cgroup2 none ${mount} && ${wait}`;
    const told = await keeper.start(["sh", "-c", join, "sh", inside]);
    const silent = await keeper.start(["sh", "-c", join, "sh", wait]);
    const graph = await scan({ facts: ["cgroup-root"], sources: ["process"] });
    expect(graph.namespace(namespaceOf(told.pid, "cgroup").id)?.cgroupRoot).toBe(`/${name}`);
    const { id } = namespaceOf(silent.pid, "cgroup");
    expect(graph.namespace(id)).not.toHaveProperty("cgroupRoot");
    expect(graph.namespace(namespaceOf(process.pid, "cgroup").id)?.cgroupRoot).toBe("/");
    const problems = graph.problems().filter(({ what }) => what === "cgroup root");
    const unknown = { code: "FACT_UNAVAILABLE", what: "cgroup root", namespace: id, type: "cgroup" };
    expect(problems).toContainEqual(unknown);
    expect(problems.map(({ namespace }) => namespace)).not.toContain(namespaceOf(told.pid, "cgroup").id);
  } finally {
    writeFileSync(`${folder}/../cgroup.procs`, `${process.pid}`);
    rmdirSync(folder);
  }
});

test("what nobody asked for is not there", async () => {
  const graph = await scan({ facts: [], sources: ["process"] });
  const fields = new Set(graph.namespaces().flatMap((namespace) => Object.keys(namespace)));
  for (const field of [
    "interfaces",
    "mountCount",
    "rootMount",
    "hostname",
    "cgroupRoot",
    "initPid",
    "uidMap",
    "timeOffsets",
  ])
    expect(fields).not.toContain(field);
});
