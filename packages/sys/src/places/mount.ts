import { type Finding, type NamespaceId, namespaceId, type Opened, type Pin, type Problem } from "@ns-graph/graph";
import { principalOfNamespace } from "../budget/principal.js";
import type { Share } from "../budget/scan-budget.js";
import { decodeLatin1 } from "../kernel/bytes.js";
import { errnoName, isGone } from "../kernel/errno.js";
import { AT_FDCWD, closeFd, O_DIRECTORY, O_PATH, openAt, readLinkTextAt, statusAt } from "../kernel/libc.js";
import { ForeignFileSystems } from "../kernel/local-file-systems.js";
import { asNsfsMount, type MountinfoExtent, type NsfsMountLine, readMountinfo } from "../kernel/mountinfo.js";
import { inodeAt } from "../processes/linked-inode.js";
import type { ScanContext } from "../scan/scan-context.js";
import { FewOfEach } from "./few-of-each.js";
import { Findings } from "./findings.js";
import { type ListedMount, listNsfsMounts } from "./mount-list.js";
import { type OwnRoot, openOwnRoot, SameMountinfo } from "./own-root.js";
import { MAY_WAIT, type Walk, walkFrom } from "./walk-to-mount.js";

/**
 * The mounts of namespaces in one mount namespace, each once, by its path from the root of that mount namespace on.
 *
 * They are read from mountinfo of a process in it that is not chrooted, for a chrooted one sees only what is below its
 * root. Where there is none, listmount(2) is asked; where that is not to be had, what the chrooted ones see is
 * put together, and it is said that there may be more. Nothing is entered, mounted or made for it.
 */
export function findMounts(context: ScanContext, mountNamespace: NamespaceId, members: readonly number[]): Finding {
  const share = context.work.share(() => principalOfNamespace(context, mountNamespace));
  const own = mountNamespace === context.own.mnt ? openOwnRoot(context, context.work.share()) : undefined;
  const search: MountSearch = {
    context,
    mountNamespace,
    share,
    own,
    found: new FewOfEach(),
    roots: new Set(),
    tooLong: 0,
  };
  const findings = new Findings();
  let result: MemberResult = "nothing";
  let failure: number | undefined;
  for (const pid of own === undefined ? members : [...members, own.pid]) {
    result = readMember(search, pid);
    if (result === "whole" || result === "cut") break;
    if (typeof result === "number") failure = result;
  }
  const isWhole = result === "whole";
  if (own !== undefined) {
    closeFd(own.directory);
    addOutside(search, own, isWhole, findings);
  }
  let isCut = result === "cut";
  // Of the viewer's own mount namespace no more is listed than what its root shows.
  if (!isWhole && !isCut && (own === undefined || result !== "part")) {
    const { mounts, failed, isCut: isListCut } = listNsfsMounts(context, mountNamespace, share);
    isCut = isListCut;
    search.found.addCounted(mounts);
    for (const mount of mounts.kept.values()) addListed(search, mount);
    // With members that could be read, only what lies outside their roots is missed.
    if (failed !== 0) {
      const errno = errnoName(-(failure ?? failed));
      findings.fail({ code: "MOUNTS_UNREADABLE", namespace: mountNamespace, type: "mnt", errno });
    }
  }
  if (isCut) findings.fail(share.leftOut("mounts", { namespace: mountNamespace, type: "mnt" }));
  if (search.tooLong > 0)
    findings.fail({ code: "MOUNT_PATH_TOO_LONG", namespace: mountNamespace, type: "mnt", count: search.tooLong });
  report(search, findings);
  findings.finish({ namespace: mountNamespace, type: "mnt" });
  return findings;
}

