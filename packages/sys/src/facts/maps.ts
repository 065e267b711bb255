import type { FactReader } from "./fact-reader.js";
import { parseIdMap } from "./id-map.js";

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
