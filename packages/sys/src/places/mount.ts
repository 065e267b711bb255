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
import { linkedInode } from "../memberships.js";
import { type MountLine, mayBlock, type NsfsMountLine, nsfsMounts, parseMountinfo } from "../mountinfo.js";
import type { Findings, ScanContext } from "../scan-context.js";
import { listNsfsMounts } from "./mount-list.js";

/**
 * The mounts of namespaces in one mount namespace.
 *
 * They are read from mountinfo of a process in it that is not chrooted, for a chrooted one sees only what is below its
 * root. Where there is none, listmount(2) is asked; where that is not to be had, what the chrooted ones see is
 * put together, and it is said that there may be more. Nothing is entered, mounted or made for it.
 */
export function findMounts(context: ScanContext, mountNamespace: NamespaceId, members: readonly number[]): Finding {
  const findings: Findings = { sightings: [], problems: [] };
  const seen = new Set<string>();
  const roots = new Set<string>();
  let failure: number | undefined;
  for (const pid of members) {
    const result = readMember(context, mountNamespace, pid, roots, seen, findings);
    if (result === "whole") return findings;
    if (typeof result === "number") failure = result;
  }
  const listed = listNsfsMounts(context, mountNamespace, seen, findings);
  if (listed === 0) return findings;
  // With members that could be read, only what lies outside their roots is missed.
  const errno = errnoName(-(failure ?? listed));
  findings.problems.push({ code: "MOUNTS_UNREADABLE", namespace: mountNamespace, type: "mnt", errno });
  return findings;
}

const MNT_LINK = "ns/mnt";

/** Reads one member's mountinfo: whether that was the whole, a part, nothing, or -errno. */
function readMember(
  context: ScanContext,
  mountNamespace: NamespaceId,
  pid: number,
  roots: Set<string>,
  seen: Set<string>,
  findings: Findings,
): "whole" | "part" | "nothing" | number {
  const directory = context.budget.open(() => openAt(AT_FDCWD, `/proc/${pid}`, O_PATH | O_DIRECTORY));
  if (directory < 0) return directory === -ENOENT || directory === -ESRCH ? "nothing" : directory;
  try {
    const root = readLinkTextAt(directory, "root");
    const whole = root === "/";
    if (!whole && roots.has(String(root))) return "nothing";
    const bytes = readFileAt(directory, "mountinfo", "records");
    if (typeof bytes === "number") return bytes === -ENOENT || bytes === -ESRCH ? "nothing" : bytes;
    const mounts = parseMountinfo(decodeBytes(bytes));
    // The file shows the namespace that the process was in when it was opened: still the one that is meant?
    const length = readLinkAt(directory, MNT_LINK);
    if (length < 0 || context.memberships.id(linkedInode(length)) !== mountNamespace) return "nothing";
    if (mounts.length === 0) return "nothing";
    roots.add(String(root));
    for (const mount of nsfsMounts(mounts)) report(context, mountNamespace, directory, mount, mounts, seen, findings);
    return whole ? "whole" : "part";
  } finally {
    closeFd(directory);
  }
}

function report(
  context: ScanContext,
  mountNamespace: NamespaceId,
  directory: number,
  mount: NsfsMountLine,
  mounts: readonly MountLine[],
  seen: Set<string>,
  findings: Findings,
): void {
  const { type, ino, path } = mount;
  const id = namespaceId(context.nsfsDev, ino);
  const key = `${id} ${path}`;
  if (seen.has(key)) return;
  seen.add(key);
  const known = context.namespaces.get(id);
  const opened: Opened =
    known !== undefined && known.fd >= 0
      ? { state: "open", handle: known }
      : openMounted(context, directory, mount, mounts, id);
  if (opened.state !== "open" && !isStillMounted(directory, mount)) return;
  findings.sightings.push({
    id,
    type,
    pin: { kind: "mount", namespace: id, path, mountNamespace },
    open: () => opened,
  });
}

/** Whether a mount that could not be opened is there all the same, or was unmounted (or its process ended) meanwhile. */
function isStillMounted(directory: number, mount: NsfsMountLine): boolean {
  const bytes = readFileAt(directory, "mountinfo", "records");
  if (typeof bytes === "number") return false;
  return parseMountinfo(decodeBytes(bytes)).some(({ id, root }) => id === mount.id && root === mount.root);
}

/**
 * Opens a mounted namespace through the root of a process that sees it. What lies there now may be something else (a
 * FIFO, a dead file system mounted over it), so nothing is opened before O_PATH has shown that it is of nsfs.
 */
function openMounted(
  context: ScanContext,
  directory: number,
  mount: NsfsMountLine,
  mounts: readonly MountLine[],
  id: NamespaceId,
): Opened {
  const { path, type } = mount;
  const failed = (errno?: number): Opened => {
    const problem: Problem = { code: "MOUNT_UNREADABLE", namespace: id, type, path };
    return { state: "failed", problem: errno === undefined ? problem : { ...problem, errno: errnoName(errno) } };
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
    const fd = context.budget.open(() => openAt(AT_FDCWD, `/proc/self/fd/${place}`, 0));
    return context.namespaces.expect(fd, id, type, { code: "MOUNT_UNREADABLE", namespace: id, type, path });
  } finally {
    closeFd(place);
  }
}
