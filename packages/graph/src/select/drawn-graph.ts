import { FramedGraph } from "../build/framed-graph.js";
import { obtain } from "../model/group-by.js";
import type { Namespace } from "../model/namespace.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import type { NamespaceId } from "../model/namespace-id.js";
import { NAMESPACE_TYPES } from "../model/namespace-type.js";
import type { Pin } from "../model/pin.js";
import type { Membership, Process } from "../model/process.js";
import { indexSets, processesIn, type SetIndex } from "../model/process-sets.js";
import type { Selection } from "../model/selection.js";
import type { View } from "../model/view.js";

/** What of a graph is to be drawn. */
export interface Drawing {
  /** The namespaces that were selected. */
  readonly namespaces: ReadonlySet<NamespaceId>;
  /** Those that are drawn besides, so that it can be seen where the selected ones belong. */
  readonly context: ReadonlySet<NamespaceId>;
  /** The processes that were selected, by pid. */
  readonly processes: readonly Process[];
  /** What was asked for, as it is said of the drawing. */
  readonly selection: Selection;
  /** How it is arranged. */
  readonly view: View;
}

/** A graph that draws a part of another one, and answers as that does. */
export function drawPart(whole: NamespaceGraph, drawing: Drawing): NamespaceGraph {
  return new DrawnGraph(whole.whole, drawing);
}

/** The drawing of a graph that `drawPart` made. */
export function drawingOf(graph: NamespaceGraph): Drawing | undefined {
  return graph instanceof DrawnGraph ? graph.drawing : undefined;
}

class DrawnGraph extends FramedGraph implements NamespaceGraph {
  readonly drawing: Drawing;
  readonly whole: NamespaceGraph;
  /** Namespaces whose mark differs from that in the whole. */
  readonly #remarked = new Map<NamespaceId, Namespace>();
  #namespaces: readonly Namespace[] | undefined;
  #processes: readonly Process[] | undefined;
  #pins: readonly Pin[] | undefined;
  #setIndex: SetIndex | undefined;

  constructor(whole: NamespaceGraph, drawing: Drawing) {
    super({ ...whole.frame, view: drawing.view, complete: whole.complete });
    this.whole = whole;
    this.drawing = drawing;
  }

  get selection() {
    return this.drawing.selection;
  }
  get complete() {
    return this.whole.complete;
  }
  problems() {
    return this.whole.problems();
  }

  namespaces(): readonly Namespace[] {
    const { namespaces, context } = this.drawing;
    this.#namespaces ??= this.whole
      .namespaces()
      .filter(({ id }) => namespaces.has(id) || context.has(id))
      .map((namespace) => this.#drawn(namespace));
    return this.#namespaces;
  }

  processes(): readonly Process[] {
    if (this.#processes !== undefined) return this.#processes;
    const { processes } = this.drawing;
    const selected = new Set<number>();
    for (const { pid } of processes) selected.add(pid);
    const holders = new Map<number, Process>();
    for (const pin of this.pins()) {
      if (!("pid" in pin) || selected.has(pin.pid) || holders.has(pin.pid)) continue;
      const holder = this.whole.process(pin.pid);
      if (holder !== undefined) holders.set(pin.pid, { ...holder, context: true });
    }
    this.#processes =
      holders.size === 0 ? processes : [...processes, ...holders.values()].sort((a, b) => a.pid - b.pid);
    return this.#processes;
  }

  processSets() {
    return this.#sets().sets;
  }

  pins(id?: NamespaceId): readonly Pin[] {
    if (id !== undefined) return this.whole.pins(id);
    const { namespaces } = this.drawing;
    this.#pins ??= this.whole.pins().filter((pin) => namespaces.has(pin.namespace));
    return this.#pins;
  }

  draws(id: NamespaceId): boolean {
    const { namespaces, context } = this.drawing;
    return (namespaces.has(id) || context.has(id)) && this.whole.namespace(id) !== undefined;
  }

  drawnMembers(id: NamespaceId): readonly Process[] {
    return processesIn(this.#sets(), id);
  }

  namespace(id: NamespaceId): Namespace | undefined {
    const namespace = this.whole.namespace(id);
    return namespace && this.#drawn(namespace);
  }
  process(pid: number) {
    return this.whole.process(pid);
  }
  parent(namespace: Namespace) {
    const parent = this.whole.parent(namespace);
    return parent && this.#drawn(parent);
  }
  owner(namespace: Namespace) {
    const owner = this.whole.owner(namespace);
    return owner && this.#drawn(owner);
  }
  children(id: NamespaceId) {
    return this.#allDrawn(this.whole.children(id));
  }
  owned(id: NamespaceId) {
    return this.#allDrawn(this.whole.owned(id));
  }
  below(id: NamespaceId) {
    return this.#allDrawn(this.whole.below(id));
  }
  members(id: NamespaceId) {
    return this.whole.members(id);
  }
  memberCount(id: NamespaceId) {
    return this.whole.memberCount(id);
  }
  holders(id: NamespaceId) {
    return this.whole.holders(id);
  }

  /**
   * A namespace of the whole graph as it is drawn: marked where it is only context, and always the same object. The whole may
   * have marks itself, of an earlier selection that is all that is known.
   */
  #drawn(namespace: Namespace): Namespace {
    const { namespaces, context } = this.drawing;
    const isMarked = namespace.context === true;
    if (isMarked ? !namespaces.has(namespace.id) : !context.has(namespace.id)) return namespace;
    return obtain(this.#remarked, namespace.id, () => {
      const { context: _, ...unmarked } = namespace;
      return isMarked ? unmarked : { ...namespace, context: true };
    });
  }

  #allDrawn(namespaces: readonly Namespace[]): readonly Namespace[] {
    return namespaces.map((namespace) => this.#drawn(namespace));
  }

  #sets(): SetIndex {
    if (this.#setIndex === undefined) {
      const narrow = narrowTo(this.drawing.namespaces);
      this.#setIndex = indexSets(this.drawing.processes, ({ namespaces }) => narrow(namespaces));
    }
    return this.#setIndex;
  }
}

/** Narrows memberships to some namespaces; equal objects stay equal. */
function narrowTo(kept: ReadonlySet<NamespaceId>): (membership: Membership) => Membership {
  const narrowed = new Map<Membership, Membership>();
  return (membership) =>
    obtain(narrowed, membership, () => {
      const types = NAMESPACE_TYPES.filter((type) => membership[type] !== undefined);
      const left = types.filter((type) => kept.has(membership[type] ?? ""));
      if (left.length === types.length) return membership;
      return Object.fromEntries(left.map((type) => [type, membership[type]])) as Membership;
    });
}
