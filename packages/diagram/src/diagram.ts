import type { MachineNamespaces, Namespace, NamespaceType, OwnerTitle, Pin, Process, TypeUse } from "@ns-graph/graph";

/**
 * How much of a graph a picture shows.
 *
 * - `overview`: what belongs together is one node, alike ones are one node with their number
 * - `normal`: namespaces that the same processes share are one node that lists them
 * - `full`: one node a namespace, one a pin, every process listed
 */
export type Detail = "overview" | "normal" | "full";

/**
 * A graph as boxes, nodes and edges: what to draw, but not how. Renderers of pictures start from it.
 *
 * A box is a user namespace, and what stands in it is owned by it, or is the processes that are in it. Everything
 * is in an order that depends on the graph alone, and ids are the same from run to run.
 */
export interface Diagram {
  /** How much it shows. */
  readonly detail: Detail;
  /** A box stands after the one it is in. */
  readonly boxes: readonly Box[];
  /** What stands in the boxes, or in none. */
  readonly nodes: readonly DiagramNode[];
  /** Between nodes and boxes, by their ids. */
  readonly edges: readonly Edge[];
  /** What most processes are in, and is therefore said only once. */
  readonly machine: MachineNamespaces;
  /** How many pid namespaces have one of the machine as parent and no edge to it, so that the edges do not bury the rest. */
  readonly parentsLeftOut: number;
}

/** A user namespace with what it owns, or a heading over things whose owner is not known. */
export interface Box {
  /** Such as `user_4026531837`, `invisible-owner`. */
  readonly id: string;
  /** The box around it. */
  readonly inside: string | undefined;
  /** A user namespace, or one of the headings that `TreeGroup` has. */
  readonly kind: "user" | "invisible-owner" | "unknown-owner" | "above-selection" | "loop";
  /** The user namespace; more than one where alike ones were folded; none for a heading. */
  readonly namespaces: readonly Namespace[];
  /** User namespaces around it that hold nothing else, outermost first, where such a chain was folded into it. */
  readonly chain: readonly Namespace[];
  /** Processes that are in it, in the whole graph. */
  readonly memberCount: number;
  /** What holds the user namespaces besides, where pins have no nodes of their own. */
  readonly pins: readonly Pin[];
}

interface NodeBase {
  /** Such as `net_4026532281`, or `set_mnt_4026532397` for a node of several namespaces. */
  readonly id: string;
  /** The box it stands in. */
  readonly box: string | undefined;
}

/** Namespaces that exactly the same processes are in, or a single one. */
export interface NamespacesNode extends NodeBase {
  /** Tells this kind of node from others. */
  readonly kind: "namespaces";
  /**
   * All whose processes are in the namespaces, drawn or not, where that says more than their names; who leads them, where another
   * node would read the same. See `titleLines`. Hostile text.
   */
  readonly titles: readonly OwnerTitle[];
  /** Never empty. */
  readonly namespaces: readonly Namespace[];
  /** The processes that have their place here: those that are in these namespaces alone, besides the machine's. */
  readonly processes: readonly Process[];
  /** What those processes share with nearly everybody. */
  readonly machineTypes: readonly NamespaceType[];
  /** Types in which they are where everybody is although processes of their kind mostly have their own; absent for none. */
  readonly exposedTypes?: readonly NamespaceType[];
  /** Whether these are the machine's own. */
  readonly isMachine: boolean;
  /** What holds the namespaces, where pins have no nodes of their own. */
  readonly pins: readonly Pin[];
}

/** Processes that have no place at a namespace, because they share each with others. */
export interface ProcessesNode extends NodeBase {
  /** Tells this kind of node from others. */
  readonly kind: "processes";
  /** What they belong to; empty where that is not known, or says no more than their names; see `titleLines`. Hostile text. */
  readonly titles: readonly OwnerTitle[];
  /** How many alike ones this node stands for. */
  readonly count: number;
  /** Of how many of these it is not known what they are called; absent for none. */
  readonly unnamed?: number;
  /** The processes of all of these. */
  readonly processes: readonly Process[];
  /** How they are isolated; absent where edges say it. */
  readonly isolation?: readonly TypeIsolation[];
  /** Namespaces that they are in and their parent process is not (process tree). */
  readonly entered?: readonly Namespace[];
}

