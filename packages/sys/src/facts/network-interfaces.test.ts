import { expect, test } from "vitest";
import { describeInterfaces, type NetFiles, parseFibTrie, parseInterfaceNames } from "./network-interfaces.js";

const DEV = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:       0       0    0    0    0     0          0         0        0       0    0    0    0     0       0          0
    v1:       0       0    0    0    0     0          0         0        0       0    0    0    0     0       0          0
veth-0:1234567890 1    0    0    0     0          0         0        0       0    0    0    0     0       0          0
`;
const IGMP = `Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter
1\tlo        :     1      V3
\t\t\t\t010000E0     1 0:00000000\t\t0
3\tveth-0    :     1      V3
\t\t\t\t010000E0     1 0:00000000\t\t0
`;
const ROUTE = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
veth-0\t00000000\t0102010A\t0003\t0\t0\t0\t00000000\t0\t0\t0
veth-0\t0002010A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
veth-0\t0000070A\t00000000\t0001\t0\t0\t0\tFEFFFFFF\t0\t0\t0
v1\t0000090A\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
veth-0\t0200080A\t00000000\t0005\t0\t0\t0\tFFFFFFFF\t0\t0\t0
`;
const INET6 = `00000000000000000000000000000001 01 80 10 80       lo
fe800000000000005054fffe12003456 03 40 20 80   veth-0
fd000000000000000000000000000001 03 40 00 80   veth-0
`;
const FIB_TRIE = `Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 0.0.0.0
        /0 universe UNICAST
     |-- 10.1.2.0
        /24 link UNICAST
     |-- 10.1.2.3
        /32 host LOCAL
     |-- 10.1.2.255
        /32 link BROADCAST
     |-- 10.7.0.0
        /31 link UNICAST
     |-- 10.7.0.1
        /32 host LOCAL
     |-- 10.8.0.1
        /32 host LOCAL
     |-- 10.8.0.2
        /32 link UNICAST
     |-- 10.9.0.1
        /32 host LOCAL
     +-- 127.0.0.0/8 2 0 2
        +-- 127.0.0.0/31 1 0 0
           |-- 127.0.0.0
              /8 host LOCAL
           |-- 127.0.0.1
              /32 host LOCAL
        |-- 127.255.255.255
           /32 link BROADCAST
`;

const LITTLE = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

/** The files as this machine would have them: addresses in /proc/net/route are in the order of its bytes. */
function files(changes: Partial<NetFiles> = {}): NetFiles {
  const route = LITTLE
    ? ROUTE
    : ROUTE.replace(/\b[0-9A-F]{8}\b/g, (digits) => digits.match(/../g)?.toReversed().join("") ?? "");
  return { dev: DEV, igmp: IGMP, ifInet6: INET6, route, fibTrie: FIB_TRIE, ...changes };
}

test("interfaces have the state and the addresses that can be told, and what can't be told is given apart", () => {
  expect(describeInterfaces(files())).toEqual({
    interfaces: [
      { name: "lo", state: "up", addresses: ["127.0.0.1/8", "::1/128"] },
      { name: "v1", state: "down", addresses: [] },
      { name: "veth-0", state: "up", addresses: ["10.1.2.3/24", "fe80::5054:fffe:1200:3456/64", "fd00::1/64"] },
    ],
    // A network of two has no broadcast address, the next is at the end of a tunnel, into that of the last there is only a route.
    unassignedAddresses: ["10.7.0.1", "10.8.0.1", "10.9.0.1"],
  });
});

/** The IPv4 addresses of veth-0, and those of no known interface. */
function addressesOf(changes: Partial<NetFiles>): {
  readonly assigned: readonly string[];
  readonly unassigned: unknown;
} {
  const { interfaces, unassignedAddresses: unassigned } = describeInterfaces(files({ ifInet6: undefined, ...changes }));
  return { assigned: interfaces?.find(({ name }) => name === "veth-0")?.addresses ?? [], unassigned };
}

const { route: ROUTES = "", igmp: IGMP_FILE = "", fibTrie: TRIE = "" } = files();
const LOCAL = (address: string, line = "/32 host LOCAL") => `     |-- ${address}\n        ${line}\n`;

