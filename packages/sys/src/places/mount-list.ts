import { type NamespaceId, type NamespaceType, namespaceId } from "@ns-graph/graph";
import type { Share } from "../budget/scan-budget.js";
import { decodeBytes } from "../kernel/bytes.js";
import { EBADF, EFBIG, ENOENT, ENOSYS, ENOTTY, EOPNOTSUPP, EPERM } from "../kernel/errno.js";
import { syscallInto } from "../kernel/libc.js";
import { parseNsfsName } from "../kernel/nsfs.js";
import { LISTMOUNT, STATMOUNT } from "../kernel/syscall-numbers.js";
import type { ScanContext } from "../scan/scan-context.js";
import { FewOfEach } from "./few-of-each.js";

/* listmount(2) and statmount(2), Linux 6.8; of another mount namespace since 6.11 (include/uapi/linux/mount.h). */

const REQUEST_SIZE = 32;
const LSMT_ROOT = 0xffffffffffffffffn;
const SB_BASIC = 1n;
const MNT_BASIC = 2n;
const MNT_ROOT = 8n;
const MNT_POINT = 0x10n;
const STATMOUNT_SIZE = 512;
const NSFS_MAGIC = 0x6e736673n;
const BATCH = 4096;

const request = new ArrayBuffer(REQUEST_SIZE);
const requestBytes = new Uint8Array(request);
const request32 = new Uint32Array(request);
const request64 = new BigUint64Array(request);
const ids = new BigUint64Array(BATCH);
const idBytes = new Uint8Array(ids.buffer);
const answer = Buffer.from(new ArrayBuffer(STATMOUNT_SIZE + 3 * 4096));
const answer32 = new Uint32Array(answer.buffer);
const answer64 = new BigUint64Array(answer.buffer);

/** How a mount namespace is named to the kernel: by its id (needs CAP_SYS_ADMIN in its owner) or by a descriptor (later kernels). */
type Target = { readonly id: bigint; readonly fd: 0 } | { readonly id: 0n; readonly fd: number };

/** The mount namespace that this process is in. */
const HERE: Target = { id: 0n, fd: 0 };

/** A mount of a namespace, as the kernel lists it. */
export interface ListedMount {
  /** The number that mountinfo has for it. */
  readonly mount: number;
  readonly id: NamespaceId;
  readonly type: NamespaceType;
  /** Where it is, from the root of its mount namespace on; empty where that lies outside of that, or of the viewer's own root directory. */
  readonly path: string;
}

/** What was listed, and 0, or -errno where not all could be listed. */
export interface MountListing {
  readonly mounts: FewOfEach<ListedMount>;
  readonly failed: number;
  /** Whether a limit kept some of the mounts from being looked at. */
  readonly isCut: boolean;
}

function fillRequest(target: Target, mount: bigint, parameter: bigint): void {
  request32[0] = REQUEST_SIZE;
  request32[1] = target.fd;
  request64[1] = mount;
  request64[2] = parameter;
  request64[3] = target.id;
}

/** The mounts below one, or -errno. */
function listMounts(target: Target, below: bigint): bigint[] | number {
  const mounts: bigint[] = [];
  for (;;) {
    fillRequest(target, below, mounts.at(-1) ?? 0n);
    const count = syscallInto(LISTMOUNT, requestBytes, idBytes, BATCH);
    if (count < 0) return count;
    for (const id of ids.subarray(0, count)) mounts.push(id);
    if (count < BATCH) return mounts;
  }
}

function text(offsetField: number): string {
  const start = STATMOUNT_SIZE + (answer32[offsetField] as number);
  return decodeBytes(answer.subarray(start, answer.indexOf(0, start)));
}

/** The nsfs mounts of a mount namespace that was opened. */
export function listNsfsMounts(context: ScanContext, mountNamespace: NamespaceId, share: Share): MountListing {
  const failed = (errno: number): MountListing => ({ mounts: new FewOfEach(), failed: errno, isCut: false });
  const namespace = context.namespaces.get(mountNamespace);
  if (namespace === undefined) return failed(-EBADF);
  if (!context.interfaces.has("NS_GET_MNTNS_ID")) return failed(-ENOTTY);
  if (!context.interfaces.has("listmount")) return failed(-ENOSYS);
  const id = namespace.mountNamespaceId();
  if (typeof id === "number") {
    if (id === -ENOTTY) context.interfaces.markAbsent("NS_GET_MNTNS_ID", "ENOTTY");
    return failed(id);
  }
  let target: Target = { id, fd: 0 };
  const isOwn = mountNamespace === context.own.mnt;
  let mounts = listMounts(target, LSMT_ROOT);
  if ((mounts === -ENOENT || mounts === -EPERM) && namespace.fd >= 0) {
    // Without CAP_SYS_ADMIN there the id is as good as unknown; a descriptor is enough where the kernel takes one.
    target = { id: 0n, fd: namespace.fd };
    const byDescriptor = listMounts(target, LSMT_ROOT);
    mounts = typeof byDescriptor === "number" ? -EPERM : byDescriptor;
  }
  if (mounts === -ENOSYS) context.interfaces.markAbsent("listmount", "ENOSYS");
  if (typeof mounts === "number") return failed(mounts);
  const all = isOwn ? mounts : listFromTop(target, mounts);
  const listing = readMounts(context, target, typeof all === "number" ? mounts : all, share);
  return typeof all === "number" ? { ...listing, failed: all } : listing;
}

