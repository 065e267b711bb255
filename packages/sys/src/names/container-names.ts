import type { ContainerNames, Workload } from "@ns-graph/graph";

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
  const { findNamesHere } = await import("./find-container-names.js");
  return findNamesHere(containers, env);
}
