import { groupBy } from "../model/group-by.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import { countKinds, type MountPin, type OtherPin, type Pin, type UnseenPin } from "../model/pin.js";
import { seemsPassing } from "../model/process.js";

/** A pin that is of a process: a thread, descriptor or socket of it, or what its children will be in. */
export type ProcessPin = Exclude<Pin, MountPin | UnseenPin | OtherPin>;

/** A process with the pins that are of it. */
export interface PinningProcess {
  /** Its PID. */
  readonly pid: number;
  /** Its name, where that is known. Hostile text. */
  readonly comm: string | undefined;
  /** In canonical order; never empty. */
  readonly pins: readonly [ProcessPin, ...ProcessPin[]];
}

/** Pins that people look at together. */
export type PinGroup =
  | {
      /** Mounts at one path, each in another mount namespace. */
      readonly kind: "mounts";
      /** In canonical order; never empty. */
      readonly pins: readonly [MountPin, ...MountPin[]];
    }
  | {
      /** Processes of one name that hold the same number of things of each kind. */
      readonly kind: "processes";
      /** In the order of their pins; never empty. */
      readonly processes: readonly [PinningProcess, ...PinningProcess[]];
    }
  | {
      /** One of which no process is known. */
      readonly kind: "other";
      /** That pin. */
      readonly pin: UnseenPin | OtherPin;
    };

/**
 * Pins by who would have to let go: mounts by their paths first, those that the viewer sees before those in mount namespaces
 * of others; then processes, each once however much it has open, with those that are alike as one group, and last what
 * seems to be another run of the command (`seemsPassing`); then what no process is known of.
 * Whoever draws few of many draws the first: every process is named before any descriptor is counted.
 *
 * @example
 * import { readFileSync } from "node:fs";
 * import { describePinGroup, groupPins, namespaceName, printable } from "@ns-graph/graph";
 * import { readDocument } from "@ns-graph/render-json";
 *
 * const graph = readDocument(readFileSync("host.json"));
 * for (const namespace of graph.namespaces()) {
 *   for (const group of groupPins(graph, graph.pins(namespace.id)))
 *     console.log(namespaceName(namespace), printable(describePinGroup(graph, group)));
 * }
 */
export function groupPins(graph: NamespaceGraph, pins: readonly Pin[]): readonly PinGroup[] {
  const named: MountPin[] = [];
  const elsewhere: MountPin[] = [];
  const held: ProcessPin[] = [];
  const others: PinGroup[] = [];
  for (const pin of pins) {
    if (pin.kind === "mount") (pin.mountNamespace === graph.viewer.namespaces.mnt ? named : elsewhere).push(pin);
    else if ("pid" in pin) held.push(pin);
    else others.push({ kind: "other", pin });
  }
  const processes = Array.from(
    groupBy(held, ({ pid }) => pid),
    ([pid, theirs]): PinningProcess => {
      return { pid, comm: graph.process(pid)?.comm, pins: theirs as [ProcessPin, ...ProcessPin[]] };
    },
  );
  const ordered = [...processes.filter((one) => !seemsPassing(one)), ...processes.filter(seemsPassing)];
  const alike = groupBy(ordered, ({ comm, pins: theirs }) => JSON.stringify([comm, countKinds(theirs)]));
  return [
    ...Array.from(groupBy([...named, ...elsewhere], ({ path }) => path).values(), (at): PinGroup => {
      return { kind: "mounts", pins: at as [MountPin, ...MountPin[]] };
    }),
    ...Array.from(alike.values(), (some): PinGroup => {
      return { kind: "processes", processes: some as [PinningProcess, ...PinningProcess[]] };
    }),
    ...others,
  ];
}

/** The pins of a group. */
export function pinsOfGroup(group: PinGroup): readonly Pin[] {
  switch (group.kind) {
    case "mounts":
      return group.pins;
    case "processes":
      return group.processes.flatMap(({ pins }) => pins);
    case "other":
      return [group.pin];
  }
}
