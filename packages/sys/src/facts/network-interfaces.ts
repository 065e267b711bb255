import type { NamespaceFacts, NetworkInterface } from "@ns-graph/graph";
import type { FactReader } from "./fact-reader.js";
import { formatIpv4, formatIpv6, networkOf, parseIpv4 } from "./ip-address.js";

/** A route to where no gateway is needed: what an interface's addresses are in. */
interface LinkRoute {
  readonly name: string;
  readonly network: number;
  readonly prefix: number;
}

/** What /proc/PID/net/fib_trie has of this namespace's own IPv4 addresses. */
export interface LocalAddresses {
  readonly addresses: readonly number[];
  /** Broadcast addresses: each network that an address is in has one. */
  readonly broadcasts: ReadonlySet<number>;
  /** Networks all of whose addresses are this host's, by `networkKey`: those of loopback. */
  readonly own: ReadonlySet<string>;
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

/** The network that an address is in, as one text. */
function networkKey(address: number, prefix: number): string {
  return `${networkOf(address, prefix)}/${prefix}`;
}

/** Reads /proc/PID/net/fib_trie. */
export function parseFibTrie(text: string): LocalAddresses {
  const addresses = new Set<number>();
  const broadcasts = new Set<number>();
  const own = new Set<string>();
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
    else if (length === "32") addresses.add(at);
    else own.add(networkKey(at, Number(length)));
  }
  return { addresses: [...addresses].sort((a, b) => a - b), broadcasts, own };
}

/** The longest prefix of an address that has a property; undefined where none has. */
function longestPrefix(has: (prefix: number) => boolean): number | undefined {
  for (let prefix = 32; prefix >= 0; prefix--) if (has(prefix)) return prefix;
  return undefined;
}

/** Finds the prefix of an address and the interface that it is at, by the routes and the trie; undefined where that is left open. */
function addressFinder(
  { own, broadcasts }: LocalAddresses,
  routes: readonly LinkRoute[],
  loopback: string | undefined,
): (address: number) => { readonly name: string; readonly prefix: number } | undefined {
  const routed = new Map<string, Set<string>>();
  for (const { name, network, prefix } of routes) {
    const key = networkKey(network, prefix);
    if (prefix !== 0 && prefix !== 32) routed.set(key, (routed.get(key) ?? new Set()).add(name));
  }
  // Networks that somebody only added a route to have no broadcast address here; those of two have none at all.
  const isOwnNetwork = (address: number, prefix: number): boolean =>
    prefix === 31 || broadcasts.has(networkOf(address, prefix) + 2 ** (32 - prefix) - 1);
  return (address) => {
    const within = longestPrefix((prefix) => own.has(networkKey(address, prefix)));
    if (within !== undefined) return loopback === undefined ? undefined : { name: loopback, prefix: within };
    const prefix = longestPrefix((bits) => routed.has(networkKey(address, bits)) && isOwnNetwork(address, bits));
    const [only, another] = prefix === undefined ? [] : (routed.get(networkKey(address, prefix)) ?? []);
    return prefix === undefined || only === undefined || another !== undefined ? undefined : { name: only, prefix };
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
 * The interfaces with their addresses, put together from what /proc shows. It does not show the interface of an IPv4
 * address that is not in a network of its own (a tunnel's): such addresses are given apart.
 */
export function describeInterfaces({ dev, igmp, ifInet6, route, fibTrie }: NetFiles): NamespaceFacts {
  if (dev === undefined) return {};
  const names = parseInterfaceNames(dev);
  const up = igmp === undefined ? undefined : parseMulticastMembers(igmp);
  const addresses = new Map<string, string[]>(names.map((name) => [name, []]));
  const unassigned: string[] = [];
  const local = parseFibTrie(fibTrie ?? "");
  const routes = parseLinkRoutes(route ?? "");
  const loopback = names.find((name) => name === "lo");
  const find = addressFinder(local, routes, loopback);
  for (const address of local.addresses) {
    const found = find(address);
    const list = found && addresses.get(found.name);
    if (list === undefined) unassigned.push(`${formatIpv4(address)}/32`);
    else list.push(`${formatIpv4(address)}/${found?.prefix}`);
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
  ask: (member) =>
    describeInterfaces({
      dev: member.read("net/dev"),
      igmp: member.read("net/igmp"),
      ifInet6: member.read("net/if_inet6"),
      route: member.read("net/route"),
      fibTrie: member.read("net/fib_trie"),
    }),
};
