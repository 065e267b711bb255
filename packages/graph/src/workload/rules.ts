import type { WorkloadKind } from "./workload.js";

/**
 * One way to infer a workload from the name of a cgroup. Named groups of `segment` become its fields:
 *
 * - `id`: the engine's id
 * - `name`: what it is called; escapes of systemd are undone
 * - `pod`: the id of the pod; underscores stand for dashes
 * - `qos`: the quality of service of the pod
 * - `user`: a uid
 *
 * Named groups of `parent` do so too.
 */
export interface CgroupRule {
  /** What the cgroup is: a workload, or something that only adds to what is below it. */
  readonly kind: WorkloadKind | "pod" | "user";
  readonly engine: string;
  /** What the name of the cgroup has to be. It must not take more than linear time: anybody can choose a name. */
  readonly segment: RegExp;
  /** What the name of the cgroup above it has to be; any by default. */
  readonly parent?: RegExp;
  /** How many cgroups down from the root it has to be; any number by default. */
  readonly depth?: number;
  /** Whether a monitor's cgroup is within that of what it monitors. */
  readonly isWithin?: true;
}

const ID = "(?<id>[0-9a-f]{64})";
const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";

function pattern(...parts: readonly string[]): RegExp {
  return new RegExp(`^${parts.join("")}$`);
}

/**
 * Every rule; the first that fits a cgroup's name counts. A path is read from the root down, and of the workloads in
 * it the innermost container, machine or application is the one.
 *
 * Engines name a cgroup by one of two drivers: `systemd` makes a unit of it (`docker-ID.scope`), `cgroupfs` a plain
 * directory (`/docker/ID`).
 */
