import type { NamespaceGraph } from "@ns-graph/graph";
import { HostBuilder, type MachineOptions } from "./host-builder.js";

const KERNEL_THREADS = [
  "pool_workqueue_release",
  "kworker/R-rcu_gp",
  "kworker/R-sync_wq",
  "kworker/R-slub_flushwq",
  "kworker/0:0-events",
  "kworker/0:1-cgroup_destroy",
  "ksoftirqd/0",
  "rcu_preempt",
  "rcu_exp_par_gp_kthread_worker/0",
  "migration/0",
  "idle_inject/0",
  "cpuhp/0",
  "cpuhp/1",
  "migration/1",
  "ksoftirqd/1",
  "kauditd",
  "khungtaskd",
  "oom_reaper",
  "kcompactd0",
  "ksmd",
  "khugepaged",
  "kswapd0",
  "scsi_eh_0",
  "jbd2/sda1-8",
  "kworker/R-ext4-rsv-conversion",
].map((name) => name.slice(0, 15));

/** A machine with what every machine has: systemd, kernel threads (kdevtmpfs in a mount namespace of its own) and a few sandboxed services. */
export function beginPlainHost(options: MachineOptions = {}): HostBuilder {
  const host = new HostBuilder(options);
  host.process({ pid: 1, ppid: 0, comm: "systemd", cgroup: "/init.scope", commandLine: "/sbin/init" });
  host.process({ pid: 2, ppid: 0, comm: "kthreadd", kernelThread: true, cgroup: "/" });
  for (const comm of KERNEL_THREADS) host.process({ ppid: 2, comm, state: "I", kernelThread: true, cgroup: "/" });
  host.process({ ppid: 2, comm: "kdevtmpfs", kernelThread: true, cgroup: "/", in: host.unshare(["mnt"]) });
  host.skipPids(180);
  const service = (comm: string, unit: string, uid = 0, types: ("mnt" | "uts" | "net" | "ipc")[] = []) =>
    host.process({
      comm,
      uid,
      cgroup: `/system.slice/${unit}.service`,
      in: types.length > 0 ? host.unshare(types) : {},
    });
  service("systemd-journal", "systemd-journald");
  service("systemd-udevd", "systemd-udevd", 0, ["mnt", "uts"]);
  host.skipPids(40);
  service("systemd-timesyn", "systemd-timesyncd", 997, ["mnt"]);
  service("dbus-daemon", "dbus", 100);
  service("systemd-logind", "systemd-logind", 0, ["mnt", "uts"]);
  service("polkitd", "polkit", 996, ["mnt", "net"]);
  service("cron", "cron");
  service("agetty", "getty@tty1");
  service("sshd", "ssh");
  return host;
}

/** A server that runs nothing special. */
export function plainHost(): NamespaceGraph {
  const host = beginPlainHost();
  const session = "/user.slice/user-1000.slice/session-4.scope";
  const sshd = host.process({ comm: "sshd-session", cgroup: session });
  const shell = host.process({ ppid: sshd, comm: "bash", uid: 1000, cgroup: session, commandLine: "-bash" });
  host.process({ ppid: shell, comm: "vim", uid: 1000, cgroup: session, commandLine: "vim notes.txt" });
  return host.build();
}
