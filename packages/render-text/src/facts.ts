import type { Namespace, NetworkInterface, TimeOffsets } from "@ns-graph/graph";
import type { Pen } from "./pen.js";

function describeOffset([seconds, nanoseconds]: readonly [string, number]): string {
  if (nanoseconds === 0) return `${seconds} s`;
  return `${seconds} s ${nanoseconds} ns`;
}

/** Clock offsets: `monotonic +86400 s`; nothing where both are zero. */
export function describeOffsets({ monotonic, boottime }: TimeOffsets): string {
  const said = [["monotonic", monotonic] as const, ["boottime", boottime] as const].filter(
    ([, [seconds, nanoseconds]]) => seconds !== "0" || nanoseconds !== 0,
  );
  if (said.length === 0) return "clocks not shifted";
  return said.map(([name, offset]) => `${name} ${describeOffset(offset)}`).join(", ");
}

/** An interface in a few words: `eth0 up 10.1.2.3/24`. */
export function describeInterface(pen: Pen, { name, state, addresses }: NetworkInterface): string {
  return pen.safe([name, ...(state === undefined ? [] : [state]), ...addresses].join(" "));
}

/** The facts of a namespace that were asked for, in a few words each; those of user namespaces are told elsewhere. */
export function describeFacts(pen: Pen, namespace: Namespace): string[] {
  const { timeOffsets, interfaces, mountCount, rootMount, hostname, cgroupRoot, initPid } = namespace;
  const facts: string[] = [];
  if (hostname !== undefined) facts.push(`hostname ${pen.safe(hostname)}`);
  if (interfaces !== undefined) {
    facts.push(
      interfaces.length === 0 ? "no interfaces" : interfaces.map((each) => describeInterface(pen, each)).join(", "),
    );
  }
  if (mountCount !== undefined) facts.push(mountCount === 1 ? "1 mount" : `${mountCount} mounts`);
  if (rootMount !== undefined) facts.push(`root ${pen.safe(rootMount)}`);
  if (cgroupRoot !== undefined) facts.push(`root ${pen.safe(cgroupRoot)}`);
  if (initPid !== undefined) facts.push(`init ${initPid}`);
  if (timeOffsets !== undefined && namespace.initial !== true) facts.push(describeOffsets(timeOffsets));
  return facts;
}
