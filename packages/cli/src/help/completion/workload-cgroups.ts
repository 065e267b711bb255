/*
 * By what cgroups of workloads are called in every cgroup file system: what shells offer of workloads without asking anybody. What
 * people call a container its engine alone knows, and is not offered.
 */

/** Where cgroups are: the unified hierarchy, and systemd's own beside those of version 1 (cgroups(7)). */
export const CGROUP_ROOTS = ["/sys/fs/cgroup", "/sys/fs/cgroup/systemd"] as const;

/** The folders below them whose folders are looked at: `*` stands for any name. */
export const CGROUP_FOLDERS = [
  "",
  "system.slice/",
  "machine.slice/",
  "machine.slice/*/",
  "docker/",
  "libpod_parent/",
  "libpod_parent/*/",
  "kubepods/*/",
  "kubepods/*/*/",
  "kubepods.slice/*/",
  "kubepods.slice/*/*/",
  "user.slice/user-*.slice/user@*.service/*.slice/",
] as const;

/** What may stand before the 64 digits of a container's id, and `.scope` behind them: engines without systemd's driver write neither. */
export const ID_PREFIXES = ["docker", "libpod", "crio", "cri-containerd", "containerd", "nerdctl"] as const;

/** What stands before and behind the name of a container or machine. */
export const NAME_FRAMES = [
  ["lxc.payload.", ""],
  ["machine-", ".scope"],
  ["systemd-nspawn@", ".service"],
] as const;
