import { initState } from "../build/init-state.js";
import { ancestors } from "../model/ancestors.js";
import { hasEnded, mayTakeProcesses } from "../model/init.js";
import type { IdRange, Namespace } from "../model/namespace.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import type { NamespaceId } from "../model/namespace-id.js";
import { NAMESPACE_TYPES, type NamespaceType } from "../model/namespace-type.js";
import type { Pin } from "../model/pin.js";
import { isZombie, type Process, seemsPassing } from "../model/process.js";
import {
  IN_REACH_OF_OTHERS,
  NO_NEED,
  NO_WAY_TO_OWNER,
  NOBODY_TO_BE,
  NOBODY_TO_BECOME,
  OF_LOST_INIT,
  OF_LOST_INIT_ABOVE,
  OF_LOST_INIT_OF_PROCESS,
  OF_NO_INIT,
  OF_NO_MEMBERS,
  OWNERS_APART,
  PROGRAM_PLACEHOLDER,
  PROGRAMS_AS_OTHERS,
  PROGRAMS_AS_YOU,
  TAKES_RIGHTS,
  THROUGH_ANOTHER_RUN,
} from "../words/enter-notes.js";
import { leadingProcess } from "../workload/leading-process.js";

/** How to enter namespaces, for people and programs. */
export interface EnterCommand {
  /**
   * The words of a command that enters them: `nsenter --net=/run/netns/blue`. Absent where none can be offered. A last word
   * `PROGRAM/` stands for a program of the caller's choice: see `PROGRAM_PLACEHOLDER`. Hostile text: see `quoteForShell`.
   */
  readonly words?: readonly string[];
  /**
   * What whoever runs it has to know, or why no command is offered although there is a way in: a sentence or two. Absent where
   * there is nothing to say. Holds no hostile text.
   */
  readonly note?: string;
}

/** How a namespace is given to nsenter(1): by a process that is in it, or by a file. */
type Door = { readonly pid: number } | { readonly file: string; readonly isPassing?: boolean };

/** Who somebody becomes by entering a user namespace. */
interface Identity {
  /** The options of nsenter(1) for it. */
  readonly options: readonly string[];
  /** Whether that may be the viewer, as the machine sees it. */
  readonly isViewer: boolean;
}

/** Namespaces to enter, each with its door, and what that does to whoever enters. */
interface Entry {
  readonly doors: readonly (readonly [NamespaceType, Door])[];
  /** The user namespace among them. */
  readonly user: Namespace | undefined;
  /** Whether programs will be others'. */
  readonly hasForeignPrograms: boolean;
}

/**
 * How to enter all namespaces of a process that the viewer is not in; without words for a zombie, which has left them, and
 * where there is none. Each is named rather than `--all`: another process may have the PID by the time that this is run, and
 * nsenter(1) passes over a user namespace that it is in already, but not over the programs of others.
 */
export function enterProcessCommand(graph: NamespaceGraph, process: Process): EnterCommand {
  const own = graph.viewer.namespaces;
  const pidNamespace = process.namespaces.pid === own.pid ? undefined : graph.namespace(process.namespaces.pid ?? "");
  const closed = pidNamespace && closedPidNote(graph, pidNamespace);
  if (closed !== undefined) return { note: closed === OF_LOST_INIT ? OF_LOST_INIT_OF_PROCESS : closed };
  if (isZombie(process)) return {};
  const types = NAMESPACE_TYPES.filter((type) => {
    const id = process.namespaces[type];
    return id !== undefined && id !== own[type];
  });
  if (types.length === 0) return {};
  const doors = types.map((type): Entry["doors"][number] => [type, { pid: process.pid }]);
  const mnt = types.includes("mnt") ? graph.namespace(process.namespaces.mnt ?? "") : undefined;
  const hasForeignPrograms = types.includes("mnt") && (mnt === undefined || hasOthersPrograms(graph, mnt));
  if (types.includes("user")) {
    const user = graph.namespace(process.namespaces.user ?? "");
    if (isPowerless(graph.viewer) && !ownsAll(graph, process, types, user)) return { note: OWNERS_APART };
    return spellEntry(graph, { doors, user, hasForeignPrograms });
  }
  const owner = mnt !== undefined && hasForeignPrograms ? findForeignOwner(graph, mnt) : undefined;
  return enterWithOwner(graph, doors, hasForeignPrograms, owner, mnt);
}

/**
 * How to enter what some processes are in: that of the one that leads them, or, where the viewer is in all of that, of the one
 * that leads those that are elsewhere. Without words, and with a note, where the viewer is in all namespaces of all of them.
 */
