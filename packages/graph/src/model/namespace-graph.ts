import type { Host, Source, Users, Viewer } from "./host.js";
import type { Namespace } from "./namespace.js";
import type { NamespaceId } from "./namespace-id.js";
import type { SurveyFrame } from "./observation.js";
import type { Pin } from "./pin.js";
import type { Problem } from "./problem.js";
import type { Membership, Process } from "./process.js";
import type { Selection } from "./selection.js";
import type { View } from "./view.js";

/** Processes that are in exactly the same namespaces. */
export interface ProcessSet {
  /** The namespaces that all of them are in, by type. */
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
 *
 * A graph may be a selection of another one. Lists of everything (`namespaces()`, `processes()`, `processSets()`, `pins()`)
 * are what is to be drawn. What is asked about one thing (`members(id)`, `owner(namespace)` …) is answered by the whole graph,
 * so that no selection can make an answer wrong; `draws` and `drawnMembers` say what of it is to be drawn.
 */
export interface NamespaceGraph {
  /** The graph before any selection; of a graph that is none, itself. */
  readonly whole: NamespaceGraph;
  /** What was selected; undefined where nothing was, and in the whole. */
  readonly selection: Selection | undefined;
  /** The machine, as far as it said who it is. */
  readonly host: Host;
  /** Who looked, from which namespaces. */
  readonly viewer: Viewer;
  /** The places that were searched. */
  readonly sources: readonly Source[];
  /** Names of uids and gids, where they were asked for. */
  readonly users: Users | undefined;
  /** True only if every place was searched, nothing visible was missed, and the viewer could see the whole machine. */
  readonly complete: boolean;
  /** How the graph is to be shown; renderers honour it. */
  readonly view: View;
  /** The frame as a whole, for those who write documents or derive graphs. */
  readonly frame: SurveyFrame;

  /** The namespaces to draw; those that are only context are marked so. */
  namespaces(): readonly Namespace[];
  /** The processes to draw; those that are only context, as holders of what is drawn, are marked so. */
  processes(): readonly Process[];
  /** The processes to draw, without context, grouped by the drawn namespaces that they are in; by the first pid. */
  processSets(): readonly ProcessSet[];
  /** The pins of drawn namespaces; of one namespace, whether it is drawn or not, all pins. */
  pins(id?: NamespaceId): readonly Pin[];
  /** What could not be learned: of the whole. */
  problems(): readonly Problem[];
  /** Whether a namespace is among those to draw, as context or not. */
  draws(id: NamespaceId): boolean;
  /** Those members of a namespace that are to be drawn, without context; by pid. */
  drawnMembers(id: NamespaceId): readonly Process[];

  /** The namespace with this id, whether it is drawn or not. */
  namespace(id: NamespaceId): Namespace | undefined;
  /** The process with this PID (as the viewer's PID namespace numbers it), whether it is drawn or not. */
  process(pid: number): Process | undefined;

  /** The parent (pid and user), where it is known and in the whole graph. */
  parent(namespace: Namespace): Namespace | undefined;
  /** The namespaces whose parent this is. */
  children(id: NamespaceId): readonly Namespace[];
  /** The owning user namespace, where it is known and in the whole graph. */
  owner(namespace: Namespace): Namespace | undefined;
  /** The namespaces this user namespace owns; its child user namespaces are among them. */
  owned(id: NamespaceId): readonly Namespace[];
  /** What is right below it: its children and those that it owns, each once. */
  below(id: NamespaceId): readonly Namespace[];
  /** The processes in it, by pid. */
  members(id: NamespaceId): readonly Process[];
  /** How many processes are in it; also known where a document left the processes out. */
  memberCount(id: NamespaceId): number;
  /** All that points at it. */
  holders(id: NamespaceId): readonly Holder[];
}
