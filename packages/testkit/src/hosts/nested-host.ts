import type { NamespaceGraph } from "@ns-graph/graph";
import { containerId } from "./host-builder.js";
import { beginPlainHost } from "./plain-host.js";

const CONTAINER = ["mnt", "uts", "ipc", "pid", "net", "cgroup"] as const;
const MAP = { uidMap: [[0, 1000000, 65536]], gidMap: [[0, 1000000, 65536]], setgroups: "allow" } as const;

/**
 * Containers in containers: a system container with a user namespace of its own, in which Docker runs, in one of whose
 * containers a builder makes yet another one; and beside it containers of the machine's own Docker.
 */
export function nestedContainersHost(): NamespaceGraph {
  const host = beginPlainHost({ hostname: "ci-3" });
  host.process({ comm: "dockerd", cgroup: "/system.slice/docker.service" });
  for (const [i, comm] of ["nginx", "redis-server"].entries()) {
    host.process({ comm, cgroup: `/system.slice/docker-${containerId(i)}.scope`, in: host.unshare(CONTAINER) });
  }
  const path = "/lxc.payload.build";
  const system = host.unshare(["user", ...CONTAINER], host.initial, MAP);
  const init = host.process({ comm: "systemd", uid: 1000000, cgroup: `${path}/init.scope`, in: system });
  for (const comm of ["systemd-journal", "sshd", "dockerd", "containerd"]) {
    host.process({ ppid: init, comm, uid: 1000000, cgroup: `${path}/system.slice/${comm}.service`, in: system });
  }
  const builder = host.unshare(CONTAINER, system);
  const scope = `${path}/system.slice/docker-${containerId(2)}.scope`;
  const daemon = host.process({ ppid: init, comm: "buildkitd", uid: 1000000, cgroup: scope, in: builder });
  const inner = host.unshare(["user", ...CONTAINER], builder, { ownerUid: 1000000, ...MAP });
  const make = host.process({ ppid: daemon, comm: "make", uid: 1000000, cgroup: `${scope}/run`, in: inner });
  for (const comm of ["cc1", "cc1plus", "ld"])
    host.process({ ppid: make, comm, uid: 1000000, cgroup: `${scope}/run`, in: inner });
  return host.build();
}

/** User namespaces one in the other, 30 by default; every fifth has a process and owns some, the others have nothing but the next. */
export function deepHost(depth = 30): NamespaceGraph {
  const host = beginPlainHost({ hostname: "deep" });
  let inside = host.initial;
  for (let level = 1; level <= depth; level++) {
    const owns = level % 5 === 0 || level === depth;
    inside = host.unshare(owns ? ["user", "pid", "net"] : ["user"], inside, {
      ownerUid: 1000,
      uidMap: [[0, 1000, 1]],
      gidMap: [[0, 1000, 1]],
      setgroups: "deny",
    });
    if (owns) host.process({ comm: `level-${level}`, uid: 1000, in: inside });
  }
  return host.build();
}
