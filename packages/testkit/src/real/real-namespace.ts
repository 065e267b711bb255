import { statSync } from "node:fs";
import { type NamespaceId, type NamespaceType, namespaceId } from "@ns-graph/graph";

/** A namespace of the running kernel, as stat(2) and readlink(2) tell it: the oracle that findings are compared with. */
export interface RealNamespace {
  readonly id: NamespaceId;
  readonly type: NamespaceType;
  readonly dev: number;
  readonly ino: number;
}

/** The namespace behind an nsfs file: a link in /proc/PID/ns, /proc/PID/fd/N or a bind mount. */
export function namespaceAt(path: string, type: NamespaceType): RealNamespace {
  const { dev, ino } = statSync(path);
  return { id: namespaceId(dev, ino), type, dev, ino };
}

/** A name in /proc/PID/ns. */
export type NamespaceLink = NamespaceType | "pid_for_children" | "time_for_children";

/** The namespace that a process, or one thread of it, is in, or that its next child will be in. */
export function namespaceOf(pid: number | "self", link: NamespaceLink, tid?: number): RealNamespace {
  const type = link === "pid_for_children" ? "pid" : link === "time_for_children" ? "time" : link;
  return namespaceAt(`/proc/${pid}/${tid === undefined ? "" : `task/${tid}/`}ns/${link}`, type);
}

/** The namespace that a link text such as `user:[4026531837]` names. */
export function namespaceNamed(text: string): RealNamespace {
  const match = /^([a-z]+):\[(\d+)\]$/.exec(text.trim());
  if (match === null) throw new Error(`not the name of a namespace: ${JSON.stringify(text)}`);
  const ino = Number(match[2]);
  const { dev } = statSync("/proc/self/ns/net");
  return { id: namespaceId(dev, ino), type: match[1] as NamespaceType, dev, ino };
}
