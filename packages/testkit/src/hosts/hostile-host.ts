import type { NamespaceGraph } from "@ns-graph/graph";
import { HOSTILE_TEXTS } from "../fake/hostile-text.js";
import { beginPlainHost } from "./plain-host.js";

/** A machine on which every name that somebody can choose was chosen to do harm: commands, arguments, paths, cgroups, users, host. */
export function hostileHost(texts: readonly string[] = HOSTILE_TEXTS): NamespaceGraph {
  const names: Record<string, string> = { "0": "root" };
  for (const [i, text] of texts.entries()) names[String(2000 + i)] = text;
  const host = beginPlainHost({
    hostname: texts.join(""),
    users: { names, subuids: texts.map((owner, i) => ({ owner, start: 100000 * (i + 1), count: 65536 })) },
  });
  for (const [i, text] of texts.entries()) {
    const inside = host.unshare(["user", "uts", "net", "mnt", "cgroup"], host.initial, { ownerUid: 2000 + i });
    const pid = host.process({
      comm: text,
      uid: 2000 + i,
      cgroup: `/${text}`,
      commandLine: `${text} ${text}`,
      in: inside,
    });
    host.pin({
      kind: "mount",
      namespace: inside.net ?? "",
      path: `/run/netns/${text}`,
      mountNamespace: host.initial.mnt ?? "",
    });
    const named = host.namespace("uts", { hostname: text });
    host.pin({ kind: "fd", namespace: named, pid, fd: 3 });
    const net = host.namespace("net", { interfaces: [{ name: text, addresses: [text] }] });
    host.pin({ kind: "other", namespace: net, name: text });
    const root = host.namespace("cgroup", { cgroupRoot: `/../${text}` });
    host.pin({ kind: "fd", namespace: root, pid, fd: 4 });
    host.problem({ code: "MOUNT_UNREADABLE", path: `/mnt/${text}`, errno: "EACCES", namespace: net, type: "net" });
    host.problem({ code: text, what: text, pid });
  }
  return host.build();
}
