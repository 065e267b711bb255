import type { NamespaceFacts, NetworkInterface } from "@ns-graph/graph";
import type { FactReader } from "./fact-reader.js";
import { formatIpv4, formatIpv6, networkOf, parseIpv4 } from "./ip-address.js";
import { type OwnAddress, readOwnAddresses } from "./own-addresses.js";

/** A route to where no gateway is needed: what an interface's addresses are in. */
interface LinkRoute {
  readonly name: string;
  readonly network: number;
  readonly prefix: number;
}

/** What /proc/PID/net/fib_trie has of this namespace's own IPv4 addresses. */
export interface LocalAddresses {
  /** Each address, with how many interfaces have it: one table has a route for each. */
  readonly addresses: ReadonlyMap<number, number>;
  /** Broadcast addresses: the network of each address of an interface that is up has one. */
  readonly broadcasts: ReadonlySet<number>;
  /** Networks all of whose addresses are this host's, by `networkKey`: those of loopback, or of a route that somebody added. */
  readonly own: ReadonlySet<number>;
}

/** Reads the names in /proc/PID/net/dev, in the kernel's order. */
export function parseInterfaceNames(text: string): string[] {
  return text
    .split("\n")
    .slice(2)
    .flatMap((line) => /^\s*([^\s:]+):/.exec(line)?.[1] ?? []);
}

/** Reads the names in /proc/PID/net/igmp: every interface that is up has joined the group of all hosts. */
export function parseMulticastMembers(text: string): ReadonlySet<string> {
  return new Set(text.split("\n").flatMap((line) => /^\d+\t(\S+)\s*:/.exec(line)?.[1] ?? []));
}

/** Reads /proc/PID/net/if_inet6. */
export function parseIpv6Addresses(text: string): { readonly name: string; readonly address: string }[] {
  return text.split("\n").flatMap((line) => {
    const [digits = "", , prefix = "", , , name] = line.trim().split(/\s+/);
    if (name === undefined || !/^[0-9a-f]{32}$/.test(digits)) return [];
    return [{ name, address: `${formatIpv6(digits)}/${Number.parseInt(prefix, 16)}` }];
  });
}

/** Reads the routes of /proc/PID/net/route that need no gateway: addresses as numbers in the host's byte order. */
export function parseLinkRoutes(text: string): LinkRoute[] {
  return text.split("\n").flatMap((line) => {
    const [name = "", destination = "", gateway, , , , , mask = ""] = line.split("\t");
    if (gateway !== "00000000" || !/^[0-9A-F]{8}$/.test(destination) || !/^[0-9A-F]{8}$/.test(mask)) return [];
    return [{ name, network: parseIpv4(destination), prefix: countOnes(parseIpv4(mask)) }];
  });
}

function countOnes(mask: number): number {
  let ones = 0;
  for (let rest = mask >>> 0; rest !== 0; rest = (rest << 1) >>> 0) ones++;
  return ones;
}

/** The network that an address is in, as one number. */
function networkKey(address: number, prefix: number): number {
  return networkOf(address, prefix) * 64 + prefix;
}

