import type { Finding, NamespaceId, Opened, Sighting } from "@ns-graph/graph";
import { EBADF, EINVAL, ENOENT, ENOSYS, ENOTTY, EPERM, ESTALE, errnoName } from "../kernel/errno.js";
import { AT_FDCWD, ioctlInto, openAt, syscallInto } from "../kernel/libc.js";
import { NS_MNT_GET_NEXT, NS_MNT_GET_PREV } from "../kernel/nsfs.js";
import { LISTNS } from "../kernel/syscall-numbers.js";
import { NSFS_HANDLE_BYTES, openNsfsHandle } from "../scan/file-handle.js";
import { asOpened, type OpenNamespace } from "../scan/open-namespaces.js";
import type { ScanContext } from "../scan/scan-context.js";
import { Findings } from "./findings.js";

const REQUEST_SIZE = 32;
/** The most ids that listns(2) gives in one call. */
const MOST = 1_000_000;

/**
 * listns(2), Linux 6.19: all that is in use and that the caller may see. One call with a buffer that holds everything,
 * since until Linux 7.3 a walk by pages ended early at a namespace that is not in use.
 */
export function findInKernelList(context: ScanContext): Finding | undefined {
  if (!context.interfaces.has("listns")) return undefined;
  const findings = new Findings();
  const listed = listNamespaceIds();
  if (typeof listed === "number") {
    if (listed === -ENOSYS) {
      context.interfaces.markAbsent("listns", "ENOSYS");
      return undefined;
    }
    if (listed !== -ENOENT) findings.fail({ code: "LIST_UNREADABLE", what: "listns", errno: errnoName(-listed) });
    return findings;
  }
  noteMissed(openListed(context, listed, findings), findings);
  findings.finish({});
  return findings;
}

/** Opens what is listed and not open yet, until the time is over; answers what could not be opened. */
function openListed(context: ScanContext, listed: readonly bigint[], findings: Findings): readonly bigint[] {
  const missed: bigint[] = [];
  for (const nsId of listed) {
    if (context.work.isOver) {
      context.work.skip("lists");
      break;
    }
    if (context.namespaces.hasNsId(String(nsId))) continue;
    const result = openById(context, nsId);
    if (typeof result === "number") missed.push(nsId);
    else findings.see(sighting(context, result, nsId));
  }
  return missed;
}

/** What has gone meanwhile is no loss; what is still listed could not be opened. */
function noteMissed(missed: readonly bigint[], findings: Findings): void {
  if (missed.length === 0) return;
  const again = listNamespaceIds();
  const left = new Set(typeof again === "number" ? [] : again);
  for (const nsId of missed) {
    if (left.has(nsId)) findings.fail({ code: "LIST_UNREADABLE", what: `namespace with id ${nsId}` });
  }
}

function sighting(context: ScanContext, handle: OpenNamespace, nsId: bigint): Sighting {
  const { id, type } = handle;
  // To make room for others it may have been closed.
  return { id, type, open: () => openedOrGone(handle.fd < 0 ? openById(context, nsId) : handle, id) };
}

function openedOrGone(handle: OpenNamespace | number, id: NamespaceId): Opened {
  return handle === -ENOENT || handle === -ESTALE ? { state: "gone" } : asOpened(handle, id, {});
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
  const handle = new BigUint64Array(NSFS_HANDLE_BYTES / 8);
  handle[0] = nsId;
  const fd = context.budget.open(() => openNsfsHandle(new Uint8Array(handle.buffer)));
  return fd < 0 ? fd : context.namespaces.adopt(fd);
}

/**
 * NS_MNT_GET_NEXT and NS_MNT_GET_PREV, Linux 6.12: every mount namespace, beginning at the viewer's own, also those that
 * no process is in. Where the caller may not (it needs CAP_SYS_ADMIN and the initial pid namespace) nothing is found.
 */
export function walkMountNamespaces(context: ScanContext): Finding | undefined {
  if (context.namespaces.get(context.own.mnt ?? "") === undefined) return undefined;
  const findings = new Findings();
  for (const request of [NS_MNT_GET_NEXT, NS_MNT_GET_PREV]) {
    const end = walk(context, request, findings);
    if (end === -ENOTTY || end === -EINVAL) {
      context.interfaces.markAbsent("NS_MNT_GET_NEXT", errnoName(-end));
      break;
    }
    if (end !== -ENOENT && end !== -EPERM) {
      findings.fail({ code: "LIST_UNREADABLE", what: "NS_MNT_GET_NEXT", errno: errnoName(-end) });
    }
  }
  return findings;
}

/** A mount namespace on the walk, and the one from which it was come to. */
interface Stop {
  handle: OpenNamespace;
  readonly before: Stop | undefined;
}

/** Goes on in one direction until the kernel answers with an errno: -ENOENT at the end. */
function walk(context: ScanContext, request: number, findings: Findings): number {
  const own = openOwn(context);
  if (typeof own === "number") return own;
  const met = new Set<NamespaceId>([own.id]);
  for (let at: Stop = { handle: own, before: undefined }; ; ) {
    const next = step(context, at.handle, request);
    if (typeof next === "number") return next;
    const { id, type } = next;
    if (met.has(id)) return -ENOENT;
    met.add(id);
    if (context.work.isOver) {
      context.work.skip("lists");
      return -ENOENT;
    }
    const stop: Stop = { handle: next, before: at };
    findings.see({ id, type, open: () => openedOrGone(goTo(context, stop, request), id) });
    at = stop;
  }
}

/** The viewer's own mount namespace, which may have been closed to make room for others. */
function openOwn(context: ScanContext): OpenNamespace | number {
  const known = context.namespaces.getOpen(context.own.mnt ?? "");
  if (known !== undefined) return known;
  return context.namespaces.adoptFrom(() => openAt(AT_FDCWD, "/proc/self/ns/mnt", 0), "mnt");
}

/** How many mount namespaces may have come between two stops by the time the way is gone again. */
const NEW_STOPS = 16;

/** A stop's namespace; if it was closed to make room for others, the way there is gone again from where one is open. */
function goTo(context: ScanContext, stop: Stop, request: number): OpenNamespace | number {
  const closed = new Map<NamespaceId, Stop>();
  let start: Stop | undefined = stop;
  for (; start !== undefined && start.handle.fd < 0; start = start.before) closed.set(start.handle.id, start);
  let at = start?.handle ?? openOwn(context);
  for (let steps = closed.size + NEW_STOPS; ; steps--) {
    if (typeof at === "number") return at;
    const met = closed.get(at.id);
    if (met !== undefined) met.handle = at;
    if (at.id === stop.handle.id) return at;
    if (steps === 0) return -ENOENT;
    at = step(context, at, request);
  }
}

const info = new Uint8Array(16);

function step(context: ScanContext, at: OpenNamespace, request: number): OpenNamespace | number {
  return at.fd < 0 ? -EBADF : context.namespaces.adoptFrom(() => ioctlInto(at.fd, request, info), "mnt");
}
