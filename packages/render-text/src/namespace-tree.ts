import {
  describeHeading,
  describeMissingOwner,
  describeProcessless,
  explainProcessless,
  forest,
  groupBy,
  linkedId,
  type Namespace,
  type NamespaceGraph,
  type NamespaceId,
  obtain,
  type TreeNode,
} from "@ns-graph/graph";
import { cellWidth } from "./cell-width.js";
import { type Branch, drawTree, type Entry } from "./draw-tree.js";
import { flowed, type Line, type Piece, words } from "./flow.js";
import { type Reference, referTo } from "./members.js";
import { headOf } from "./namespace-head.js";
import { pinLines } from "./pins.js";
import { nameOf, type Scene } from "./scene.js";

type Relation = "owner" | "parent";

/** What stands before the name of what is above trees that begin below what was selected. */
const ABOVE: Readonly<Record<Relation, string>> = { owner: "In", parent: "Below" };

/** Names wider than the others by more than this don't widen the column. */
const NAME_COLUMN = 26;
/** Narrower terminals have no room for columns. */
const LEAST_FOR_COLUMNS = 60;

/** A namespace and the one it stands below. */
interface Placed {
  readonly namespace: Namespace;
  readonly above: Namespace | undefined;
}

interface Pending {
  readonly nodes: readonly TreeNode[];
  readonly above: Namespace | undefined;
  readonly into: Branch<Placed>[];
}

/**
 * A forest as branches. User namespaces stand after the others, because much may be below them. What is below a namespace
 * that is not drawn stands in its place.
 */
function toBranches(roots: readonly TreeNode[], isDrawn: (node: TreeNode) => boolean): readonly Branch<Placed>[] {
  const result: Branch<Placed>[] = [];
  const queue: Pending[] = [{ nodes: roots, above: undefined, into: result }];
  for (let at = 0; at < queue.length; at++) {
    const { nodes, above, into } = queue[at] as Pending;
    for (const isUser of [false, true]) {
      for (const node of nodes) {
        const { namespace, children } = node;
        if ((namespace.type === "user") !== isUser) continue;
        if (!isDrawn(node)) {
          queue.push({ nodes: children, above, into });
          continue;
        }
        const branch = { value: { namespace, above }, children: [] };
        into.push(branch);
        queue.push({ nodes: children, above: namespace, into: branch.children });
      }
    }
  }
  return result;
}

/**
 * Whether a namespace stands in the tree. Those that are context are there as what others stand below: in a hierarchy only
 * ancestors, and among owners no parent of a PID namespace, which names it.
 */
function isDrawnIn(graph: NamespaceGraph, relation: Relation): (node: TreeNode) => boolean {
  const above = new Set<Namespace>();
  for (const namespace of graph.namespaces()) {
    if (namespace.context || (relation === "owner" && namespace.type !== "pid")) continue;
    let parent = graph.parent(namespace);
    while (parent?.context && !above.has(parent)) {
      above.add(parent);
      parent = graph.parent(parent);
    }
  }
  return ({ namespace }) => !namespace.context || above.has(namespace) === (relation === "parent");
}

/** Why a namespace without a process may be there, where neither its holders nor what is drawn below it say it. */
function whyThere(graph: NamespaceGraph, { id }: Namespace, below: readonly Branch<Placed>[]): string | undefined {
  const processless = explainProcessless(graph, id);
  switch (processless?.reason) {
    case "elsewhere":
      return describeProcessless(graph, processless);
    case "under":
      return below.length > 0 ? undefined : describeProcessless(graph, processless);
    case "unseen":
      return graph.pins(id).length > 0 ? undefined : describeProcessless(graph, processless);
    default:
      return undefined;
  }
}

function* chain(first: Iterable<Line>, second: Iterable<Line>): Generator<Line, void, undefined> {
  yield* first;
  yield* second;
}

/** Draws places one after the other, and remembers what it said of members so that it need not repeat it. */
class NamespaceTree {
  readonly #scene: Scene;
  readonly #relation: Relation;
  readonly #widths = new Map<readonly Branch<Placed>[], number>();
  /** The last long list of members that was shown below each namespace. */
  readonly #lists = new Map<Namespace | undefined, Namespace>();
  /** Those below which it was said that others have all of their members but the zombies. */
  readonly #saidLiving = new Set<Namespace | undefined>();
  /** The members of those that others were compared with. */
  readonly #members = new Map<NamespaceId, Reference>();

  constructor(scene: Scene, relation: Relation) {
    this.#scene = scene;
    this.#relation = relation;
  }

