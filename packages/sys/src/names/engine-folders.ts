import { isAbsolute } from "node:path";
import { rootAndCaller } from "../kernel/trusted-path.js";
import type { EngineFolders } from "./container-name-sources.js";

/**
 * The folders of this machine's engines, and of the user's. Only what root or the user can change is trusted.
 *
 * Root has none of its own besides the machine's: under sudo(8), HOME and XDG_RUNTIME_DIR may be those of whoever called
 * it, who could have mounted there what never answers.
 */
export function engineFolders(env: Readonly<Record<string, string | undefined>>): EngineFolders {
  const uid = process.geteuid?.() ?? 0;
  const own = (path: string | undefined): string | undefined =>
    uid !== 0 && path !== undefined && isAbsolute(path) ? path : undefined;
  return {
    root: "/",
    runtime: own(env.XDG_RUNTIME_DIR),
    home: own(env.HOME),
    uid,
    trust: rootAndCaller(),
  };
}
