import type { Evidence } from "../model/evidence.js";

/**
 * What a workload is.
 *
 * - `container`: its processes were put behind namespaces by an engine
 * - `vm`: the process that runs a virtual machine
 * - `app`: a program that a package format confines (Flatpak, Snap)
 * - `monitor`: what an engine keeps beside a container, outside it
 * - `service`, `session`, `scope`: a unit of systemd
 */
export type WorkloadKind = "container" | "vm" | "app" | "monitor" | "service" | "session" | "scope";

/** The pod that a container belongs to: its containers share namespaces on purpose. */
export interface Pod {
  /** Kubernetes: the pod's uid, with dashes. Podman: the id of the pod. */
  readonly id: string;
  /** Quality of service of Kubernetes: `guaranteed`, `burstable` or `besteffort`. */
  readonly qos?: string;
  /** Where names were asked for. Hostile text. */
  readonly name?: string;
  /** Kubernetes: the namespace of the API that the pod is in, where names were asked for. Hostile text. */
  readonly namespace?: string;
}

/**
 * What a process belongs to in the eyes of whoever started it, as far as its cgroup tells. Every text in it comes
 * from names that somebody chose, and is hostile: see `printable`.
 */
export interface Workload {
  readonly kind: WorkloadKind;
  /** Who made it: `docker`, `podman`, `containerd`, `cri-o`, `kubernetes`, `lxc`, `nspawn`, `flatpak`, `systemd` … */
  readonly engine: string;
  /** The cgroup of the workload: two processes are in the same workload if they have this in common. */
  readonly cgroup: string;
  /** The engine's own id, in full: 64 hexadecimal digits mostly. */
  readonly id?: string;
  /** What people call it. */
  readonly name?: string;
  readonly pod?: Pod;
  /** The unit of systemd that it is, or was started by. */
  readonly unit?: string;
  /** The uid whose service manager or session it is in, as the machine has it: what a container calls a user is none. */
  readonly user?: number;
  /** The workload around it: the node of a cluster that is itself a container, say. */
  readonly inside?: Workload;
  /**
   * Whether nobody but root can have given its cgroup that name. `no` in what a user, or what is in a container, was
   * left to arrange: there it is what they call it. `unknown` in a service, which may be left to a user, and where the
   * viewer does not see the path from the root down (cgroup_namespaces(7)).
   */
  readonly borneOut: Evidence;
}

/** How a uid is called: by its login name, mostly. */
export type UserNaming = (uid: number) => string;

const byNumber: UserNaming = (uid) => `uid ${uid}`;

/** What engines make up, in distinction from what people do. */
const LONG_ID = /^[0-9a-z]{20,}$/;
/** So much of an id engines print. */
const SHORT = 12;

/** An engine's id as the engines abbreviate it: `3f2a91c04b7d`. */
export function shortId(id: string): string {
  return LONG_ID.test(id) ? id.slice(0, SHORT) : id;
}

/** A workload in two words: who made it and whose it is, and what it is called there. */
export interface WorkloadTitle {
  /** `docker`, `docker of anna`, `pod (in docker node)`, `service` … Hostile text. */
  readonly engine: string;
  /** `web (3f2a91c04b7d)`, `shop/cart app`, `nginx.service`. Hostile text. */
  readonly name: string;
}

/**
 * Whose a workload is that root alone can't have named: what stands before the name, because the name may be as long
 * as its maker likes and be cut off behind.
 */
function whereabouts({ borneOut, inside, user, unit, kind }: Workload, nameUser: UserNaming): string {
  if (inside !== undefined) {
    let outermost = inside;
    while (outermost.inside !== undefined) outermost = outermost.inside;
    return ` (${outermost === inside ? "" : "deep "}in ${describeWorkload(outermost, nameUser)})`;
  }
  if (borneOut === "yes") return "";
  if (user !== undefined) return ` of ${nameUser(user)}`;
  return unit === undefined || isUnit(kind) ? "" : ` (in ${unit})`;
}

/** Whether a kind is that of units of systemd. */
export function isUnit(kind: WorkloadKind): boolean {
  return kind === "service" || kind === "session" || kind === "scope";
}

/** What a workload is called. */
export function workloadTitle(workload: Workload, nameUser: UserNaming = byNumber): WorkloadTitle {
  const { kind, engine, id, name, pod, unit } = workload;
  const where = whereabouts(workload, nameUser);
  const short = id === undefined ? undefined : shortId(id);
  if (isUnit(kind)) return { engine: `${kind}${where}`, name: name ?? unit ?? "" };
  const suffix = kind === "monitor" ? " monitor" : "";
  if (pod !== undefined && engine !== "podman")
    return {
      engine: `pod${suffix}${where}`,
      name: `${podName(pod)}${name === undefined && short === undefined ? "" : " "}${name ?? short ?? ""}`,
    };
  const own = name === undefined || short === undefined || name === short ? (name ?? short) : `${name} (${short})`;
  const parts = [own ?? unit, ...(pod === undefined ? [] : [`in pod ${podName(pod)}`])];
  return { engine: `${engine}${suffix}${where}`, name: parts.filter((part) => part !== undefined).join(" ") };
}

/** What the pod of a workload is called, and whose it is: `pod shop/cart`; undefined where it is in none. Hostile text. */
export function podTitle(workload: Workload, nameUser: UserNaming = byNumber): string | undefined {
  return workload.pod && `pod${whereabouts(workload, nameUser)} ${podName(workload.pod)}`;
}

function podName({ id, name, namespace }: Pod): string {
  if (name === undefined) return shortId(id.length === 36 ? id.slice(0, 8) : id);
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** A workload in words: `docker web (3f2a91c04b7d)`, `docker of uid 1000 3f2a91c04b7d`. Hostile text. */
export function describeWorkload(workload: Workload, nameUser: UserNaming = byNumber): string {
  const { engine, name } = workloadTitle(workload, nameUser);
  return name === "" ? engine : `${engine} ${name}`;
}
