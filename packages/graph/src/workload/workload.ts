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
 * What a process belongs to in the eyes of whoever started it, as far as its cgroup shows, or what an engine keeps beside it
 * to monitor it. Every text in it comes
 * from names that somebody chose, and is hostile: see `printable`.
 */
export interface Workload {
  /** What kind of thing it is. */
  readonly kind: WorkloadKind;
  /** Who made it: `docker`, `podman`, `containerd`, `cri-o`, `kubernetes`, `lxc`, `nspawn`, `flatpak`, `systemd` … */
  readonly engine: string;
  /**
   * The cgroup of the workload: two processes are in the same workload if they have this in common. Where only a monitor
   * tells of it, the one that it was started in, which others may be in too; empty where that was not read.
   */
  readonly cgroup: string;
  /** The engine's own id, in full: 64 hexadecimal digits mostly. */
  readonly id?: string;
  /** What people call it. */
  readonly name?: string;
  /** Where names were asked for: the name that its monitor was started with, if its engine calls it otherwise by now. */
  readonly startedAs?: string;
  /** Where names were asked for: the image that it was made from, as its engine has that. */
  readonly image?: string;
  /** The pod that it is, or is in. */
  readonly pod?: Pod;
  /** The unit of systemd that it is, or was started by. */
  readonly unit?: string;
  /** The uid whose service manager or session it is in, or whose monitor tells of it, as the machine has it: what a container calls a user is none. */
  readonly user?: number;
  /** The workload around it: the node of a cluster that is itself a container, say. */
  readonly inside?: Workload;
  /**
   * Whether nobody but root can have given its cgroup that name, or have started the monitor that tells of it. `no` in what a user, or what is in a container, was
   * left to arrange: there it is what they call it. `unknown` in a service, which may be left to a user, and where the
   * viewer does not see the path from the root down (cgroup_namespaces(7)).
   */
  readonly borneOut: Evidence;
}

/** Whether a kind is that of units of systemd. */
export function isUnit(kind: WorkloadKind): boolean {
  return kind === "service" || kind === "session" || kind === "scope";
}
