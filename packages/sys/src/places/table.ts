import type { Finding, NamespaceId, Source } from "@ns-graph/graph";
import type { ScannedProcess } from "../processes/scanned-process.js";
import type { ScanContext } from "../scan/scan-context.js";
import { findDescriptors } from "./descriptor.js";
import { findForChildren } from "./for-children.js";
import { findInKernelList, walkMountNamespaces } from "./kernel-list.js";
import { findMounts } from "./mount.js";
import { findSockets } from "./socket.js";
import { findThreads } from "./thread.js";

/*
 * The places where namespaces are found besides the links of processes, by the source of a survey that each belongs to. What
 * each finds, and what that takes, is in docs/permissions.md.
 */

/** What is searched in each process, in this order. */
export const OF_PROCESSES: readonly { readonly source: Source; search(process: ScannedProcess): void }[] = [
  { source: "thread", search: findThreads },
  { source: "for-children", search: findForChildren },
  { source: "fd", search: findDescriptors },
  { source: "socket", search: findSockets },
];

/** A place that is searched in each mount namespace; `members` are some processes and threads in it. */
interface PlaceOfMountNamespaces {
  readonly source: Source;
  search(context: ScanContext, mountNamespace: NamespaceId, members: readonly number[]): Finding;
}

/** What is searched in each mount namespace, also in those that are found on the way. */
export const OF_MOUNT_NAMESPACES: readonly PlaceOfMountNamespaces[] = [{ source: "mount", search: findMounts }];

/** A list of the kernel's own; undefined where this kernel has no such list. */
interface PlaceOfKernel {
  readonly source: Source;
  /** The source whose list it stands in for, where the kernel lacks that one. */
  readonly standsInFor?: Source;
  search(context: ScanContext): Finding | undefined;
}

/** Lists of the kernel's own: the first that it has holds all that the next one would. */
export const OF_KERNEL: readonly PlaceOfKernel[] = [
  { source: "kernel", search: findInKernelList },
  { source: "mount", standsInFor: "kernel", search: walkMountNamespaces },
];
