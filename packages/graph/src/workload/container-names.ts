import type { ContainerNames } from "../model/container-names.js";
import type { Workload } from "./workload.js";
import { workloadOfCgroup } from "./workload-of.js";

/** Whether the cgroup of a container says which one it is; else a monitor alone does, and the cgroup may be that of others too. */
export function isToldByCgroup({ cgroup, id }: Workload): boolean {
  return id === undefined || workloadOfCgroup(cgroup)?.id === id;
}

/** What the name of a container is kept under. */
export function containerKey(container: Workload): string {
  const { borneOut, id, cgroup, user = "" } = container;
  if (borneOut === "yes" && id !== undefined) return id;
  return isToldByCgroup(container) ? cgroup : `${user}:${id}`;
}

/** A workload with the name that its engine knows, where there is one; so is what is around it. */
export function nameWorkload(workload: Workload, names: ContainerNames): Workload {
  const { id, name, pod, inside } = workload;
  const key = id === undefined ? undefined : containerKey(workload);
  const known = key !== undefined && Object.hasOwn(names, key) ? names[key] : undefined;
  const outer = inside === undefined ? undefined : nameWorkload(inside, names);
  if (known === undefined && outer === inside) return workload;
  return {
    ...workload,
    ...(known === undefined ? {} : { name: known.name }),
    ...(known === undefined || name === undefined || name === known.name ? {} : { startedAs: name }),
    ...(known?.image === undefined ? {} : { image: known.image }),
    ...(pod === undefined || known?.pod === undefined ? {} : { pod: { ...pod, ...known.pod } }),
    ...(outer === undefined ? {} : { inside: outer }),
  };
}
