import { isAbsolute } from "node:path";
import type { ContainerNames, Workload } from "@ns-graph/graph";
import { rootAndCaller } from "../kernel/trusted-path.js";

/**
 * What the engines of this machine (Docker, Podman, CRI-O, containerd) call containers, by `containerKey`: read in files that
 * root, or the user, alone can write, and asked of engines that listen on such a socket. It takes 0.3 seconds at most; what
 * is not known by then has no name.
 *
 * @param env where the user's own engines are: HOME and XDG_RUNTIME_DIR. Root has none but the machine's.
 */
export async function findContainerNames(
  containers: readonly Workload[],
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<ContainerNames> {
  // Few want names, and what finds them is not loaded for the others.
  const { findNames } = await import("./find-container-names.js");
  const uid = process.geteuid?.() ?? 0;
  // Under sudo(8), HOME and XDG_RUNTIME_DIR may be those of whoever called it, who could have mounted there what never answers.
  const own = (path: string | undefined) => (uid !== 0 && path !== undefined && isAbsolute(path) ? path : undefined);
  const folders = { root: "/", runtime: own(env.XDG_RUNTIME_DIR), home: own(env.HOME), uid, trust: rootAndCaller() };
  return findNames(containers, folders);
}
