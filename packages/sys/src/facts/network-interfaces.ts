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
  /** Networks all of whose addresses are this host's: those of loopback. */
  readonly own: readonly { readonly network: number; readonly prefix: number }[];
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

/** Reads /proc/PID/net/fib_trie. */
export function parseFibTrie(text: string): LocalAddresses {
  const addresses = new Set<number>();
  const broadcasts = new Set<number>();
  const own = new Map<string, { readonly network: number; readonly prefix: number }>();
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
    else own.set(`${at}/${length}`, { network: at, prefix: Number(length) });
  }
  return { addresses: [...addresses].sort((a, b) => a - b), broadcasts, own: [...own.values()] };
}

/** Networks with their interfaces, so that those of an address are found without a search. */
class Networks {
  readonly #names = new Map<string, Set<string>>();

  add(network: number, prefix: number, name: string): void {
    const key = `${network}/${prefix}`;
    this.#names.set(key, (this.#names.get(key) ?? new Set()).add(name));
  }

  /** The smallest network that an address is in, among those that count. */
  smallest(address: number, counts: (network: number, prefix: number) => boolean) {
    for (let prefix = 32; prefix >= 0; prefix--) {
      const network = networkOf(address, prefix);
      const names = this.#names.get(`${network}/${prefix}`);
      if (names !== undefined && counts(network, prefix)) return { prefix, names };
    }
    return undefined;
  }
}

/** Finds the prefix of an address and the interface that it is at, by the routes and the trie; undefined where that is left open. */
function addressFinder(
  local: LocalAddresses,
  routes: readonly LinkRoute[],
  loopback: string | undefined,
): (address: number) => { readonly name: string; readonly prefix: number } | undefined {
  const own = new Networks();
  for (const { network, prefix } of local.own) own.add(network, prefix, "");
  const routed = new Networks();
  for (const { network, prefix, name } of routes) if (prefix !== 0 && prefix !== 32) routed.add(network, prefix, name);
  // Networks that somebody only added a route to have no broadcast address here; those of two have none at all.
  const isOwnNetwork = (network: number, prefix: number): boolean =>
    prefix === 31 || local.broadcasts.has(network + 2 ** (32 - prefix) - 1);
  return (address) => {
    const within = own.smallest(address, () => true);
    if (within !== undefined) return loopback === undefined ? undefined : { name: loopback, prefix: within.prefix };
    const found = routed.smallest(address, isOwnNetwork);
    const [only, another] = found?.names ?? [];
    if (found === undefined || only === undefined || another !== undefined) return undefined;
    return { name: only, prefix: found.prefix };
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
