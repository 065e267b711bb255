import type { Namespace } from "./namespace.js";
import type { NamespaceGraph } from "./namespace-graph.js";
import type { NamespaceId } from "./namespace-id.js";
import type { NamespaceType } from "./namespace-type.js";
import type { Pin } from "./pin.js";
import { isZombie, type Process } from "./process.js";

/** The options of nsenter(1) by type. */
const OPTIONS: Readonly<Record<NamespaceType, string>> = {
  cgroup: "--cgroup",
  ipc: "--ipc",
  mnt: "--mount",
  net: "--net",
  pid: "--pid",
  time: "--time",
  user: "--user",
  uts: "--uts",
};

/** How nsenter(1) is told of a namespace: by a process that is in it, or by a file. */
type Door = { readonly pid: number } | { readonly file: string };

/**
 * The command that enters all namespaces of a process, as words; undefined for a zombie, which has left them, and where
 * none of them could be read, so that none can be entered.
 */
export function enterProcessCommand(process: Process): readonly string[] | undefined {
  return isZombie(process) || Object.keys(process.namespaces).length === 0
    ? undefined
    : ["nsenter", "--target", `${process.pid}`, "--all"];
}

/**
 * The command that enters a namespace, as words: `nsenter --net=/run/netns/blue`. See `quoteForShell`.
 *
 * It goes by a mount that the viewer can reach, else by a member process, else by a file in /proc of what pins it. A pid
 * namespace that has lost its init, or has none yet, takes no process any more (pid_namespaces(7)). A viewer without privileges enters the owning user namespace first, which gives the right to enter the rest.
 * Undefined where nothing that was found leads in, and for a user namespace that the viewer is in: setns(2) refuses that.
 */
export function enterCommand(graph: NamespaceGraph, id: NamespaceId): readonly string[] | undefined {
  const namespace = graph.namespace(id);
  if (namespace === undefined || isOwnUser(graph, namespace) || !takesProcesses(graph, namespace)) return undefined;
  const owner = foreignOwner(graph, namespace);
  const door = findDoor(graph, namespace, owner);
  if (door === undefined) return undefined;
  const ownerDoor = owner === undefined ? undefined : findDoor(graph, owner, namespace);
  // One --target serves both, if they go by the same process.
  const target = [door, ownerDoor].find((each) => each !== undefined && "pid" in each);
  const pid = target !== undefined && "pid" in target ? target.pid : undefined;
  const entered = namespace.type === "user" ? namespace : ownerDoor === undefined ? undefined : owner;
  return [
    "nsenter",
    ...(pid === undefined ? [] : ["--target", `${pid}`]),
    ...(ownerDoor === undefined ? [] : [spell("user", ownerDoor, pid)]),
    spell(namespace.type, door, pid),
    ...(entered !== undefined && keepsCredentials(graph, entered) ? ["--preserve-credentials"] : []),
  ];
}

function isOwnUser({ viewer }: NamespaceGraph, { id, type }: Namespace): boolean {
  return type === "user" && viewer.namespaces.user === id;
}

/** Whether a pid namespace has an init: without one, setns(2) or the next fork(2) fails. */
function takesProcesses(graph: NamespaceGraph, { id, type, level = 0 }: Namespace): boolean {
  if (type !== "pid" || graph.memberCount(id) > 0) return true;
  // Its processes may be some that could not be read, and are known to have PIDs that deep, or that are not shown at all.
  return (
    graph.problems().some(({ code }) => code === "PROC_HIDES") ||
    graph.processes().some(({ namespaces, pids }) => !namespaces.pid && (pids === undefined || pids.length > level))
  );
}

function spell(type: NamespaceType, door: Door, target: number | undefined): string {
  if ("file" in door) return `${OPTIONS[type]}=${door.file}`;
  return door.pid === target ? OPTIONS[type] : `${OPTIONS[type]}=/proc/${door.pid}/ns/${type}`;
}

/** The owner, where the viewer has no privileges and would get them by entering it. */
function foreignOwner(graph: NamespaceGraph, namespace: Namespace): Namespace | undefined {
  const { euid, namespaces } = graph.viewer;
  if (namespace.type === "user" || euid === undefined || euid === 0) return undefined;
  const owner = graph.owner(namespace);
  return owner === undefined || owner.id === namespaces.user || owner.initial === true ? undefined : owner;
}

/**
 * Whether nsenter must leave uids and groups as they are: it would become root inside, which needs a map of 0, and
 * drop all groups, which setgroups may deny to those who are not root outside.
 */
function keepsCredentials(graph: NamespaceGraph, { uidMap, gidMap, setgroups }: Namespace): boolean {
  const hasZero = [uidMap, gidMap].every((map) => map === undefined || map.some(([inside]) => inside === 0));
  return !hasZero || (graph.viewer.euid !== undefined && graph.viewer.euid !== 0 && setgroups !== "allow");
}

function findDoor(graph: NamespaceGraph, namespace: Namespace, together: Namespace | undefined): Door | undefined {
  const pins = graph.pins(namespace.id);
  const own = pins.find(
    (pin) =>
      pin.kind === "mount" && pin.mountNamespace === graph.viewer.namespaces.mnt && pin.reachableFrom !== undefined,
  );
  if (own?.kind === "mount") return { file: own.path };
  const member = chooseMember(graph.members(namespace.id), namespace.type, together);
  if (member !== undefined) return { pid: member.pid };
  for (const pin of pins) {
    const file = pinFile(pin, namespace.type);
    if (file !== undefined) return { file };
  }
  return undefined;
}

/** The member to go by: rather one that is in the other namespace too, and rather a program than a kernel thread. */
function chooseMember(
  members: readonly Process[],
  type: NamespaceType,
  together: Namespace | undefined,
): Process | undefined {
  let chosen: Process | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const process of members) {
    // Of a zombie only these two links are left.
    if (isZombie(process) && type !== "user" && type !== "pid") continue;
    const isApart = together !== undefined && process.namespaces[together.type] !== together.id;
    const rank = (isZombie(process) ? 4 : 0) + (isApart ? 2 : 0) + (process.kernelThread ? 1 : 0);
    if (rank >= least) continue;
    chosen = process;
    least = rank;
  }
  return chosen;
}

/** The file in /proc through which a pin can be followed. */
function pinFile(pin: Pin, type: NamespaceType): string | undefined {
  switch (pin.kind) {
    case "thread":
      return `/proc/${pin.pid}/task/${pin.tid}/ns/${type}`;
    case "fd":
      return pin.tid === undefined ? `/proc/${pin.pid}/fd/${pin.fd}` : `/proc/${pin.pid}/task/${pin.tid}/fd/${pin.fd}`;
    case "mount":
      return pin.reachableFrom === undefined ? undefined : `/proc/${pin.reachableFrom}/root${pin.path}`;
    case "for-children":
      return pin.tid === undefined
        ? `/proc/${pin.pid}/ns/${type}_for_children`
        : `/proc/${pin.pid}/task/${pin.tid}/ns/${type}_for_children`;
    default:
      return undefined;
  }
}