test.each<[string, Partial<NetFiles>]>([
  ["the same network is at two interfaces", { route: `${ROUTES}${ROUTES.split("\n")[2]?.replace("veth-0", "v1")}\n` }],
  [
    "another interface is up, which may have it without a route",
    { igmp: IGMP_FILE.replace("3\t", "2\tv1 : 1 V3\n3\t") },
  ],
  ["it is not known which are up", { igmp: undefined }],
  [
    "there is another address in its network, which may be that of one that is down",
    { fibTrie: TRIE + LOCAL("10.1.2.9") },
  ],
  ["two interfaces have it", { fibTrie: TRIE.replace("        /32 host LOCAL", "$&\n$&") }],
  ["another table has it too", { fibTrie: `${TRIE}Id 10:\n${LOCAL("10.1.2.3")}` }],
  ["somebody made its network this host's", { fibTrie: TRIE + LOCAL("10.1.2.0", "/24 host LOCAL") }],
  [
    "its network has no broadcast address, as one has that is only a route's",
    { fibTrie: TRIE.replace("10.1.2.255", "10.1.3.255") },
  ],
])("an address is of no interface for certain where %s", (_why, changes) => {
  const { assigned, unassigned } = addressesOf(changes);
  expect(assigned).toEqual([]);
  expect(unassigned).toContain("10.1.2.3");
});

test("loopback has what the kernel gives it, and of other networks what no other interface may have", () => {
  const fibTrie = `Main:\n${LOCAL("10.3.0.0", "/24 host LOCAL")}${LOCAL("10.3.0.1")}${LOCAL("10.3.0.255", "/32 link BROADCAST")}`;
  expect(describeInterfaces(files({ fibTrie })).unassignedAddresses).toEqual(["10.3.0.1"]);
  const alone = describeInterfaces(files({ fibTrie, igmp: IGMP.split("3\t")[0] ?? "", ifInet6: undefined }));
  expect(alone.interfaces?.[0]).toEqual({ name: "lo", state: "up", addresses: ["10.3.0.1/24"] });
  expect(alone).not.toHaveProperty("unassignedAddresses");
});

test("a kernel without the file has no state to tell", () => {
  const { interfaces } = describeInterfaces(files({ igmp: undefined, ifInet6: undefined }));
  expect(interfaces?.[0]).toEqual({ name: "lo", addresses: ["127.0.0.1/8"] });
});

test("without a list of interfaces nothing is said", () => {
  expect(describeInterfaces(files({ dev: undefined }))).toEqual({});
});

test("a namespace without IPv4 has interfaces all the same", () => {
  const { interfaces, unassignedAddresses } = describeInterfaces(
    files({ route: undefined, fibTrie: undefined, igmp: undefined }),
  );
  expect(interfaces?.map(({ addresses }) => addresses)).toEqual([
    ["::1/128"],
    [],
    ["fe80::5054:fffe:1200:3456/64", "fd00::1/64"],
  ]);
  expect(unassignedAddresses).toBeUndefined();
});

test("names may have any sign but white space, colon and slash", () => {
  const name = "\u001b[31m$(x)";
  expect(parseInterfaceNames(DEV.replace("veth-0", name))).toEqual(["lo", "v1", name]);
});

test("what is in two tables is one address", () => {
  expect(parseFibTrie(FIB_TRIE + FIB_TRIE.replace("Main", "Local")).addresses).toEqual(
    parseFibTrie(FIB_TRIE).addresses,
  );
});

test("hundreds of thousands of routes and addresses take no longer than reading them", () => {
  // As the kernel prints it: the address in network order as a number of this machine's.
  const hex = (address: number) => Buffer.from(Uint32Array.of(address).buffer).toString("hex").toUpperCase();
  const dev = "Inter-|\n face |\n    lo: 0\n    e0: 0\n";
  const routes = ["Iface"];
  const trie = ["Main:"];
  // Each address in a network of its own, and all routes twice.
  for (let i = 0; i < 100_000; i++) {
    const network = 0x0a000000 + i * 4;
    const bytes = [24, 16, 8, 0].map((shift) => ((network + 1) >>> shift) & 255).join(".");
    const last = [24, 16, 8, 0].map((shift) => ((network + 3) >>> shift) & 255).join(".");
    for (const gateway of ["00000000", "00000000"])
      routes.push(["e0", hex(network), gateway, "1", "0", "0", "0", hex(0xfffffffc), "0", "0", "0"].join("\t"));
    trie.push(`  |-- ${bytes}`, "     /32 host LOCAL", `  |-- ${last}`, "     /32 link BROADCAST");
  }
  const { interfaces, unassignedAddresses } = describeInterfaces({
    dev,
    igmp: undefined,
    ifInet6: undefined,
    route: routes.join("\n"),
    fibTrie: trie.join("\n"),
  });
  expect(unassignedAddresses).toBeUndefined();
  expect(interfaces?.find(({ name }) => name === "e0")?.addresses).toHaveLength(100_000);
}, 30_000);
