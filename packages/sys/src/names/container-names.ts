import { isAbsolute } from "node:path";
import type { ContainerNames, Workload } from "@ns-graph/graph";

/**
 * What the engines of this machine (Docker, Podman, CRI-O, containerd) call containers, by `containerKey`: read in files that
 * root, or the user whose they are, alone can write, and asked of engines that listen on such a socket of root's or the
 * caller's. To root also what those of others write below their homes. It takes 0.3 seconds at most; what is not known by then has no name.
 *
 * @param env where the caller's own engines are: HOME and XDG_RUNTIME_DIR. Root has none but the machine's.
 */
export async function findContainerNames(
  containers: readonly Workload[],
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<ContainerNames> {
  // Few want names, and what finds them is not loaded for the others.
  const { callerAccess, findNames } = await import("./find-container-names.js");
  const uid = process.geteuid?.() ?? 0;
  const access = callerAccess();
  if (uid === 0) return findNames(containers, { root: "/", access });
  const own = (path: string | undefined) => (path !== undefined && isAbsolute(path) ? path : undefined);
  const caller = { whose: uid, root: undefined, runtime: own(env.XDG_RUNTIME_DIR), home: own(env.HOME), access };
  return findNames(containers, { root: "/", access, caller });
}
