import type { FactReader } from "./fact-reader.js";
import { parseTimeOffsets } from "./id-map.js";

/** The clocks of a time namespace: time_namespaces(7). */
export const timeOffsets: FactReader = {
  fact: "time-offsets",
  type: "time",
  what: "timens_offsets",
  ask(member) {
    // The file is about the namespace that the process's children will be in.
    if (member.namespaceAt("ns/time_for_children") !== member.subject.id) return undefined;
    const text = member.read("timens_offsets");
    const offsets = text === undefined ? undefined : parseTimeOffsets(text);
    return offsets === undefined ? {} : { timeOffsets: offsets };
  },
};