/** What is found in one mount namespace. */
interface MountSearch {
  readonly context: ScanContext;
  readonly mountNamespace: NamespaceId;
  readonly share: Share;
  /** The viewer's own root directory, where this is the viewer's own mount namespace. */
  readonly own: OwnRoot | undefined;
  readonly found: FewOfEach<FoundMount>;
  /** The root directories from which mounts were read. */
  readonly roots: Set<string>;
  /** The most mounts that one process's mountinfo has at paths too long to be opened. */
  tooLong: number;
}

interface FoundMount extends ListedMount {
  readonly opened: Opened;
  /** Through whose root directory the path leads to it. */
  readonly reachableFrom?: number;
}

/** What one member's mountinfo was: the whole, a part that chroot(2) or a limit left, nothing, or -errno. */
type MemberResult = "whole" | "part" | "cut" | "nothing" | number;

function readMember(search: MountSearch, pid: number): MemberResult {
  const { context } = search;
  if (!context.asking.begin(pid)) return "nothing";
  const directory = context.budget.open(() => openAt(AT_FDCWD, `/proc/${pid}`, O_PATH | O_DIRECTORY));
  if (directory < 0) return isGone(directory) ? "nothing" : directory;
  try {
    const view = readView(search, pid, directory);
    if (typeof view !== "object") return view;
    openAll(search, view);
    return view.isCut ? "cut" : view.isWhole ? "whole" : "part";
  } finally {
    closeFd(directory);
  }
}

function readView(search: MountSearch, pid: number, directory: number): View | "nothing" | number {
  const { context, mountNamespace, own, roots } = search;
  const link = readLinkTextAt(directory, "root");
  const root = typeof link === "number" ? link : decodeLatin1(link);
  if (root !== "/" && roots.has(String(root))) return "nothing";
  const seen = readLines(search, directory);
  if (typeof seen === "number") return isGone(seen) ? "nothing" : seen;
  // The file shows the namespace that the process was in when it was opened: still the one that is meant?
  if (context.memberships.id(inodeAt(directory, "ns/mnt")) !== mountNamespace) return "nothing";
  if (seen.lines === 0 && seen.tooLong === 0 && !seen.isCut) return "nothing";
  search.tooLong = Math.max(search.tooLong, seen.tooLong);
  roots.add(String(root));
  // A process in the viewer's mount namespace whose link `root` may not be read has the same root if it sees the same.
  if (own !== undefined && (seen.isSame || (root === "/" && seen.rootMount === own.rootMount))) {
    // The viewer's own root is open to it, though another process's link to the same may not be.
    return { ...seen, pid, directory: own.directory, prefix: "", isWhole: own.isWhole };
  }
  if (own !== undefined && seen.isOwnRootBelow) own.isWhole = false;
  const isWhole = root === "/" && (seen.isCut || seesAll(search, seen.lines + seen.tooLong));
  const prefix = root === "/" ? "" : typeof root === "string" ? root : undefined;
  return { ...seen, pid, directory, prefix, isWhole };
}

interface Seen extends Omit<MountinfoExtent, "failed"> {
  readonly mounts: FewOfEach<NsfsMountLine>;
  readonly foreign: ForeignFileSystems;
  /** How many lines there are besides those that are too long. */
  readonly lines: number;
  /** The number of the mount at the root directory. */
  readonly rootMount: number | undefined;
  /** Whether the viewer's own root directory is somewhere below. */
  readonly isOwnRootBelow: boolean;
  /** Whether it is the same, byte for byte, as the viewer's own. */
  readonly isSame: boolean;
}

