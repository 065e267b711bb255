import type { Membership, NamespaceType } from "@ns-graph/graph";
import type { Asking } from "../budget/asking.js";
import type { DescriptorBudget } from "../budget/descriptor-budget.js";
import type { ScanBudget } from "../budget/scan-budget.js";
import type { Interfaces } from "../kernel/interfaces.js";
import type { KnownSockets } from "../places/known-sockets.js";
import type { KnownTrees } from "../places/known-trees.js";
import type { RingSocket } from "../places/ring-socket.js";
import type { LeadingThreads } from "../processes/leading-threads.js";
import type { Memberships } from "../processes/memberships.js";
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
  readonly leading: LeadingThreads;
  readonly sockets: KnownSockets;
  readonly trees: KnownTrees;
  /** The sockets in rings whose namespace is yet to be learned: from a process that is read later, say. */
  readonly ringSockets: RingSocket[];
  readonly asking: Asking;
}
