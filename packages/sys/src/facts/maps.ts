import type { IdRange } from "@ns-graph/graph";
import type { FactReader } from "./fact-reader.js";

/** Reads /proc/PID/uid_map or gid_map (user_namespaces(7)); empty where none was written yet. */
export function parseIdMap(text: string): IdRange[] {
  const ranges: IdRange[] = [];
  for (const line of text.split("\n")) {
    const [inside, outside, count] = line.trim().split(/\s+/).map(Number);
    if (inside === undefined || outside === undefined || count === undefined || Number.isNaN(count)) continue;
    ranges.push([inside, outside, count]);
  }
  return ranges;
}

/** The maps of a user namespace: user_namespaces(7). */
export const maps: FactReader = {
  fact: "maps",
  type: "user",
  what: "uid_map",
  ask(member) {
    const uidMap = member.read("uid_map");
    const gidMap = member.read("gid_map");
    const setgroups = member.read("setgroups")?.trim();
    return {
      ...(uidMap === undefined ? {} : { uidMap: parseIdMap(uidMap) }),
      ...(gidMap === undefined ? {} : { gidMap: parseIdMap(gidMap) }),
      ...(setgroups === "allow" || setgroups === "deny" ? { setgroups } : {}),
    };
  },
};
