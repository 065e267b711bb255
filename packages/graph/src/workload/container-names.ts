import type { Workload } from "./workload.js";

/** What people call a container, as its engine knows it. Hostile text. */
export interface ContainerName {
  readonly name: string;
  /** The name of its pod, and of the Kubernetes namespace that the pod is in. */
  readonly pod?: { readonly name: string; readonly namespace?: string };
}

/** Names of containers by their full ids. */
export type ContainerNames = Readonly<Record<string, ContainerName>>;

/** A workload with the name that its engine knows, where there is one; so is what is around it. */
export function nameWorkload(workload: Workload, names: ContainerNames): Workload {
  const { id, pod, inside } = workload;
  const known = id !== undefined && Object.hasOwn(names, id) ? names[id] : undefined;
  const outer = inside === undefined ? undefined : nameWorkload(inside, names);
  if (known === undefined && outer === inside) return workload;
  return {
    ...workload,
    ...(known === undefined ? {} : { name: known.name }),
    ...(pod === undefined || known?.pod === undefined ? {} : { pod: { ...pod, ...known.pod } }),
    ...(outer === undefined ? {} : { inside: outer }),
  };
}