  describe({ value: placed, children }: Branch<Placed>, siblings: readonly Branch<Placed>[]): Entry {
    const { graph, pen } = this.#scene;
    const { namespace, above } = placed;
    const { head, members } = headOf(
      this.#scene,
      namespace,
      this.#columnOf(namespace, siblings),
      this.#references(above),
      above,
    );
    if (namespace.context) return { head: head.pieces };
    if (members.isList || members.isLiving !== undefined) this.#lists.set(above, namespace);
    if (members.isLiving === "above") this.#saidLiving.add(above);
    head.remark(whyThere(graph, namespace, children));
    head.remark(this.#relation === "owner" ? this.#parentWords(placed) : this.#ownerWords(namespace));
    return {
      head: head.pieces,
      body: (room) => {
        const pins = pinLines(graph, pen, namespace.id, room);
        return members.lines === undefined ? pins : chain(members.lines(room), pins);
      },
    };
  }

  #references(above: Namespace | undefined): Reference[] {
    const last = this.#lists.get(above);
    const references: Reference[] = [];
    if (above !== undefined && !above.context)
      references.push({ ...this.#membersOf(above), isLivingSaid: this.#saidLiving.has(above) });
    if (last !== undefined) references.push({ ...this.#membersOf(last), name: nameOf(this.#scene, last) });
    return references;
  }

  #membersOf({ id }: Namespace): Reference {
    return obtain(this.#members, id, () => referTo(this.#scene.graph, id));
  }

  /** The parent of a pid namespace, where it stands elsewhere. */
  #parentWords({ namespace, above }: Placed): string | undefined {
    const parent = namespace.type === "pid" ? linkedId(namespace.parent) : undefined;
    if (parent === undefined || parent === above?.id) return undefined;
    const known = this.#scene.graph.namespace(parent);
    return `child of ${known === undefined ? "a pid namespace that is not here" : nameOf(this.#scene, known)}`;
  }

  #ownerWords(namespace: Namespace): string | undefined {
    const { type, owner } = namespace;
    const { graph, machine } = this.#scene;
    if (type === "user") return undefined;
    if (owner.state !== "known") return describeMissingOwner(namespace);
    // Nearly all are owned by this one.
    if (machine.ids.has(owner.id)) return undefined;
    const known = graph.namespace(owner.id);
    return `owned by ${known === undefined ? "a user namespace that is not here" : nameOf(this.#scene, known)}`;
  }

  /** How wide the names of siblings are, so that what is said of them stands in a column. */
  #columnOf(namespace: Namespace, siblings: readonly Branch<Placed>[]): number {
    if (namespace.type === "user" || this.#scene.pen.columns < LEAST_FOR_COLUMNS) return 0;
    return obtain(this.#widths, siblings, () => {
      let width = 0;
      for (const { value } of siblings) {
        if (value.namespace.type === "user") continue;
        const wanted = cellWidth(nameOf(this.#scene, value.namespace));
        if (wanted <= NAME_COLUMN) width = Math.max(width, wanted);
      }
      return width;
    });
  }
}

/**
 * The namespaces as trees: by `owner` the user namespaces, each with those that it owns; by `parent` the hierarchies of
 * pid and user namespaces, and those of the other types one by one.
 */
export function* drawNamespaceTree(scene: Scene, relation: Relation): Generator<string, void, undefined> {
  const { graph, pen } = scene;
  const tree = new NamespaceTree(scene, relation);
  let isFirst = true;
  const isDrawn = isDrawnIn(graph, relation);
  for (const { title, roots } of titledTrees(scene, relation)) {
    const branches = toBranches(roots, isDrawn);
    if (branches.length === 0) continue;
    if (!isFirst) yield "";
    isFirst = false;
    yield* flowed(pen, title);
    yield* drawTree(pen, branches, (branch, siblings) => tree.describe(branch, siblings));
  }
}

/** A phrase as the heading of what follows. */
export function asHeading(phrase: string): string {
  return `${phrase.charAt(0).toUpperCase()}${phrase.slice(1)}:`;
}

/** Trees under what is said of all of them. */
interface TitledTrees {
  readonly title: readonly Piece[];
  readonly roots: readonly TreeNode[];
}

function* titledTrees(scene: Scene, relation: Relation): Generator<TitledTrees, void, undefined> {
  const { graph } = scene;
  for (const { heading, roots } of forest(graph, relation)) {
    if (heading !== "above-selection") {
      yield { title: heading === "visible" ? [] : words(asHeading(describeHeading(heading, relation)), "odd"), roots };
      continue;
    }
    const byAbove = groupBy(roots, (root) => whatIsAbove(graph, relation, root.namespace));
    for (const [above, below] of byAbove) {
      const name = above === undefined ? "one that is not drawn" : nameOf(scene, above);
      yield { title: words(`${ABOVE[relation]} ${name}${above?.initial ? " (initial)" : ""}:`, "faint"), roots: below };
    }
  }
}

function whatIsAbove(graph: NamespaceGraph, relation: Relation, namespace: Namespace): Namespace | undefined {
  return relation === "owner" && namespace.type !== "user" ? graph.owner(namespace) : graph.parent(namespace);
}