/** Reads the mountinfo of a process; -errno where that fails. */
function readLines({ context, own, share }: MountSearch, directory: number): Seen | number {
  const home = statusAt(AT_FDCWD, "/");
  const foreign = new ForeignFileSystems(typeof home === "number" ? -1 : home.dev);
  const mounts = new FewOfEach<NsfsMountLine>();
  const same = own && new SameMountinfo(own);
  let rootMount: number | undefined;
  let isOwnRootBelow = false;
  let lines = 0;
  const { failed, ...extent } = readMountinfo(
    directory,
    "mountinfo",
    share,
    (mount) => {
      lines++;
      foreign.note(mount);
      if (mount.path === "/") rootMount = mount.id;
      else if (mount.id === own?.rootMount) isOwnRootBelow = true;
      const nsfs = asNsfsMount(mount);
      if (nsfs === undefined) return;
      const id = namespaceId(context.nsfsDev, nsfs.ino);
      if (mounts.admit(id, nsfs.id)) mounts.keep(id, nsfs.id, nsfs);
    },
    same?.take,
  );
  if (failed < 0) return failed;
  foreign.isCut = extent.isCut;
  return { ...extent, mounts, foreign, lines, rootMount, isOwnRootBelow, isSame: same?.isSame ?? false };
}

/**
 * Whether these are all the mounts that there are: a mount over the root of the namespace leaves what is below it out of sight,
 * to those whose root directory it is. Before Linux 6.12 that is not known.
 */
function seesAll({ context, mountNamespace }: MountSearch, lines: number): boolean {
  const all = context.namespaces.get(mountNamespace)?.mountCount();
  return all === undefined || lines >= all;
}

interface View extends Seen {
  readonly pid: number;
  readonly directory: number;
  /** The path of its root directory, without a slash at its end; undefined where that is not known. */
  readonly prefix: string | undefined;
  /** Whether its root directory is that of the mount namespace. */
  readonly isWhole: boolean;
}

function openAll(search: MountSearch, view: View): void {
  const { context, found } = search;
  found.addCounted(view.mounts);
  if (view.mounts.kept.size === 0) return;
  const walk = walkFrom(context, view.directory, view.foreign, () => isOwnedByViewer(search));
  const doubtful = new Map<number, { readonly root: string; add(): void }>();
  for (const mount of view.mounts.kept.values()) {
    const id = namespaceId(context.nsfsDev, mount.ino);
    if (!found.admit(id, mount.id)) continue;
    const result = openMounted(context, walk, mount, id);
    if (result.opened.state === "open") add(search, view, mount, id, result);
    else doubtful.set(mount.id, { root: mount.root, add: () => add(search, view, mount, id, result) });
  }
  if (typeof walk !== "number") walk.close();
  if (doubtful.size === 0) return;
  // Those that could not be opened are there all the same, or were unmounted (or their process ended) meanwhile.
  const there = new Map<number, string>();
  readMountinfo(view.directory, "mountinfo", view.again, ({ id, root }) => {
    if (doubtful.has(id)) there.set(id, root);
  });
  for (const [id, mount] of doubtful) if (there.get(id) === mount.root) mount.add();
}

/** Whether the viewer's own user namespace owns the mount namespace, so that only its administrator mounts something there. */
function isOwnedByViewer({ context, mountNamespace }: MountSearch): boolean {
  const owner = context.namespaces.get(mountNamespace)?.owner();
  return owner?.state === "open" && owner.handle.id === context.own.user;
}

/** What came of opening a mounted namespace, and whether its path leads there. */
interface Opening {
  readonly opened: Opened;
  readonly isReached: boolean;
}

function add({ found }: MountSearch, view: View, mount: NsfsMountLine, id: NamespaceId, opening: Opening): void {
  const { opened, isReached } = opening;
  const { prefix, isWhole, pid } = view;
  const path = `${prefix ?? ""}${mount.path}`;
  const before = found.kept.get(mount.id);
  const isSame = before?.id === id;
  // Of two roots from which a mount is seen, one is below the other, and sees the shorter path.
  const isBetter = !isSame || isWhole || path.length > before.path.length;
  const better = isBetter ? { path, reachableFrom: isReached && prefix === "" ? pid : undefined } : before;
  const { reachableFrom } = better;
  found.keep(id, mount.id, {
    mount: mount.id,
    id,
    type: mount.type,
    path: better.path,
    opened: isSame && before.opened.state === "open" ? before.opened : opened,
    ...(reachableFrom === undefined ? {} : { reachableFrom }),
  });
}