/** What belongs together, as one node (overview): namespaces that are tied by processes in them. */
export interface GroupNode extends NodeBase {
  /** Tells this kind of node from others. */
  readonly kind: "group";
  /** What the processes of all of these belong to, and whoever else is in the namespaces; see `titleLines`. Hostile text. */
  readonly titles: readonly OwnerTitle[];
  /** How many alike groups this node stands for. */
  readonly count: number;
  /** Of how many of these it is not known what they are called; absent for none. */
  readonly unnamed?: number;
  /** The namespaces of all of these; empty for processes that have no place at a namespace. */
  readonly namespaces: readonly Namespace[];
  /** The processes of all of these that are drawn; empty where nobody is in the namespaces. */
  readonly processes: readonly Process[];
  /** How many processes are in groups of this kind, those that a selection does not draw among them. */
  readonly memberCount: number;
  /** How each of these groups is isolated, one entry a type. */
  readonly isolation: readonly TypeIsolation[];
  /** What holds the namespaces besides. */
  readonly pins: readonly Pin[];
}

/** A pin as a node of its own, which only the detail `full` draws. */
export interface PinNode extends NodeBase {
  /** Tells this kind of node from others. */
  readonly kind: "pin";
  /** What holds a namespace. */
  readonly pin: Pin;
}

/** What was cut, as a count. */
export interface RestNode extends NodeBase {
  /** Tells this kind of node from others. */
  readonly kind: "rest";
  /** How many namespaces were cut. */
  readonly namespaces: number;
  /** How many processes were cut. */
  readonly processes: number;
  /** What these belong to, where no other node says it; see `titleLines`. Hostile text. */
  readonly titles: readonly OwnerTitle[];
}

/** What a box has besides lines of text and other boxes; `kind` says which of the five it is. */
export type DiagramNode = NamespacesNode | ProcessesNode | GroupNode | PinNode | RestNode;

/**
 * How processes are isolated in one type.
 *
 * - `machine`: they are in that of the machine
 * - `own`: in `count` namespaces that nobody else is in, or none who was seen (`certain`)
 * - `shared`: in `count` that others are in too
 * - `mixed`: they differ in that; `count` are not the machine's
 * - `unknown`: could not be read
 */
export interface TypeIsolation {
  /** The type of the namespaces. */
  readonly type: NamespaceType;
  /** How, of the five ways above. */
  readonly state: TypeUse["state"];
  /** How many namespaces: of the machine's with `machine`, else those that are not the machine's; 0 with `unknown`. */
  readonly count: number;
  /** False where others may be in what is their own, because not everybody was seen. */
  readonly certain?: false;
  /** Whether processes of their kind mostly have their own, so that being in that of everybody is remarkable. */
  readonly exposed?: boolean;
}

/** One end of an edge: a node or box, and which of its namespaces is meant. */
export interface EdgeEnd {
  /** The id of the node or box. */
  readonly id: string;
  /** Which of its namespaces; absent where all of it is meant. */
  readonly namespace?: Namespace;
}

/**
 * An edge from what holds to what is held.
 *
 * - `parent`: from a pid (or user) namespace to its parent
 * - `member`: from processes to a namespace that stands elsewhere
 * - `pin`: from a pin to its namespace
 * - `child`: from a process to its parent process
 */
export interface Edge {
  /** What it says, of the four things above. */
  readonly kind: "parent" | "member" | "pin" | "child";
  /** What holds. */
  readonly from: EdgeEnd;
  /** What is held. */
  readonly to: EdgeEnd;
}
