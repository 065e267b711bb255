import type { Finding, NamespaceId, NamespaceType } from "@ns-graph/graph";
import { EINVAL, ENOENT, ENOSYS, ENOTTY, EPERM, errnoName } from "../errno.js";
import { ioctlInto, openHandle, syscallInto } from "../libc.js";
import { NS_MNT_GET_NEXT, NS_MNT_GET_PREV } from "../nsfs.js";
import type { OpenNamespace } from "../open-namespaces.js";
import type { Findings, ScanContext } from "../scan-context.js";
import { LISTNS } from "../syscall-numbers.js";

const FD_NSFS_ROOT = -10003;
const FILEID_NSFS = 0xf1;
const HANDLE_BYTES = 16;
const REQUEST_SIZE = 32;
/** The most ids that listns(2) gives in one call. */
const MOST = 1_000_000;

/**
 * listns(2), Linux 6.19: all that is in use and that the caller may see. One call with a buffer that holds everything,
 * since until Linux 7.3 a walk by pages ended early at a namespace that is not in use.
 */
export function findInKernelList(context: ScanContext): Finding | undefined {
  if (!context.interfaces.has("listns")) return undefined;
  const findings: Findings = { sightings: [], problems: [] };
  const listed = listNamespaceIds();
  if (typeof listed === "number") {
    if (listed === -ENOSYS) {
      context.interfaces.markAbsent("listns", "ENOSYS");
      return undefined;
    }
    if (listed !== -ENOENT)
      findings.problems.push({ code: "LIST_UNREADABLE", what: "listns", errno: errnoName(-listed) });
    return findings;
  }
  const missed: bigint[] = [];
  for (const nsId of listed) {
    if (context.namespaces.hasNsId(String(nsId))) continue;
    const result = openById(context, nsId);
    if (typeof result === "number") missed.push(nsId);
    else findings.sightings.push(sighting(result));
  }
  if (missed.length > 0) {
    // What has gone meanwhile is no loss; what is still listed could not be opened.
    const again = listNamespaceIds();
    const left = new Set(typeof again === "number" ? [] : again);
    for (const nsId of missed) {
      if (left.has(nsId)) findings.problems.push({ code: "LIST_UNREADABLE", what: `namespace with id ${nsId}` });
    }
  }
  return findings;
}

function sighting(handle: OpenNamespace): {
  id: NamespaceId;
  type: NamespaceType;
  open: () => { state: "open"; handle: OpenNamespace };
} {
  return { id: handle.id, type: handle.type, open: () => ({ state: "open", handle }) };
}

function listNamespaceIds(): readonly bigint[] | number {
  const request = new ArrayBuffer(REQUEST_SIZE);
  new Uint32Array(request)[0] = REQUEST_SIZE;
  for (let size = 1 << 14; ; size = Math.min(size * 8, MOST)) {
    const ids = new BigUint64Array(size);
    const count = syscallInto(LISTNS, new Uint8Array(request), new Uint8Array(ids.buffer), size);
    if (count < 0) return count;
    if (count < size || size === MOST) return [...ids.subarray(0, count)];
  }
}

/** Opens a namespace by a file handle that holds its id alone (Linux 6.19). */
function openById(context: ScanContext, nsId: bigint): OpenNamespace | number {
  const handle = new ArrayBuffer(8 + HANDLE_BYTES);
  const words = new Uint32Array(handle);
  words[0] = HANDLE_BYTES;
  words[1] = FILEID_NSFS;
  new BigUint64Array(handle)[1] = nsId;
  const fd = context.budget.open(() => openHandle(FD_NSFS_ROOT, new Uint8Array(handle)));
  return fd < 0 ? fd : context.namespaces.adopt(fd);
}

/**
 * NS_MNT_GET_NEXT and NS_MNT_GET_PREV, Linux 6.12: every mount namespace, beginning at the viewer's own, also those that
 * no process is in. Where the caller may not (it needs CAP_SYS_ADMIN and the initial pid namespace) nothing is found.
 */
export function walkMountNamespaces(context: ScanContext, own: OpenNamespace): Finding {
  const findings: Findings = { sightings: [], problems: [] };
  for (const request of [NS_MNT_GET_NEXT, NS_MNT_GET_PREV]) {
    const end = walk(context, own, request, findings);
    if (end === -ENOTTY || end === -EINVAL) {
      context.interfaces.markAbsent("NS_MNT_GET_NEXT", errnoName(-end));
      break;
    }
    if (end !== -ENOENT && end !== -EPERM) {
      findings.problems.push({ code: "LIST_UNREADABLE", what: "NS_MNT_GET_NEXT", errno: errnoName(-end) });
    }
  }
  return findings;
}

/** Goes on in one direction until the kernel answers with an errno: -ENOENT at the end. */
function walk(context: ScanContext, own: OpenNamespace, request: number, findings: Findings): number {
  const met = new Set<NamespaceId>([own.id]);
  for (let at = own; ; ) {
    const next = step(context, at, request);
    if (typeof next === "number") return next;
    if (met.has(next.id)) return -ENOENT;
    met.add(next.id);
    findings.sightings.push(sighting(next));
    at = next;
  }
}

const info = new Uint8Array(16);

function step(context: ScanContext, at: OpenNamespace, request: number): OpenNamespace | number {
  const fd = context.budget.open(() => ioctlInto(at.fd, request, info));
  return fd < 0 ? fd : context.namespaces.adopt(fd, "mnt");
}