/**
 * All mounts of another mount namespace, or -errno. What the kernel takes for its root is the first mount on the root file
 * system that it booted with: whatever else lies on that, as an initramfs may leave it, is listed below the top alone.
 */
function listFromTop(target: Target, belowRoot: readonly bigint[]): readonly bigint[] | number {
  const [first] = belowRoot;
  if (first === undefined) return belowRoot;
  const top = climb(target, first);
  if (typeof top === "number") return top;
  return top === first ? belowRoot : listMounts(target, top);
}

/**
 * The nsfs mounts of the viewer's own mount namespace that lie outside its root directory: none where that is the whole,
 * for it was not changed by chroot(2). -errno where that is not known (it needs CAP_SYS_ADMIN in the owner).
 *
 * In its own mount namespace the kernel shows a process what is below its root; the rest is listed below the mount that
 * all others are on.
 */
export function listOutsideRoot(context: ScanContext, share: Share): readonly ListedMount[] | number {
  // It is asked for once, and missed only where the root is not the whole: that is not remembered as an absence.
  const top = findTop();
  if (typeof top === "number") return top;
  // In this order, so that what is mounted meanwhile is not taken to be outside.
  const all = listMounts(HERE, top);
  const inside = listMounts(HERE, LSMT_ROOT);
  if (typeof all === "number") return all;
  if (typeof inside === "number") return inside;
  const seen = new Set(inside);
  const { mounts, failed, isCut } = readMounts(
    context,
    HERE,
    all.filter((mount) => !seen.has(mount)),
    share,
  );
  if (isCut) return -EFBIG;
  return failed === 0 ? [...mounts.kept.values()] : failed;
}

/** The mount that all others of the viewer's mount namespace are on, or -errno. */
function findTop(): bigint | number {
  fillRequest(HERE, LSMT_ROOT, 0n);
  const count = syscallInto(LISTMOUNT, requestBytes, idBytes, 1);
  if (count <= 0) return count < 0 ? count : -ENOENT;
  return climb(HERE, ids[0] as bigint);
}

/**
 * Whether a mount, by the number that is never given to another, is in one of the mount namespaces that were opened. Not known
 * where one of them may not be asked, or the kernel has no such call (statmount(2) of another mount namespace, Linux 6.11).
 */
export function whereIsMount(context: ScanContext, mount: bigint): "somewhere" | "nowhere" | "unknown" {
  const { interfaces, namespaces } = context;
  if (!interfaces.has("listmount") || !interfaces.has("NS_GET_MNTNS_ID")) return "unknown";
  let isKnown = true;
  for (const namespace of namespaces.all()) {
    if (namespace.type !== "mnt") continue;
    const id = namespace.mountNamespaceId();
    if (typeof id === "number") {
      isKnown = false;
      continue;
    }
    const target: Target = { id, fd: 0 };
    fillRequest(target, mount, SB_BASIC);
    const result = syscallInto(STATMOUNT, requestBytes, answer, STATMOUNT_SIZE);
    if (result >= 0) return "somewhere";
    // What may not be asked is said not to be there, as is what is not.
    fillRequest(target, LSMT_ROOT, 0n);
    if (result !== -ENOENT || syscallInto(LISTMOUNT, requestBytes, idBytes, 1) < 0) isKnown = false;
  }
  return isKnown ? "nowhere" : "unknown";
}

/** The mount that a mount, and all others of its mount namespace, are on, or -errno. */
function climb(target: Target, from: bigint): bigint | number {
  for (let mount = from; ; ) {
    fillRequest(target, mount, MNT_BASIC);
    const result = syscallInto(STATMOUNT, requestBytes, answer, STATMOUNT_SIZE);
    if (result < 0) return result;
    const parent = answer64[6] as bigint;
    if (parent === mount) return mount;
    mount = parent;
  }
}

function readMounts(context: ScanContext, target: Target, all: readonly bigint[], share: Share): MountListing {
  const mounts = new FewOfEach<ListedMount>();
  const granted = share.take("mounts", all.length);
  let failed = 0;
  for (let i = 0; i < granted; i++) {
    const result = readMount(context, target, all[i] as bigint);
    if (typeof result === "object") {
      if (mounts.admit(result.id, result.mount)) mounts.keep(result.id, result.mount, result);
    }
    // Unmounted meanwhile.
    else if (result < 0 && result !== -ENOENT) failed = result;
  }
  return { mounts, failed, isCut: granted < all.length };
}

/** A mount of a namespace, 0 for any other, or -errno. */
function readMount(context: ScanContext, target: Target, mount: bigint): ListedMount | number {
  fillRequest(target, mount, SB_BASIC);
  const basic = syscallInto(STATMOUNT, requestBytes, answer, STATMOUNT_SIZE);
  if (basic < 0) return basic === -EOPNOTSUPP ? 0 : basic;
  if (answer64[3] !== NSFS_MAGIC) return 0;
  fillRequest(target, mount, MNT_BASIC | MNT_ROOT | MNT_POINT);
  const strings = syscallInto(STATMOUNT, requestBytes, answer, answer.length);
  if (strings < 0) return strings;
  const name = parseNsfsName(text(26));
  if (name === undefined) return 0;
  const id = namespaceId(context.nsfsDev, name.ino);
  // It has no path from the root on where it lies outside.
  const path = ((answer64[1] as bigint) & MNT_POINT) === 0n ? "" : text(27);
  return { mount: answer32[14] as number, id, type: name.type, path };
}