export const CGROUP_RULES: readonly CgroupRule[] = [
  // Pods. Kubernetes: the kubelet's cgroup driver is systemd, cgroupfs, or mixed up with that of containerd.
  {
    kind: "pod",
    engine: "kubernetes",
    segment:
      /^(?:[\w.-]*-)?kubepods(?:-(?<qos>besteffort|burstable|guaranteed))?-pod(?<pod>[0-9a-f][0-9a-f_]{30,35})\.slice$/,
  },
  {
    kind: "container",
    engine: "containerd",
    segment: pattern(
      "(?:[\\w.-]*-)?kubepods(?:-(?<qos>besteffort|burstable|guaranteed))?-pod(?<pod>[0-9a-f][0-9a-f_]{30,35})(?:\\.slice)?",
      `:cri-containerd:${ID}`,
    ),
  },
  {
    kind: "pod",
    engine: "kubernetes",
    segment: /^pod(?<pod>[0-9a-f][0-9a-f-]{30,35})$/,
    parent: /^(?:kubepods|(?<qos>besteffort|burstable|guaranteed))$/,
  },
  { kind: "pod", engine: "podman", segment: /^(?:[\w.-]*-)?libpod_pod_(?<pod>[0-9a-f]{64})\.slice$/ },
  { kind: "pod", engine: "podman", segment: /^(?<pod>[0-9a-f]{64})$/, parent: /^libpod_parent$/ },

  // Monitors: beside a container, with the container's id in their name.
  { kind: "monitor", engine: "podman", segment: pattern("libpod-conmon-", ID, "(?:\\.scope)?") },
  { kind: "monitor", engine: "podman", segment: /^conmon$/, parent: /^libpod_parent$/ },
  { kind: "monitor", engine: "cri-o", segment: pattern("crio-conmon-", ID, "(?:\\.scope)?") },
  { kind: "monitor", engine: "lxc", segment: /^lxc\.monitor\.(?<name>.+)$/s },
  { kind: "monitor", engine: "lxc", segment: /^(?<name>.+)$/s, parent: /^lxc\.monitor$/ },
  {
    kind: "monitor",
    engine: "nspawn",
    segment: /^supervisor$/,
    parent: /^(?:systemd-nspawn@|container@|machine-)(?<name>.+)\.(?:service|scope)$/s,
    isWithin: true,
  },
  // With --keep-unit it stays in the cgroup that it was started from.
  { kind: "monitor", engine: "nspawn", segment: /^supervisor$/, depth: 1 },

  // Containers.
  { kind: "container", engine: "docker", segment: pattern("docker-", ID, "\\.scope") },
  { kind: "container", engine: "docker", segment: pattern(ID), parent: /^docker$/ },
  { kind: "container", engine: "buildkit", segment: /^(?<id>[0-9a-z]{20,64})$/, parent: /^buildkit$/ },
  // With --cgroups=split a container is below the service that started it.
  { kind: "container", engine: "podman", segment: pattern("libpod-(?:payload-)?", ID, "(?:\\.scope)?") },
  {
    kind: "container",
    engine: "containerd",
    segment: pattern("(?:cri-containerd|containerd|nerdctl)-", ID, "\\.scope"),
  },
  // containerd's own namespaces: `default` is that of ctr(8) and nerdctl, `k8s.io` that of Kubernetes.
  { kind: "container", engine: "containerd", segment: pattern(ID), parent: /^(?:default|k8s\.io|containerd)$/ },
  // There people choose ids themselves: ctr run IMAGE ID.
  {
    kind: "container",
    engine: "containerd",
    segment: /^(?!.*\.(?:slice|scope|service)$)(?<id>[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*)$/,
    parent: /^(?:default|k8s\.io)$/,
    depth: 2,
  },
  { kind: "container", engine: "cri-o", segment: pattern("crio-", ID, "(?:\\.scope)?") },
  // Started by hand with --systemd-cgroup; the id is whatever who started it chose.
  { kind: "container", engine: "runc", segment: /^runc-(?<id>[\w+.-]+)\.scope$/ },
  { kind: "container", engine: "crun", segment: /^crun-(?<id>[\w+.-]+)\.scope$/ },
  { kind: "container", engine: "lxc", segment: /^lxc\.payload\.(?<name>.+)$/s },
  { kind: "container", engine: "lxc", segment: /^(?!lxc\.)(?<name>.+)$/s, parent: /^lxc(?:\.payload)?$/ },
  { kind: "container", engine: "nspawn", segment: /^(?:systemd-nspawn|container)@(?<name>.+)\.service$/s },
  { kind: "container", engine: "nspawn", segment: /^payload$/, depth: 1 },

  // Machines of systemd-machined: virtual machines name their driver, containers do not.
  { kind: "vm", engine: "qemu", segment: /^machine-qemu\\x2d\d+\\x2d(?<name>.+)\.scope$/s },
  { kind: "container", engine: "libvirt-lxc", segment: /^machine-lxc\\x2d\d+\\x2d(?<name>.+)\.scope$/s },
  { kind: "vm", engine: "vmspawn", segment: /^systemd-vmspawn@(?<name>.+)\.service$/s },
  { kind: "container", engine: "nspawn", segment: /^machine-(?<name>.+)\.scope$/s },
  { kind: "vm", engine: "qemu", segment: /^(?<name>\d+)\.scope$/, parent: /^qemu\.slice$/ },

  // Applications.
  { kind: "app", engine: "flatpak", segment: /^(?:app-)?flatpak-(?<name>.+?)(?:-\d+)?\.scope$/s },
  {
    kind: "app",
    engine: "snap",
    segment: pattern("snap\\.(?<name>[a-z0-9_-]+)\\.hook\\.[a-z0-9-]+[.-]", UUID, "\\.scope"),
  },
  {
    kind: "app",
    engine: "snap",
    segment: pattern("snap\\.(?<name>[a-z0-9_-]+)(?:\\.[A-Za-z0-9-]+?)?(?:[.-]", UUID, ")?\\.(?:scope|service)"),
  },
  { kind: "app", engine: "snap", segment: /^snap\.(?<name>[a-z0-9_-]+)$/ },

  // Units of systemd.
  { kind: "user", engine: "systemd", segment: /^user-(?<user>\d{1,10})\.slice$/ },
  { kind: "user", engine: "systemd", segment: /^user@(?<user>\d{1,10})\.service$/ },
  { kind: "session", engine: "systemd", segment: /^session-(?<name>[a-z]?\d+)\.scope$/ },
  // A desktop's applications: app[-LAUNCHER]-ID[-RANDOM].scope, app[-LAUNCHER]-ID@RANDOM.service.
  { kind: "scope", engine: "systemd", segment: /^app(?:-[^-]+)?-(?<name>[^-@]+)-\d+\.scope$/ },
  { kind: "service", engine: "systemd", segment: /^app(?:-[^-]+)?-(?<name>[^-@]+)@[^@]*\.service$/ },
  { kind: "service", engine: "systemd", segment: /^(?<name>.+\.(?:service|socket|mount|swap))$/s },
  { kind: "scope", engine: "systemd", segment: /^(?<name>.+)\.scope$/s },

  // An id that only a container engine would make, under a name that somebody gave (--cgroup-parent).
  { kind: "container", engine: "container", segment: pattern(ID) },
];
