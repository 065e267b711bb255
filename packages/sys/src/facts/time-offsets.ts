import type { TimeOffsets } from "@ns-graph/graph";
import type { FactReader } from "./fact-reader.js";

/** Reads /proc/PID/timens_offsets (time_namespaces(7)); undefined where it is not of that form. */
export function parseTimeOffsets(text: string): TimeOffsets | undefined {
  const offset = (clock: string): readonly [string, number] | undefined => {
    const match = new RegExp(`^${clock}\\s+(-?\\d+)\\s+(\\d+)`, "m").exec(text);
    return match === null ? undefined : [match[1] as string, Number(match[2])];
  };
  const monotonic = offset("monotonic");
  const boottime = offset("boottime");
  return monotonic === undefined || boottime === undefined ? undefined : { monotonic, boottime };
}

/** The clocks of a time namespace: time_namespaces(7). */
export const timeOffsets: FactReader = {
  fact: "time-offsets",
  type: "time",
  what: "timens_offsets",
  // The file is about the namespace that the process's children will be in.
  link: "ns/time_for_children",
  ask(member) {
    const text = member.read("timens_offsets");
    const offsets = text === undefined ? undefined : parseTimeOffsets(text);
    return offsets === undefined ? {} : { timeOffsets: offsets };
  },
};
