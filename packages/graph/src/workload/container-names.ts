import type { ContainerNames } from "../model/container-names.js";
import type { Workload } from "./workload.js";

/** What the name of a container is kept under. */
export function containerKey({ borneOut, id, cgroup }: Workload): string {
  return borneOut === "yes" && id !== undefined ? id : cgroup;
}

/** A workload with the name that its engine knows, where there is one; so is what is around it. */
export function nameWorkload(workload: Workload, names: ContainerNames): Workload {
  const { id, pod, inside } = workload;
  const key = containerKey(workload);
  const known = id !== undefined && Object.hasOwn(names, key) ? names[key] : undefined;
  const outer = inside === undefined ? undefined : nameWorkload(inside, names);
  if (known === undefined && outer === inside) return workload;
  return {
    ...workload,
    ...(known === undefined ? {} : { name: known.name }),
    ...(pod === undefined || known?.pod === undefined ? {} : { pod: { ...pod, ...known.pod } }),
    ...(outer === undefined ? {} : { inside: outer }),
  };
}
