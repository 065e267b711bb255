import { type Finding, type NamespaceId, namespaceId, type Opened, type Problem } from "@ns-graph/graph";
import { decodeBytes, encodeText } from "../bytes.js";
import { ENOENT, ESRCH, errnoName } from "../errno.js";
import {
  AT_FDCWD,
  closeFd,
  isNsfs,
  O_DIRECTORY,
  O_NOFOLLOW,
  O_PATH,
  openAt,
  readFileAt,
  readLinkAt,
  readLinkTextAt,
  statusAt,
  statusOf,
} from "../libc.js";
import { linkedInode } from "../linked-inode.js";
import { type MountLine, mayBlock, type NsfsMountLine, nsfsMounts, parseMountinfo } from "../mountinfo.js";
import type { Findings, ScanContext } from "../scan-context.js";
import { type ListedMount, listNsfsMounts } from "./mount-list.js";
import { isOwnRoot, isOwnRootBelow, type OwnRoot, openOwnRoot } from "./own-root.js";

/**
 * The mounts of namespaces in one mount namespace, each once, by its path from the root of that mount namespace on.
 *
 * They are read from mountinfo of a process in it that is not chrooted, for a chrooted one sees only what is below its
 * root. Where there is none, listmount(2) is asked; where that is not to be had, what the chrooted ones see is
 * put together, and it is said that there may be more. Nothing is entered, mounted or made for it.
 */
export function findMounts(context: ScanContext, mountNamespace: NamespaceId, members: readonly number[]): Finding {
  const isOwn = mountNamespace === context.own.mnt;
  const own = isOwn ? openOwnRoot(context) : undefined;
  const search: MountSearch = { context, mountNamespace, own, found: new Map(), roots: new Set() };
  const findings: Findings = { sightings: [], problems: [] };
  let result: MemberResult = "nothing";
  let failure: number | undefined;
  for (const pid of own === undefined ? members : [...members, own.pid]) {
    result = readMember(search, pid);
    if (result === "whole") break;
    if (typeof result === "number") failure = result;
  }
  const isWhole = result === "whole";
  if (own !== undefined) {
    closeFd(own.directory);
    addOutside(search, own, isWhole, findings);
  }
  // Of the viewer's own mount namespace no more is listed than what its root shows.
  if (!isWhole && (own === undefined || result !== "part")) {
    const { mounts, failed } = listNsfsMounts(context, mountNamespace);
    for (const mount of mounts) addListed(search, mount);
    // With members that could be read, only what lies outside their roots is missed.
    if (failed !== 0) {
      const errno = errnoName(-(failure ?? failed));
      findings.problems.push({ code: "MOUNTS_UNREADABLE", namespace: mountNamespace, type: "mnt", errno });
    }
  }
  report(search, findings);
  return findings;
}

/** What is found in one mount namespace. */
interface MountSearch {
  readonly context: ScanContext;
  readonly mountNamespace: NamespaceId;
  /** The viewer's own root directory, where this is the viewer's own mount namespace. */
  readonly own: OwnRoot | undefined;
  /** By the number of the mount. */
  readonly found: Map<number, FoundMount>;
  /** The root directories from which mounts were read. */
  readonly roots: Set<string>;
}

interface FoundMount extends ListedMount {
  readonly opened: Opened;
  /** Through whose root directory the path leads to it. */
  readonly reachableFrom?: number;
}

const MNT_LINK = "ns/mnt";

/** What one member's mountinfo was: the whole, a part, nothing, or -errno. */
type MemberResult = "whole" | "part" | "nothing" | number;

function readMember(search: MountSearch, pid: number): MemberResult {
  const directory = search.context.budget.open(() => openAt(AT_FDCWD, `/proc/${pid}`, O_PATH | O_DIRECTORY));
  if (directory < 0) return nothingIfGone(directory);
  try {
    const view = readView(search, pid, directory);
    if (typeof view !== "object") return view;
    for (const mount of nsfsMounts(view.mounts)) addSeen(search, view, mount);
    return view.isWhole ? "whole" : "part";
  } finally {
    closeFd(directory);
  }
}

function nothingIfGone(result: number): "nothing" | number {
  return result === -ENOENT || result === -ESRCH ? "nothing" : result;
}

function readView(search: MountSearch, pid: number, directory: number): View | "nothing" | number {
  const { context, mountNamespace, own, roots } = search;
  const link = readLinkTextAt(directory, "root");
  const root = typeof link === "number" ? link : decodeBytes(Buffer.from(link, "latin1"));
  if (root !== "/" && roots.has(String(root))) return "nothing";
  const bytes = readFileAt(directory, "mountinfo", "records");
  if (typeof bytes === "number") return nothingIfGone(bytes);
  const text = decodeBytes(bytes);
  // The file shows the namespace that the process was in when it was opened: still the one that is meant?
  const length = readLinkAt(directory, MNT_LINK);
  if (length < 0 || context.memberships.id(linkedInode(length)) !== mountNamespace) return "nothing";
  const mounts = parseMountinfo(text);
  if (mounts.length === 0) return "nothing";
  roots.add(String(root));
  if (own !== undefined && isOwnRoot(own, root, text, mounts)) {
    // The viewer's own root is open to it, though another process's link to the same may not be.
    return { pid, directory: own.directory, mounts, prefix: "", isWhole: own.isWhole };
  }
  if (own !== undefined && isOwnRootBelow(own, mounts)) own.isWhole = false;
  const isWhole = root === "/";
  const prefix = isWhole ? "" : typeof root === "string" ? root : undefined;
  return { pid, directory, mounts, prefix, isWhole };
}