/** Adds what listmount(2) lists, which has the path from the root of the mount namespace on. */
function addListed({ context, found }: MountSearch, listed: ListedMount): void {
  const { mount, id, type, path } = listed;
  if (!found.admit(id, mount)) return;
  const before = found.kept.get(mount);
  if (before?.id === id && before.path === path) return;
  // No process is there whose root would lead to it.
  const opened = openedOr(context, { code: "MOUNT_UNREADABLE", namespace: id, type, path });
  found.keep(id, mount, { ...listed, opened });
}

/** The namespace of a problem, where it was met elsewhere; else it is one. */
function openedOr({ namespaces }: ScanContext, problem: Problem & { readonly namespace: NamespaceId }): Opened {
  const handle = namespaces.get(problem.namespace);
  return handle === undefined ? { state: "failed", problem } : { state: "open", handle };
}

/**
 * Adds the namespaces that are mounted outside the viewer's own root where no process sees them: their paths are
 * not known, and so they are known to exist only.
 */
function addOutside({ context, found }: MountSearch, own: OwnRoot, isWhole: boolean, findings: Findings): void {
  const outside = typeof own.outside === "number" ? [] : own.outside;
  const unseen = outside.filter(({ mount, id }) => found.kept.get(mount)?.id !== id);
  for (const { id, type } of unseen) {
    const opened = openedOr(context, { code: "NAMESPACE_UNREADABLE", namespace: id, type });
    findings.see({ id, type, open: () => opened });
  }
  const isUntold = typeof own.outside === "number" && !isWhole;
  if (unseen.length > 0 || isUntold) findings.fail({ code: "SCOPE_ROOT" });
}

/** Each that was kept is a pin; the last of a namespace also stands for those that were counted. */
function report({ mountNamespace, found }: MountSearch, findings: Findings): void {
  const lastOf = new Map<NamespaceId, FoundMount>();
  for (const mount of found.kept.values()) lastOf.set(mount.id, mount);
  for (const mount of found.kept.values()) {
    const { id, type, path, opened, reachableFrom } = mount;
    const more = lastOf.get(id) === mount ? found.more(id) : 0;
    const pin: Pin = {
      kind: "mount",
      namespace: id,
      path,
      mountNamespace,
      ...(reachableFrom === undefined ? {} : { reachableFrom }),
      ...(more === 0 ? {} : { more }),
    };
    findings.see({ id, type, pin, open: () => opened });
  }
}

/**
 * Opens a mounted namespace through the root of a process that sees it, and says whether its path leads there: also of
 * one that is open already. What lies there now may be something else (a FIFO, a dead file system mounted over it), so
 * nothing is opened before O_PATH has shown that it is of nsfs.
 */
function openMounted(context: ScanContext, walk: Walk | number, mount: NsfsMountLine, id: NamespaceId): Opening {
  const { path, type } = mount;
  const known = context.namespaces.getOpen(id);
  const failed = (result?: number): Opening => {
    if (known !== undefined) return { opened: { state: "open", handle: known }, isReached: false };
    const code = result === MAY_WAIT ? "MOUNT_MAY_WAIT" : "MOUNT_UNREADABLE";
    const errno = result === undefined || result === MAY_WAIT ? {} : { errno: errnoName(-result) };
    const problem: Problem = { code, namespace: id, type, path, ...errno };
    return { opened: { state: "failed", problem }, isReached: false };
  };
  const file = typeof walk === "number" ? walk : walk.to(mount);
  if (file < 0) return failed(file);
  const reached = context.namespaces.reopen(file, id, type);
  closeFd(file);
  if (reached === undefined || typeof reached === "number") return failed(reached);
  return { opened: { state: "open", handle: known ?? reached }, isReached: true };
}
