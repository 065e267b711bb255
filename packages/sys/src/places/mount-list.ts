import { type NamespaceId, namespaceId } from "@ns-graph/graph";
import { decodeBytes } from "../bytes.js";
import { EBADF, ENOENT, ENOSYS, ENOTTY, EOPNOTSUPP, EPERM } from "../errno.js";
import { syscallInto } from "../libc.js";
import { parseNsfsName } from "../nsfs.js";
import type { Findings, ScanContext } from "../scan-context.js";
import { LISTMOUNT, STATMOUNT } from "../syscall-numbers.js";

/* listmount(2) and statmount(2), Linux 6.8; of another mount namespace since 6.11 (include/uapi/linux/mount.h). */

const REQUEST_SIZE = 32;
const LSMT_ROOT = 0xffffffffffffffffn;
const SB_BASIC = 1n;
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

function fillRequest(target: Target, mount: bigint, parameter: bigint): void {
  request32[0] = REQUEST_SIZE;
  request32[1] = target.fd;
  request64[1] = mount;
  request64[2] = parameter;
  request64[3] = target.id;
}

function listMounts(target: Target): bigint[] | number {
  const mounts: bigint[] = [];
  for (;;) {
    fillRequest(target, LSMT_ROOT, mounts.at(-1) ?? 0n);
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

/** Adds the nsfs mounts of a mount namespace that is open; 0, or -errno where the kernel did not tell. */
export function listNsfsMounts(
  context: ScanContext,
  mountNamespace: NamespaceId,
  seen: Set<string>,
  findings: Findings,
): number {
  const namespace = context.namespaces.get(mountNamespace);
  if (namespace === undefined || namespace.fd < 0) return -EBADF;
  if (!context.interfaces.has("NS_GET_MNTNS_ID")) return -ENOTTY;
  if (!context.interfaces.has("listmount")) return -ENOSYS;
  const id = namespace.mountNamespaceId();
  if (typeof id === "number") {
    if (id === -ENOTTY) context.interfaces.markAbsent("NS_GET_MNTNS_ID", "ENOTTY");
    return id;
  }
  let target: Target = { id, fd: 0 };
  let mounts = listMounts(target);
  if (mounts === -ENOENT || mounts === -EPERM) {
    // Without CAP_SYS_ADMIN there the id is as good as unknown; a descriptor is enough where the kernel takes one.
    target = { id: 0n, fd: namespace.fd };
    const byDescriptor = listMounts(target);
    mounts = typeof byDescriptor === "number" ? -EPERM : byDescriptor;
  }
  if (mounts === -ENOSYS) context.interfaces.markAbsent("listmount", "ENOSYS");
  if (typeof mounts === "number") return mounts;
  let failure = 0;
  for (const mount of mounts) {
    const result = readMount(context, mountNamespace, target, mount, seen, findings);
    // Unmounted meanwhile.
    if (result < 0 && result !== -ENOENT) failure = result;
  }
  return failure;
}

function readMount(
  context: ScanContext,
  mountNamespace: NamespaceId,
  target: Target,
  mount: bigint,
  seen: Set<string>,
  findings: Findings,
): number {
  fillRequest(target, mount, SB_BASIC);
  const basic = syscallInto(STATMOUNT, requestBytes, answer, STATMOUNT_SIZE);
  if (basic < 0) return basic === -EOPNOTSUPP ? 0 : basic;
  if (answer64[3] !== NSFS_MAGIC) return 0;
  fillRequest(target, mount, MNT_ROOT | MNT_POINT);
  const strings = syscallInto(STATMOUNT, requestBytes, answer, answer.length);
  if (strings < 0) return strings;
  const name = parseNsfsName(text(26));
  if (name === undefined) return 0;
  const path = text(27);
  const id = namespaceId(context.nsfsDev, name.ino);
  const key = `${id} ${path}`;
  if (seen.has(key)) return 0;
  seen.add(key);
  const known = context.namespaces.get(id);
  findings.sightings.push({
    id,
    type: name.type,
    pin: { kind: "mount", namespace: id, path, mountNamespace },
    // No process is there whose root would lead to it.
    open: () =>
      known === undefined
        ? { state: "failed", problem: { code: "MOUNT_UNREADABLE", namespace: id, type: name.type, path } }
        : { state: "open", handle: known },
  });
  return 0;
}