/** Reads one table of /proc/PID/net/fib_trie. */
function parseTable(text: string): LocalAddresses {
  const addresses = new Map<number, number>();
  const broadcasts = new Set<number>();
  const own = new Set<number>();
  let at: number | undefined;
  for (const line of text.split("\n")) {
    const leaf = /^\s*\|-- (\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(line);
    if (leaf !== null) {
      at = leaf.slice(1).reduce((value, byte) => value * 256 + Number(byte), 0);
      continue;
    }
    const [, length, kind] = /^\s*\/(\d+) \S+ (LOCAL|BROADCAST)\b/.exec(line) ?? [];
    if (at === undefined || length === undefined) continue;
    if (kind === "BROADCAST") broadcasts.add(at);
    else if (length === "32") addresses.set(at, 1 + (addresses.get(at) ?? 0));
    else own.add(networkKey(at, Number(length)));
  }
  return { addresses, broadcasts, own };
}

/** Reads /proc/PID/net/fib_trie. */
export function parseFibTrie(text: string): LocalAddresses {
  const tables = text.split(/^(?=\w.*:$)/m);
  // Without rules of somebody's these two are one, which is shown twice.
  const usual = tables.filter((table) => /^(?:Main|Local):/.test(table)).map(parseTable);
  const addresses = new Map<number, number>();
  for (const table of usual)
    for (const [address, count] of table.addresses)
      addresses.set(address, Math.max(count, addresses.get(address) ?? 0));
  for (const table of tables.filter((each) => /^Id /.test(each)))
    for (const [address, count] of parseTable(table).addresses)
      addresses.set(address, count + (addresses.get(address) ?? 0));
  return {
    addresses,
    broadcasts: new Set(usual.flatMap(({ broadcasts }) => [...broadcasts])),
    own: new Set(usual.flatMap(({ own }) => [...own])),
  };
}

/** Where an address is: at which interface, in a network of which prefix. */
interface Place {
  readonly name: string;
  readonly prefix: number;
}

const LOOPBACK = "lo";
/** 127.0.0.0/8, which the kernel itself gives to loopback. */
const LOOPBACK_NETWORK = networkKey(0x7f000000, 8);

/**
 * Finds the interface of an address, where the routes leave no other: undefined elsewhere. No file names it. A route into
 * a network of an interface does not tell that an address in there is that interface's: another one may have it, with
 * another prefix, without a route (`noprefixroute`), or be down. So it takes a network that has a broadcast address (one
 * of an address, then, and not only of a route), in which there is no other address, and an interface besides which none
 * is up, as one that is down has no broadcast address.
 */
function addressFinder(
  { addresses, own, broadcasts }: LocalAddresses,
  routes: readonly LinkRoute[],
  mayBeUp: readonly string[],
): (address: number) => Place | undefined {
  const [only, another] = mayBeUp.filter((name) => name !== LOOPBACK);
  /** Networks that routes lead to, and whether none leads through another interface. */
  const routed = new Map<number, boolean>();
  for (const { name, network, prefix } of routes) {
    const key = networkKey(network, prefix);
    if (prefix !== 0 && prefix !== 32) routed.set(key, name === only && (routed.get(key) ?? true));
  }
  const prefixes = new Set([...own, ...routed.keys()].map((key) => key % 64));
  const networksOf = (address: number): readonly number[] =>
    Array.from(prefixes, (prefix) => networkKey(address, prefix)).filter((key) => own.has(key) || routed.has(key));
  const addressesIn = new Map<number, number>();
  for (const address of addresses.keys())
    for (const key of networksOf(address)) addressesIn.set(key, 1 + (addressesIn.get(key) ?? 0));
  return (address) => {
    const [network, larger] = networksOf(address);
    if (network === undefined || larger !== undefined || addressesIn.get(network) !== 1) return undefined;
    const prefix = network % 64;
    if (!broadcasts.has(networkOf(address, prefix) + 2 ** (32 - prefix) - 1)) return undefined;
    if (routed.has(network)) {
      const isOnly = routed.get(network) && another === undefined && !own.has(network);
      return isOnly && only !== undefined ? { name: only, prefix } : undefined;
    }
    return network === LOOPBACK_NETWORK || only === undefined ? { name: LOOPBACK, prefix } : undefined;
  };
}

/** The files of /proc/PID/net about interfaces; undefined for one that is not there. */
export interface NetFiles {
  readonly dev: string | undefined;
  readonly igmp: string | undefined;
  readonly ifInet6: string | undefined;
  readonly route: string | undefined;
  readonly fibTrie: string | undefined;
}

/**
 * The interfaces with their addresses, put together from what /proc shows. Of IPv4 addresses it seldom shows the interface
 * and the prefix: those of which it does not are given apart, unless the kernel said them of its own.
 */
export function describeInterfaces(
  { dev, igmp, ifInet6, route, fibTrie }: NetFiles,
  own?: readonly OwnAddress[],
): NamespaceFacts {
  if (dev === undefined) return {};
  const names = parseInterfaceNames(dev);
  const up = igmp === undefined ? undefined : parseMulticastMembers(igmp);
  const addresses = new Map<string, string[]>(names.map((name) => [name, []]));
  const unassigned: string[] = [];
  const assign = (address: number, place: Place | undefined): void => {
    const list = place && addresses.get(place.name);
    if (list === undefined) unassigned.push(formatIpv4(address));
    else list.push(`${formatIpv4(address)}/${place?.prefix}`);
  };
  const local = parseFibTrie(fibTrie ?? "");
  const mayBeUp = up === undefined ? names : names.filter((name) => up.has(name));
  const find = addressFinder(local, parseLinkRoutes(route ?? ""), mayBeUp);
  if (own === undefined) {
    for (const [address, count] of [...local.addresses].sort(([a], [b]) => a - b))
      assign(address, count === 1 ? find(address) : undefined);
  } else {
    for (const { name, address, prefix } of [...own].sort((a, b) => a.address - b.address))
      assign(address, name === undefined ? undefined : { name, prefix });
  }
  for (const { name, address } of parseIpv6Addresses(ifInet6 ?? "")) addresses.get(name)?.push(address);
  const interfaces = names.map((name): NetworkInterface => {
    const state = up === undefined ? undefined : up.has(name) ? "up" : "down";
    return { name, ...(state === undefined ? {} : { state }), addresses: addresses.get(name) ?? [] };
  });
  return { interfaces, ...(unassigned.length === 0 ? {} : { unassignedAddresses: unassigned }) };
}

/** The interfaces of a network namespace: proc_pid_net(5). */
export const networkInterfaces: FactReader = {
  fact: "interfaces",
  type: "net",
  what: "net/dev",
  ask(member) {
    const own = member.subject.isOwn ? readOwnAddresses() : undefined;
    const files = {
      dev: member.read("net/dev"),
      igmp: member.read("net/igmp"),
      ifInet6: member.read("net/if_inet6"),
      route: own === undefined ? member.read("net/route") : undefined,
      fibTrie: own === undefined ? member.read("net/fib_trie") : undefined,
    };
    return describeInterfaces(files, own);
  },
};
