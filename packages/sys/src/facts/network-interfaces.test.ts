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
      {
        name: "veth-0",
        state: "up",
        addresses: ["10.1.2.3/24", "10.7.0.1/31", "fe80::5054:fffe:1200:3456/64", "fd00::1/64"],
      },
    ],
    // The second is at the end of a tunnel; into the network of the third there is only a route.
    unassignedAddresses: ["10.8.0.1/32", "10.9.0.1/32"],
  });
});

test("the same network at two interfaces tells neither", () => {
  const { route = "" } = files();
  const { interfaces, unassignedAddresses } = describeInterfaces(
    files({ route: `${route}${route.split("\n")[2]?.replace("veth-0", "v1")}\n` }),
  );
  expect(interfaces?.map(({ addresses }) => addresses)).not.toContainEqual(expect.arrayContaining(["10.1.2.3/24"]));
  expect(unassignedAddresses).toContain("10.1.2.3/32");
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
  const trie: string[] = [];
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
