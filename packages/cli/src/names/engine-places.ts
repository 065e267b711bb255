import { isAbsolute } from "node:path";
import { rootAndCaller } from "../trusted-path.js";
import type { EnginePlaces } from "./container-name-sources.js";

/** The places of this machine's engines, and of the user's. Only what root or the user can change is trusted. */
export function enginePlaces(env: Readonly<Record<string, string | undefined>>): EnginePlaces {
  const absolute = (path: string | undefined): string | undefined =>
    path !== undefined && isAbsolute(path) ? path : undefined;
  return {
    root: "/",
    runtime: absolute(env.XDG_RUNTIME_DIR),
    home: absolute(env.HOME),
    trust: rootAndCaller(),
  };
}
