import type { NamespaceGraph } from "@ns-graph/graph";
import { HostBuilder } from "@ns-graph/testkit";

/** A machine that fits on a screen: a container, a name of ip-netns(8), and user namespaces one below the other. */
export function smallHost(): NamespaceGraph {
  const names = { "0": "root", "1000": "anna" };
  const host = new HostBuilder({ users: { names, subuids: [{ owner: "anna", start: 100000, count: 65536 }] } });
  host.process({ pid: 1, ppid: 0, comm: "systemd", cgroup: "/init.scope" });
  host.process({ pid: 2, ppid: 0, comm: "kthreadd", kernelThread: true });
  for (const [index, comm] of ["rcu_preempt", "ksoftirqd/0", "kworker/0:0"].entries())
    host.process({ pid: 3 + index, ppid: 2, comm, kernelThread: true });
  host.skipPids(400);
  for (const comm of ["journald", "cron", "sshd", "dockerd", "containerd", "bash"])
    host.process({ comm, cgroup: `/system.slice/${comm}.service` });

  const container = host.unshare(["cgroup", "ipc", "mnt", "net", "pid", "uts"]);
  const cgroup = `/system.slice/docker-${"3f2a91c04b7d".padEnd(64, "0")}.scope`;
  for (let worker = 0; worker < 4; worker++) host.process({ comm: "nginx", cgroup, in: container });

  const blue = host.namespace("net");
  host.pin({ kind: "mount", namespace: blue, path: "/run/netns/blue", mountNamespace: host.initial.mnt ?? "" });
  host.pin({ kind: "fd", namespace: blue, pid: 409, fd: 12 });

  const scope = "/user.slice/user-1000.slice/session-3.scope";
  const outer = host.unshare(["user"], host.initial, {
    ownerUid: 1000,
    uidMap: [
      [0, 1000, 1],
      [1, 100000, 65536],
    ],
    gidMap: [
      [0, 1000, 1],
      [1, 100000, 65536],
    ],
  });
  const inner = host.unshare(["user", "net"], outer, {
    ownerUid: 1000,
    uidMap: [[0, 1000, 1]],
    gidMap: [[0, 1000, 1]],
  });
  const shell = host.process({ ppid: 411, comm: "bash", uid: 1000, cgroup: scope, in: inner });
  host.process({ ppid: shell, comm: "sleep", uid: 1000, cgroup: scope, in: inner });
  return host.build();
}
