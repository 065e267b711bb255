import type { Membership, NamespaceGraph, NamespaceType } from "@ns-graph/graph";
import { HOSTILE_TEXTS } from "../fake/hostile-text.js";
import { containerId, HostBuilder } from "./host-builder.js";

/** Names that hold what breaks terminals, markup and widths, each another one. */
function hostileName(number: number): string {
  return `${number} ${HOSTILE_TEXTS[number % HOSTILE_TEXTS.length]}`.slice(0, 40);
}

/** A machine on which somebody made very many of one thing, and there is little else. */
export interface Crowd {
  /** What there are very many of. */
  readonly of: string;
  /** So many that what is not linear in them takes minutes, or runs out of arguments, and what is takes a second. */
  readonly many: number;
  readonly build: (size: number) => NamespaceGraph;
}

function crowd(of: string, many: number, fill: (host: HostBuilder, size: number) => void): Crowd {
  return {
    of,
    many,
    build: (size) => {
      const host = new HostBuilder({ hostname: "crowded" });
      host.process({ pid: 1, ppid: 0, comm: "init" });
      fill(host, size);
      return host.build();
    },
  };
}

/** All but those that stand for something else in a crowd. */
const TYPES: readonly NamespaceType[] = ["cgroup", "ipc", "mnt", "net", "pid", "time", "uts"];

/** A call has room for about 120 000 arguments. */
const PAST_ARGUMENTS = 130_000;
const MANY = 20_000;

/** One for each thing of which users can make as many as they like. */
export const CROWDS: readonly Crowd[] = [
  crowd("descriptors of one namespace", PAST_ARGUMENTS, (host, size) => {
    const namespace = host.namespace("net");
    for (let fd = 0; fd < size; fd++) host.pin({ kind: "fd", namespace, pid: 1, fd });
  }),
  crowd("namespaces without a process that one user namespace owns", PAST_ARGUMENTS, (host, size) => {
    const owner = host.namespace("user", { ownerUid: 1000 });
    for (let fd = 0; fd < size; fd++) host.pin({ kind: "fd", namespace: host.namespace("net", { owner }), pid: 1, fd });
  }),
  crowd("user namespaces in one", PAST_ARGUMENTS, (host, size) => {
    const owner = host.namespace("user", { ownerUid: 1000 });
    const uidMap = [[0, 100_000, 1]] as const;
    for (let fd = 0; fd < size; fd++)
      host.pin({ kind: "fd", namespace: host.namespace("user", { owner, ownerUid: 1000, uidMap }), pid: 1, fd });
  }),
  crowd("mount namespaces in which one namespace is mounted", PAST_ARGUMENTS, (host, size) => {
    const namespace = host.namespace("net");
    for (let i = 0; i < size; i++)
      host.pin({ kind: "mount", namespace, mountNamespace: host.namespace("mnt"), path: "/run/a", reachableFrom: 1 });
  }),
  crowd("namespaces mounted at one path, and at long ones", MANY, (host, size) => {
    const mountNamespace = host.namespace("mnt");
    const longest = "\u0301\u001b\udc80x".repeat(50);
    for (let i = 0; i < size; i++) {
      const namespace = host.namespace("net");
      host.pin({ kind: "mount", namespace, mountNamespace, path: `/${longest}${i}`, reachableFrom: 1 });
      host.pin({ kind: "mount", namespace, mountNamespace: host.initial.mnt ?? "", path: "/a", reachableFrom: 1 });
    }
  }),
  crowd("processes, each in namespaces of its own", MANY, (host, size) => {
    for (let i = 0; i < size; i++) {
      const cgroup = `/user.slice/user-1000.slice/user@1000.service/${hostileName(i).replaceAll("/", "")}.scope`;
      host.process({ comm: hostileName(i), uid: 1000, cgroup, in: host.unshare(["net", "pid"]) });
    }
  }),
  crowd("processes in the same namespaces, each mixed otherwise", MANY, (host, size) => {
    const some = Array.from({ length: 40 }, () => TYPES.map((type) => [type, host.namespace(type)] as const));
    for (let i = 0; i < size; i++) {
      const mixed = TYPES.map(
        (_, place) => some[(i * (2 * place + 1) + Math.floor(i / 40) * place) % 40]?.[place] ?? [],
      );
      const cgroup = `/docker/${containerId(i % 10)}`;
      host.process({ comm: "sh", cgroup, in: Object.fromEntries(mixed) as Membership });
    }
  }),
  crowd("namespaces of one sandbox, and containers that share one", MANY, (host, size) => {
    const net = host.unshare(["net"]);
    const program = "/usr/bin/bwrap";
    const leader = host.process({ comm: "bwrap", program, in: host.unshare(["mnt"], net) });
    for (let i = 0; i < size / 2; i++) {
      host.process({ ppid: leader, comm: "sh", in: host.unshare(["mnt"]) });
      host.process({ comm: "sh", cgroup: `/docker/${containerId(i)}`, in: host.unshare(["mnt"], net) });
    }
  }),
  crowd("user namespaces below one another, with many at each level", MANY, (host, size) => {
    let above = [host.initial.user ?? ""];
    for (let level = 0; level < 32; level++) {
      const next: string[] = [];
      for (let i = 0; i < size / 32; i++) {
        const owner = above[i % above.length] ?? "";
        const user = host.namespace("user", { owner, ownerUid: i });
        next.push(user);
        if (i % 2 === 0) host.process({ comm: `p${i % (level + 1)}`, in: { user } });
        else host.namespace(TYPES[i % TYPES.length] ?? "net", { owner: user });
      }
      above = next;
    }
  }),
  crowd("problems of all kinds", MANY, (host, size) => {
    const codes = ["PROC_UNREADABLE", "MOUNT_UNREADABLE", "LIMIT_REACHED", "COMMAND_LINE_CUT", "LINK_UNREADABLE"];
    for (let pid = 100; pid < 100 + size; pid++) {
      const code = pid % 6 === 5 ? `NEW_${pid}` : (codes[pid % 6] ?? "");
      host.process({ pid, comm: hostileName(pid) });
      host.problem({ code, pid, errno: pid % 2 === 0 ? "EACCES" : `E${pid}`, path: `/${pid}`, what: "descriptors" });
    }
  }),
  crowd("processes with long command lines", MANY, (host, size) => {
    const commandLine = `a \u0301\u001b "'\\ `.repeat(100);
    for (let i = 0; i < size; i++)
      host.process({ comm: "a", commandLine: `${commandLine}${i}`, in: host.unshare(["uts"]) });
  }),
];
