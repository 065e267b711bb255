import type { Membership, NamespaceGraph, NamespaceType } from "@ns-graph/graph";
import { containerId, HostBuilder } from "./host-builder.js";
import { beginPlainHost } from "./plain-host.js";

const PROGRAMS = ["nginx", "postgres", "node", "redis-server", "java", "python3"];

/** A small system whose kernel has PID, mount and user namespaces alone. */
export function tinyHost(): NamespaceGraph {
  const host = new HostBuilder({ hostname: "board", types: ["mnt", "pid", "user"] });
  host.process({ pid: 1, ppid: 0, comm: "init" });
  host.process({ pid: 2, ppid: 0, comm: "kthreadd", kernelThread: true });
  for (const comm of ["syslogd", "klogd", "dropbear", "sh"]) host.process({ comm });
  return host.build();
}

/** A machine with exactly so many namespaces, 20 at least: services and containers, some with a user namespace. */
export function hostWith(namespaces: number): NamespaceGraph {
  const host = beginPlainHost();
  if (namespaces < host.size) throw new RangeError(`at least ${host.size} namespaces`);
  for (let i = 0; host.size < namespaces; i++) {
    const all: NamespaceType[] = ["mnt", "pid", "net", "uts", "ipc", "cgroup"];
    const types = i % 4 === 3 ? ["user" as const, ...all] : all;
    const map = [[0, 100000 + 65536 * i, 65536]] as const;
    const inside = host.unshare(types.slice(0, namespaces - host.size), host.initial, {
      ownerUid: 1000,
      uidMap: map,
      gidMap: map,
    });
    const comm = PROGRAMS[i % PROGRAMS.length] ?? "sh";
    const cgroup = `/system.slice/docker-${containerId(i)}.scope`;
    for (let n = 0; n <= i % 4; n++) host.process({ comm, uid: 1000, cgroup, in: inside });
  }
  return host.build();
}

/** How large a generated machine is. */
export interface HostSize {
  readonly processes: number;
  /** 8 at least: the initial ones. */
  readonly namespaces: number;
}

/**
 * A machine of any size, such as 10^6 processes in 10^5 namespaces, at little cost in memory: processes share
 * their memberships, and each has a PID, a parent, a command and a uid and nothing else.
 */
export function makeHost({ processes, namespaces }: HostSize): NamespaceGraph {
  const host = new HostBuilder({ hostname: "large" });
  if (namespaces < host.size) throw new RangeError(`at least ${host.size} namespaces`);
  const sets: Membership[] = [host.membership(host.initial)];
  const types: NamespaceType[] = ["user", "mnt", "pid", "net", "uts", "ipc", "cgroup"];
  for (let i = 0; host.size < namespaces; i++) {
    // Two containers in three are the machine's own; the others are in the one before.
    const from = i % 3 === 2 ? (sets.at(-1) ?? host.initial) : host.initial;
    const wanted = i % 5 === 0 ? types : types.slice(1);
    const isDeep = from !== host.initial && i % 90 > 60;
    sets.push(host.unshare(wanted.slice(0, namespaces - host.size), isDeep ? host.initial : from, { ownerUid: 1000 }));
  }
  const names = ["worker", "nginx", "postgres", "java", "sh", "node"];
  return host.populate(processes, (pid) => ({
    comm: names[pid % names.length] ?? "sh",
    uid: pid % 3 === 0 ? 0 : 1000,
    namespaces: sets[(pid * 7) % sets.length] ?? host.initial,
  }));
}
