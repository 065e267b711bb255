import type { Namespace, NetworkInterface, TimeOffsets } from "@ns-graph/graph";
import type { Pen } from "./pen.js";

function describeOffset([seconds, nanoseconds]: readonly [string, number]): string {
  if (nanoseconds === 0) return `${seconds} s`;
  return `${seconds} s ${nanoseconds} ns`;
}

/** Clock offsets: `monotonic 86400 s`. */
function describeOffsets({ monotonic, boottime }: TimeOffsets): string {
  const said = [["monotonic", monotonic] as const, ["boottime", boottime] as const].filter(
    ([, [seconds, nanoseconds]]) => seconds !== "0" || nanoseconds !== 0,
  );
  if (said.length === 0) return "not shifted";
  return said.map(([name, offset]) => `${name} ${describeOffset(offset)}`).join(", ");
}

/** An interface in a few words: `eth0 up 10.1.2.3/24`. */
function describeInterface(pen: Pen, { name, state, addresses }: NetworkInterface): string {
  return pen.safe([name, ...(state === undefined ? [] : [state]), ...addresses].join(" "));
}

/** One fact: what it is called, and what is said of it, each phrase for itself. */
export type FactWords = readonly [label: string, phrases: readonly string[]];

/** The facts of a namespace that were asked for; those of user namespaces are told elsewhere. */
export function* describeFacts(pen: Pen, namespace: Namespace): Generator<FactWords, void, undefined> {
  const { timeOffsets, interfaces, mountCount, rootMount, hostname, cgroupRoot, initPid } = namespace;
  if (hostname !== undefined) yield ["hostname", [pen.safe(hostname)]];
  if (interfaces !== undefined)
    yield ["interfaces", interfaces.length === 0 ? ["none"] : interfaces.map((each) => describeInterface(pen, each))];
  if (mountCount !== undefined) yield ["mounts", [`${mountCount}`]];
  if (rootMount !== undefined) yield ["root", [pen.safe(rootMount)]];
  if (cgroupRoot !== undefined) yield ["root", [pen.safe(cgroupRoot)]];
  if (initPid !== undefined) yield ["init", [`${initPid}`]];
  if (timeOffsets !== undefined) yield ["clocks", [describeOffsets(timeOffsets)]];
}