/** What one process sees. */
interface View {
  readonly pid: number;
  readonly directory: number;
  readonly mounts: readonly MountLine[];
  /** The path of its root directory, without a slash at its end; undefined where that is not known. */
  readonly prefix: string | undefined;
  readonly isWhole: boolean;
}

function addSeen({ context, found }: MountSearch, view: View, mount: NsfsMountLine): void {
  const { type, ino } = mount;
  const id = namespaceId(context.nsfsDev, ino);
  const { opened, isReached } = openMounted(context, view, mount, id);
  if (opened.state !== "open" && !isStillMounted(view.directory, mount)) return;
  const { prefix, isWhole, pid } = view;
  const path = `${prefix ?? ""}${mount.path}`;
  const before = found.get(mount.id);
  const isSame = before?.id === id;
  // Of two roots from which a mount is seen, one is below the other, and sees the shorter path.
  const isBetter = !isSame || isWhole || path.length > before.path.length;
  const better = isBetter ? { path, reachableFrom: isReached && prefix === "" ? pid : undefined } : before;
  const { reachableFrom } = better;
  found.set(mount.id, {
    mount: mount.id,
    id,
    type,
    path: better.path,
    opened: isSame && before.opened.state === "open" ? before.opened : opened,
    ...(reachableFrom === undefined ? {} : { reachableFrom }),
  });
}

/** Adds what listmount(2) tells, which has the path from the root of the mount namespace on. */
function addListed({ context, found }: MountSearch, listed: ListedMount): void {
  const { mount, id, type, path } = listed;
  const before = found.get(mount);
  const isSame = before?.id === id;
  const handle = context.namespaces.get(id);
  // No process is there whose root would lead to it.
  const failed: Opened = { state: "failed", problem: { code: "MOUNT_UNREADABLE", namespace: id, type, path } };
  const opened: Opened = handle === undefined ? failed : { state: "open", handle };
  found.set(mount, isSame && before.path === path ? before : { ...listed, opened });
}

/**
 * Adds the namespaces that are mounted outside the viewer's own root where no process sees them: their paths can't
 * be told, and so they are known to exist only.
 */
function addOutside({ context, found }: MountSearch, own: OwnRoot, isWhole: boolean, findings: Findings): void {
  const outside = typeof own.outside === "number" ? [] : own.outside;
  const unseen = outside.filter(({ mount, id }) => found.get(mount)?.id !== id);
  for (const { id, type } of unseen) {
    const handle = context.namespaces.get(id);
    const failed: Opened = { state: "failed", problem: { code: "NAMESPACE_UNREADABLE", namespace: id, type } };
    findings.sightings.push({ id, type, open: () => (handle === undefined ? failed : { state: "open", handle }) });
  }
  const isUntold = typeof own.outside === "number" && !isWhole;
  if (unseen.length > 0 || isUntold) findings.problems.push({ code: "SCOPE_ROOT" });
}

function report({ mountNamespace, found }: MountSearch, findings: Findings): void {
  for (const { id, type, path, opened, reachableFrom } of found.values()) {
    const reach = reachableFrom === undefined ? {} : { reachableFrom };
    findings.sightings.push({
      id,
      type,
      pin: { kind: "mount", namespace: id, path, mountNamespace, ...reach },
      open: () => opened,
    });
  }
}

/** Whether a mount that could not be opened is there all the same, or was unmounted (or its process ended) meanwhile. */
function isStillMounted(directory: number, mount: NsfsMountLine): boolean {
  const bytes = readFileAt(directory, "mountinfo", "records");
  if (typeof bytes === "number") return false;
  return parseMountinfo(decodeBytes(bytes)).some(({ id, root }) => id === mount.id && root === mount.root);
}

/**
 * Opens a mounted namespace through the root of a process that sees it, and tells whether its path leads there: also of
 * one that is open already. What lies there now may be something else (a FIFO, a dead file system mounted over it), so
 * nothing is opened before O_PATH has shown that it is of nsfs.
 */
function openMounted(
  context: ScanContext,
  { directory, mounts }: View,
  mount: NsfsMountLine,
  id: NamespaceId,
): { readonly opened: Opened; readonly isReached: boolean } {
  const { path, type } = mount;
  const known = context.namespaces.get(id);
  const isOpen = known !== undefined && known.fd >= 0;
  const failed = (errno?: number): { opened: Opened; isReached: boolean } => {
    if (isOpen) return { opened: { state: "open", handle: known }, isReached: false };
    const problem: Problem = { code: "MOUNT_UNREADABLE", namespace: id, type, path };
    const told = errno === undefined ? problem : { ...problem, errno: errnoName(errno) };
    return { opened: { state: "failed", problem: told }, isReached: false };
  };
  const home = statusAt(AT_FDCWD, "/");
  if (mayBlock(mount, mounts, typeof home === "number" ? -1 : home.dev)) return failed();
  const place = context.budget.open(() =>
    openAt(directory, Buffer.concat([Buffer.from("root"), encodeText(path), Buffer.of(0)]), O_PATH | O_NOFOLLOW),
  );
  if (place < 0) return failed(-place);
  try {
    const status = statusOf(place);
    const ours = isNsfs(place);
    if (typeof status === "number") return failed(-status);
    if (typeof ours === "number") return failed(-ours);
    // Covered by another mount: the namespace is there, but no path leads to it.
    if (!ours || namespaceId(status.dev, status.ino) !== id) return failed();
    if (isOpen) return { opened: { state: "open", handle: known }, isReached: true };
    const fd = context.budget.open(() => openAt(AT_FDCWD, `/proc/self/fd/${place}`, 0));
    const failure: Problem = { code: "MOUNT_UNREADABLE", namespace: id, type, path };
    const opened = context.namespaces.expect(fd, id, type, failure);
    return { opened, isReached: opened.state === "open" };
  } finally {
    closeFd(place);
  }
}
