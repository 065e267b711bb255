import { isAbsolute } from "node:path";
import type { EnginePlaces } from "./container-name-sources.js";

/** The places of this machine's engines, and of the user's. Only what root or the user can change is trusted. */
export function enginePlaces(env: Readonly<Record<string, string | undefined>>): EnginePlaces {
  const uid = process.geteuid?.() ?? 0;
  const gid = process.getegid?.() ?? 0;
  const absolute = (path: string | undefined): string | undefined =>
    path !== undefined && isAbsolute(path) ? path : undefined;
  return {
    root: "/",
    runtime: absolute(env.XDG_RUNTIME_DIR),
    home: absolute(env.HOME),
    trust: { uids: new Set([0, uid]), gids: new Set([0, gid]) },
  };
}
