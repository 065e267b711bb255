import type { Host, Source, Users, Viewer } from "./host.js";
import type { Namespace } from "./namespace.js";
import type { NamespaceId } from "./namespace-id.js";
import type { SurveyFrame } from "./observation.js";
import type { Pin } from "./pin.js";
import type { Problem } from "./problem.js";
import type { Membership, Process } from "./process.js";
import type { View } from "./view.js";

/** Processes that are in exactly the same namespaces. */
export interface ProcessSet {
  readonly namespaces: Membership;
  /** By pid; never empty. */
  readonly processes: readonly Process[];
}

/** Something that points at a namespace and thereby keeps it alive. */
export type Holder =
  | { readonly kind: "member"; readonly process: Process }
  | { readonly kind: "child"; readonly namespace: Namespace }
  | { readonly kind: "owned"; readonly namespace: Namespace }
  | { readonly kind: "pin"; readonly pin: Pin };

/**
 * Namespaces and what holds them. Immutable; every list is in the canonical order (type, dev, ino; pid).
 *
 * Every edge points from what holds to what is held: child to parent, owned to owner, process and pin to
 * namespace. An end that is not in the graph (a document may say anything) is answered with undefined, and
 * no query runs longer than the graph is large, whatever its edges are.
 */
export interface NamespaceGraph {
  readonly host: Host;
  readonly viewer: Viewer;
  /** The places that were searched. */
  readonly sources: readonly Source[];
  /** Names of uids, where they were asked for. */
  readonly users: Users | undefined;
  /** True only if every place was searched, nothing visible was missed, and the viewer could see the whole machine. */
  readonly complete: boolean;
  readonly view: View;
  /** The frame as a whole, for those who write documents or derive graphs. */
  readonly frame: SurveyFrame;

  /** All namespaces, in canonical order. */
  namespaces(): readonly Namespace[];
  /** All processes, by pid. */
  processes(): readonly Process[];
  /** The processes, grouped by the namespaces they are in; by the first pid. */
  processSets(): readonly ProcessSet[];
  /** Every pin, or those of one namespace. */
  pins(id?: NamespaceId): readonly Pin[];
  /** What could not be learned. */
  problems(): readonly Problem[];

  namespace(id: NamespaceId): Namespace | undefined;
  process(pid: number): Process | undefined;

  /** The parent (pid and user), where it is known and in the graph. */
  parent(namespace: Namespace): Namespace | undefined;
  /** The namespaces whose parent this is. */
  children(id: NamespaceId): readonly Namespace[];
  /** The owning user namespace, where it is known and in the graph. */
  owner(namespace: Namespace): Namespace | undefined;
  /** The namespaces this user namespace owns; its child user namespaces are among them. */
  owned(id: NamespaceId): readonly Namespace[];
  /** The processes in it, by pid. */
  members(id: NamespaceId): readonly Process[];
  /** How many processes are in it; also known where a document left the processes out. */
  memberCount(id: NamespaceId): number;
  /** All that points at it. */
  holders(id: NamespaceId): readonly Holder[];
}