export function enterProcessesCommand(graph: NamespaceGraph, processes: readonly Process[]): EnterCommand {
  const own = graph.viewer.namespaces;
  const leader = leadingProcess(processes);
  if (leader === undefined) return {};
  const typesOf = ({ namespaces }: Process) => NAMESPACE_TYPES.filter((type) => namespaces[type] !== undefined);
  const isElsewhere = (process: Process): boolean =>
    typesOf(process).some((type) => process.namespaces[type] !== own[type]);
  if (isElsewhere(leader)) return enterProcessCommand(graph, leader);
  const living = processes.filter((process) => !isZombie(process));
  const other = leadingProcess(living.filter(isElsewhere));
  if (other !== undefined) return enterProcessCommand(graph, other);
  // Where others are whose links could not be read is not known.
  return living.length > 0 && living.every((process) => typesOf(process).length > 0) ? { note: NO_NEED } : {};
}

/**
 * How to enter a namespace.
 *
 * It goes by a mount that the viewer can reach, else by a member process, else by a file in /proc of what pins it: rather a
 * thread or a mount than a descriptor, and one of another run of the command (`seemsPassing`) only where nothing else is. A pid
 * namespace that has lost its init takes no process any more (pid_namespaces(7)), and one that has none yet makes its init of
 * whoever comes first.
 *
 * In a mount namespace whoever enters runs the programs of others, with the libraries of others, as nsenter(1) looks all of
 * them up inside. So where another user namespace owns it, that one is entered with it, which takes the viewer's rights away;
 * where none does, or the viewer would stay the same user, the command leaves the program to whoever runs it. In other types
 * programs stay the caller's own. There a viewer without privileges enters the owning user namespace first, which gives the
 * right to enter the rest.
 *
 * Without words where nothing that was found leads in, and for a user namespace that the viewer is in: setns(2) refuses that.
 */
export function enterCommand(graph: NamespaceGraph, id: NamespaceId): EnterCommand {
  const namespace = graph.namespace(id);
  if (namespace === undefined || isOwnUser(graph, namespace)) return {};
  const closed = closedPidNote(graph, namespace);
  if (closed !== undefined) return { note: closed };
  const { type } = namespace;
  const hasForeignPrograms = type === "mnt" && hasOthersPrograms(graph, namespace);
  const owner = ownerToEnter(graph, namespace);
  const door = findDoor(graph, namespace, owner?.namespace);
  if (door === undefined) return {};
  if (type === "user") return spellEntry(graph, { doors: [[type, door]], user: namespace, hasForeignPrograms });
  return enterWithOwner(graph, [[type, door]], hasForeignPrograms, owner, namespace);
}

/** Whether whoever enters a user namespace may enter these of a process then: it owns them, or one below it does. */
function ownsAll(
  graph: NamespaceGraph,
  process: Process,
  types: readonly NamespaceType[],
  user: Namespace | undefined,
): boolean {
  if (user === undefined) return true;
  return types.every((type) => {
    const namespace = graph.namespace(process.namespaces[type] ?? "");
    if (namespace === undefined || type === "user" || namespace.owner.state === "unknown") return true;
    const owner = graph.owner(namespace);
    if (owner === undefined) return false;
    return owner.id === user.id || [...ancestors(graph, owner)].some(({ id }) => id === user.id);
  });
}

/** The command for an entry, with what is to be known before it is run. */
function spellEntry(graph: NamespaceGraph, { doors, user, hasForeignPrograms }: Entry): EnterCommand {
  const entersUser = doors.some(([type]) => type === "user");
  const identity = entersUser ? identityIn(graph, user) : STAYS;
  if (identity === undefined) return { note: keepsGroups(graph, user) ? NOBODY_TO_BECOME : NOBODY_TO_BE };
  // One --target serves all that go by the same process.
  const target = doors.find(([, door]) => "pid" in door)?.[1];
  const pid = target !== undefined && "pid" in target ? target.pid : undefined;
  const isAsYou = hasForeignPrograms && identity.isViewer;
  const warning = hasForeignPrograms
    ? isAsYou
      ? PROGRAMS_AS_YOU
      : PROGRAMS_AS_OTHERS
    : entersUser && isInChargeElsewhere(graph, user)
      ? IN_REACH_OF_OTHERS
      : undefined;
  const isPassing = doors.some(([, door]) => "file" in door && door.isPassing === true);
  const notes = [...(warning === undefined ? [] : [warning]), ...(isPassing ? [THROUGH_ANOTHER_RUN] : [])];
  return {
    words: [
      "nsenter",
      ...(pid === undefined ? [] : ["--target", `${pid}`]),
      ...[...doors]
        .sort(([a], [b]) => Number(b === "user") - Number(a === "user"))
        .map(([type, door]) => spell(type, door, pid)),
      ...identity.options,
      ...(isAsYou ? [PROGRAM_PLACEHOLDER] : []),
    ],
    ...(notes.length === 0 ? {} : { note: notes.join(" ") }),
  };
}

