import { requireNamespaces, requireProgram, requireRoot, runCli } from "@ns-graph/testkit";
import { checkDescriptors } from "@ns-graph/testkit/contract";
import { expect, test } from "vitest";

checkDescriptors();

/** Interfaces that no route tells apart: two in one network, prefixes without a route, one that is down, one with labels. */
const SETUP = `
ip link set lo up
ip link add one type veth peer name two
ip link add down type veth peer name many
ip addr add 10.7.0.1/24 dev one
ip addr add 10.7.0.2/24 dev two
ip addr add 10.7.0.9/32 dev two
ip addr add 192.168.7.1/28 dev many noprefixroute
ip addr add 192.168.7.17/28 dev many label many:second
ip addr add 172.20.0.1/12 dev down
for name in one two many; do ip link set "$name" up; done
`;

interface Shown {
  readonly ifname: string;
  readonly addr_info: readonly { readonly family: string; readonly local: string; readonly prefixlen: number }[];
}

function ipv4Of(interfaces: readonly Shown[]): Record<string, readonly string[]> {
  return Object.fromEntries(
    interfaces.map(({ ifname, addr_info }) => [
      ifname,
      addr_info
        .filter(({ family }) => family === "inet")
        .map(({ local, prefixlen }) => `${local}/${prefixlen}`)
        .sort(),
    ]),
  );
}

test("IPv4 addresses of the viewer's own namespace are those that ip(8) shows of each interface", async (context) => {
  requireRoot(context);
  requireNamespaces(context, "net");
  requireProgram(context, "ip");
  const through = ["unshare", "--net", "sh", "-c", `${SETUP}\nip -d -j addr >&2; exec "$0" "$@"`];
  const { stdout, stderr } = await runCli(["--namespaces", "net", "--facts", "--format", "json"], { through });
  const own = JSON.parse(stdout);
  const id = own.viewer.namespaces.net;
  const { interfaces, unassignedAddresses } = own.namespaces.find((one: { readonly id: string }) => one.id === id);
  const shown = JSON.parse(stderr.split("\n").find((line) => line.startsWith("[")) ?? "[]");
  const told = Object.fromEntries(
    interfaces.map(({ name, addresses }: { readonly name: string; readonly addresses: readonly string[] }) => [
      name,
      addresses.filter((address) => !address.includes(":")).sort(),
    ]),
  );
  expect(told).toEqual(ipv4Of(shown));
  expect(told.two).toEqual(["10.7.0.2/24", "10.7.0.9/32"]);
  expect(unassignedAddresses).toBeUndefined();
});
