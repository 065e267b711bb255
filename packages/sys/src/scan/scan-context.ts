import type { Membership, NamespaceId, NamespaceType, Opened, Problem } from "@ns-graph/graph";
import type { Asking } from "../budget/asking.js";
import type { DescriptorBudget } from "../budget/descriptor-budget.js";
import type { ScanBudget, Share } from "../budget/scan-budget.js";
import type { Interfaces } from "../kernel/interfaces.js";
import { openAt } from "../kernel/libc.js";
import type { Memberships } from "../processes/memberships.js";
import type { ThreadsApart } from "../processes/thread-list.js";
import type { OpenNamespaces } from "./open-namespaces.js";

/** What all places of one scan share. */
export interface ScanContext {
  readonly types: readonly NamespaceType[];
  /** st_dev of nsfs. */
  readonly nsfsDev: number;
  readonly memberships: Memberships;
  /** The viewer's own namespaces. */
  readonly own: Membership;
  /** Whether /proc shows another PID namespace than the viewer is in. */
  readonly isProcForeign: boolean;
  readonly namespaces: OpenNamespaces;
  readonly budget: DescriptorBudget;
  readonly work: ScanBudget;
  readonly interfaces: Interfaces;
  readonly threads: ThreadsApart;
  readonly asking: Asking;
}

/** A process while it is read. */
export interface ScannedProcess {
  readonly pid: number;
  /** Whether it is the one that scans. */
  readonly isSelf: boolean;
  /** Descriptor of /proc/PID: it never leads to another process. */
  readonly directory: number;
  /** Inodes of its namespaces in the canonical order of the types; 0 where a link could not be read. */
  readonly inodes: Float64Array;
  /** Whether its main thread has exited: it has no links but user and pid. */
  readonly isZombie: boolean;
  /** The number of its threads. */
  readonly threads: number;
  /** Whether its links could not be read at all. */
  readonly isUnreadable: boolean;
  /** How much of it is looked at. */
  readonly share: Share;
}

/** Opens the namespace behind a link below an open directory, which stays the caller's. */
export function openLink(
  context: ScanContext,
  directory: number,
  link: string,
  type: NamespaceType,
  id: NamespaceId,
  subject: Partial<Problem>,
): Opened {
  const fd = context.budget.open(() => openAt(directory, link, 0));
  return context.namespaces.expect(fd, id, type, { code: "NAMESPACE_UNREADABLE", namespace: id, type, ...subject });
}

/**
 * Opens a namespace at once, so that the way to it is not lost, and remembers the answer for when it is asked for.
 * One that is open already is not opened again.
 */
export function openNow(context: ScanContext, id: NamespaceId, open: () => Opened): () => Opened {
  const known = context.namespaces.get(id);
  const opened: Opened = known !== undefined && known.fd >= 0 ? { state: "open", handle: known } : open();
  return () => opened;
}