function isOwnUser({ viewer }: NamespaceGraph, { id, type }: Namespace): boolean {
  return type === "user" && viewer.namespaces.user === id;
}

/** Whether somebody else than the viewer and the machine decides what the programs of a mount namespace are. */
function hasOthersPrograms({ viewer }: NamespaceGraph, { id, initial }: Namespace): boolean {
  return initial !== true && viewer.namespaces.mnt !== id;
}

/** Whether others may do as they like with what the viewer runs in a user namespace: only who made it can enter it without privileges. */
function isInChargeElsewhere({ viewer }: NamespaceGraph, user: Namespace | undefined): boolean {
  return isPrivileged(viewer) || user?.ownerUid !== viewer.euid;
}

/** Whether the viewer may have rights beyond those of their own user. */
function isPrivileged({ euid }: NamespaceGraph["viewer"]): boolean {
  return euid === undefined || euid === 0;
}

/** Enters an owner too, where there is one with a way in, else none: the viewer stays in their own user namespace. */
function enterWithOwner(
  graph: NamespaceGraph,
  doors: Entry["doors"],
  hasForeignPrograms: boolean,
  owner: ForeignOwner | undefined,
  owned: Namespace | undefined,
): EnterCommand {
  const door = owner?.namespace && findDoor(graph, owner.namespace, owned);
  if (door !== undefined)
    return spellEntry(graph, { doors: [...doors, ["user", door]], user: owner?.namespace, hasForeignPrograms });
  if (hasForeignPrograms && owner !== undefined) return { note: NO_WAY_TO_OWNER };
  if (isPowerless(graph.viewer)) return { note: TAKES_RIGHTS };
  return spellEntry(graph, { doors, user: undefined, hasForeignPrograms });
}

/** Whether it is known that the viewer may enter nothing but user namespaces and what these own: setns(2) takes CAP_SYS_ADMIN. */
function isPowerless({ euid = 0, capabilities }: NamespaceGraph["viewer"]): boolean {
  return euid !== 0 && capabilities !== undefined && !capabilities.includes("CAP_SYS_ADMIN");
}

/** Why a pid namespace takes no process: without an init fork(2) fails with ENOMEM there. Undefined where it may take one. */
function closedPidNote(graph: NamespaceGraph, namespace: Namespace): string | undefined {
  const init = initState(graph, namespace);
  if (init === undefined || init.state === "alive") return undefined;
  if (!mayTakeProcesses(init)) return OF_NO_INIT[init.state] ?? OF_LOST_INIT;
  // In a document without processes.
  if (namespace.memberCount === 0) return OF_NO_MEMBERS;
  for (const above of ancestors(graph, namespace)) {
    const lost = initState(graph, above);
    if (lost !== undefined && hasEnded(lost)) return OF_LOST_INIT_ABOVE;
  }
  return undefined;
}

/**
 * A namespace as an option of nsenter(1). These and `--target` are as old as nsenter(1) itself (util-linux 2.23), but for `--cgroup`
 * (2.28) and `--time` (2.36); `--setuid` and `--setgid` are of 2.24, `--preserve-credentials` is of 2.26. Since 2.29 it enters
 * what it may before the user namespace, and the rest after that, so that the same options serve root and the owner.
 */
function spell(type: NamespaceType, door: Door, target: number | undefined): string {
  const option = type === "mnt" ? "--mount" : `--${type}`;
  if ("file" in door) return `${option}=${door.file}`;
  return door.pid === target ? option : `${option}=/proc/${door.pid}/ns/${type}`;
}

/** An owner that is known to be another user namespace than the viewer's and the machine's; `namespace` where the graph has it. */
interface ForeignOwner {
  readonly namespace: Namespace | undefined;
}

function findForeignOwner(graph: NamespaceGraph, namespace: Namespace): ForeignOwner | undefined {
  if (namespace.owner.state !== "known" || namespace.owner.id === graph.viewer.namespaces.user) return undefined;
  const owner = graph.owner(namespace);
  return owner?.initial === true ? undefined : { namespace: owner };
}

/** The owner that is entered with a namespace: to run the programs of others without the viewer's rights, or to have any. */
function ownerToEnter(graph: NamespaceGraph, namespace: Namespace): ForeignOwner | undefined {
  const { type } = namespace;
  if (type === "user") return undefined;
  const isNeeded = type === "mnt" ? hasOthersPrograms(graph, namespace) : !isPrivileged(graph.viewer);
  return isNeeded ? findForeignOwner(graph, namespace) : undefined;
}

/** Who does not enter a user namespace. */
const STAYS: Identity = { options: [], isViewer: true };

