import type { NamespaceGraph } from "@ns-graph/graph";
import { containerId } from "./host-builder.js";
import { beginPlainHost } from "./plain-host.js";

const PROGRAMS = [
  "nginx",
  "java",
  "postgres",
  "node",
  "python3",
  "envoy",
  "redis-server",
  "coredns",
  "prometheus",
  "etcd",
];

/** Options of a Kubernetes node. */
export interface KubernetesOptions {
  readonly pods?: number;
  /** Containers besides the one that keeps each pod's namespaces. */
  readonly containers?: number;
}

/**
 * A Kubernetes node: in each pod, containers share net, ipc and uts, and have mnt, pid and cgroup of their own; every
 * tenth pod has a user namespace. The network plugin names each pod's net in /run/netns. About 500 namespaces by default.
 */
export function kubernetesHost({ pods = 45, containers = 60 }: KubernetesOptions = {}): NamespaceGraph {
  const host = beginPlainHost({ hostname: "node-7" });
  const slice = "/system.slice";
  host.process({ comm: "containerd", cgroup: `${slice}/containerd.service` });
  host.process({ comm: "kubelet", cgroup: `${slice}/kubelet.service` });
  host.process({ comm: "kube-proxy", cgroup: "/kubepods.slice/kubepods-besteffort.slice" });
  for (let pod = 0; pod < pods; pod++) {
    host.skipPids(60);
    const uid = `${(0x1f3a9c00 + pod * 7919).toString(16)}_5b1e_4c2f_9d77_8a04f2e6b3${pod.toString(16).padStart(2, "0")}`;
    const podSlice = `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${uid}.slice`;
    const shim = host.process({ comm: "containerd-shim", cgroup: `${slice}/containerd.service` });
    const start = 65536 * (pod + 1);
    const map = [[0, start, 65536]] as const;
    const user = pod % 10 === 9 ? (["user"] as const) : [];
    const shared = host.unshare([...user, "net", "ipc", "uts"], host.initial, {
      uidMap: map,
      gidMap: map,
      setgroups: "allow",
    });
    host.pin({
      kind: "mount",
      namespace: shared.net ?? "",
      path: `/run/netns/cni-${(0x2b7d51e0 + pod * 104729).toString(16)}-6c1d-4f0a-b3e2-1d9f7a5c8e40`,
      mountNamespace: host.initial.mnt ?? "",
    });
    const base = user.length > 0 ? start : 0;
    const add = (comm: string, uidInside: number, count: number, index: number) => {
      const inside = host.unshare(["mnt", "pid", "cgroup"], shared);
      const cgroup = `${podSlice}/cri-containerd-${containerId(pod * 8 + index)}.scope`;
      for (let i = 0, first = shim; i < count; i++) {
        const pid = host.process({ ppid: first, comm, uid: base + uidInside, cgroup, in: inside });
        if (i === 0) first = pid;
      }
    };
    add("pause", 65535, 1, 0);
    const share = Math.floor(((pod + 1) * containers) / pods) - Math.floor((pod * containers) / pods);
    for (let i = 0; i < share; i++) {
      const comm = PROGRAMS[(pod * 3 + i) % PROGRAMS.length] ?? "sh";
      add(comm, comm === "nginx" ? 101 : 1000, comm === "nginx" || comm === "postgres" ? 5 : 1, i + 1);
    }
  }
  return host.build();
}