/**
 * Who the viewer becomes in a user namespace; undefined where nobody can be found.
 *
 * nsenter(1) becomes root inside, which needs a map of 0, and drops all groups, which setgroups may deny to those who are not
 * root outside. A viewer without privileges stays who they are where that fails. Root must not: in charge of a process are also
 * those who are in charge of its user namespace, and one that is still uid 0 of the machine may write what root may write.
 * Root of a user namespace that may not drop groups is no more than an ordinary user in what they made themselves.
 */
function identityIn(graph: NamespaceGraph, user: Namespace | undefined): Identity | undefined {
  const { viewer } = graph;
  const { euid } = viewer;
  const uid = chooseId(user?.uidMap);
  const gid = chooseId(user?.gidMap);
  if (!isPrivileged(viewer)) {
    const becomesRoot = uid?.inside === 0 && gid?.inside === 0 && user?.setgroups === "allow";
    return becomesRoot
      ? { options: [], isViewer: uid.outside === undefined || uid.outside === euid }
      : { options: ["--preserve-credentials"], isViewer: true };
  }
  if (keepsGroups(graph, user))
    return euid === user?.ownerUid ? { options: ["--preserve-credentials"], isViewer: true } : undefined;
  if (uid === undefined || gid === undefined) return undefined;
  return {
    options: [
      ...(uid.inside === 0 ? [] : ["--setuid", `${uid.inside}`]),
      ...(gid.inside === 0 ? [] : ["--setgid", `${gid.inside}`]),
    ],
    isViewer: [uid, gid].some(({ outside }) => outside === undefined || outside === 0),
  };
}

/** Whether setgroups(2) is refused before a user namespace is entered and afterwards, which ends nsenter(1). */
function keepsGroups(graph: NamespaceGraph, user: Namespace | undefined): boolean {
  return user?.setgroups === "deny" && graph.namespace(graph.viewer.namespaces.user ?? "")?.setgroups === "deny";
}

/** An id to take in a user namespace: root if it has one, else the first. Where the map was not read, root: nsenter(1) fails if there is none. */
function chooseId(
  map: readonly IdRange[] | undefined,
): { readonly inside: number; readonly outside?: number } | undefined {
  if (map === undefined) return { inside: 0 };
  const [inside, outside] = map.find(([first]) => first === 0) ?? map[0] ?? [];
  return inside === undefined || outside === undefined ? undefined : { inside, outside };
}

function findDoor(graph: NamespaceGraph, namespace: Namespace, together: Namespace | undefined): Door | undefined {
  const pins = graph.pins(namespace.id);
  const own = pins.find(
    (pin) =>
      pin.kind === "mount" && pin.mountNamespace === graph.viewer.namespaces.mnt && pin.reachableFrom !== undefined,
  );
  if (own?.kind === "mount") return { file: own.path };
  const member = chooseMember(graph.members(namespace.id), namespace.type, together, graph.viewer.pid);
  if (member !== undefined) return { pid: member.pid };
  return followPins(graph, pins, namespace.type);
}

/** The kinds of pins that can be followed, those first that stay as a rule or always lead there. */
const FOLLOWED: readonly Pin["kind"][] = ["thread", "mount", "fd", "for-children"];

/** The first pin that leads in; one of what seems to be another run of the command where there is no other. */
function followPins(graph: NamespaceGraph, pins: readonly Pin[], type: NamespaceType): Door | undefined {
  let passing: Door | undefined;
  for (const kind of FOLLOWED) {
    for (const pin of pins) {
      const file = pin.kind === kind ? pinFile(pin, type) : undefined;
      if (file === undefined) continue;
      const holder = pin.kind === "fd" ? graph.process(pin.pid) : undefined;
      if (holder === undefined || !seemsPassing(holder)) return { file };
      passing ??= { file, isPassing: true };
    }
  }
  return passing;
}

/** The member to go by: rather one that is in the other namespace too, and rather a program than a kernel thread. */
function chooseMember(
  members: readonly Process[],
  type: NamespaceType,
  together: Namespace | undefined,
  viewer: number | undefined,
): Process | undefined {
  let chosen: Process | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const process of members) {
    // The viewer is gone when the command is run.
    if (process.pid === viewer) continue;
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
      return `${procFolder(pin)}/ns/${type}`;
    case "fd":
      return `${procFolder(pin)}/fd/${pin.fd}`;
    case "mount":
      return pin.reachableFrom === undefined ? undefined : `/proc/${pin.reachableFrom}/root${pin.path}`;
    case "for-children":
      return `${procFolder(pin)}/ns/${type}_for_children`;
    default:
      return undefined;
  }
}

function procFolder({ pid, tid }: { readonly pid: number; readonly tid?: number }): string {
  return tid === undefined ? `/proc/${pid}` : `/proc/${pid}/task/${tid}`;
}
