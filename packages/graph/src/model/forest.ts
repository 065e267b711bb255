import { addTo } from "./group-by.js";
import { type Link, linkedId } from "./link.js";
import type { Namespace } from "./namespace.js";
import type { NamespaceGraph } from "./namespace-graph.js";
import type { NamespaceId } from "./namespace-id.js";
import { isHierarchical } from "./namespace-type.js";

/** A namespace with those that hang below it, in canonical order. */
export interface TreeNode {
  /** The namespace. */
  readonly namespace: Namespace;
  /** What hangs right below it. */
  readonly children: readonly TreeNode[];
}

/**
 * Trees that begin for the same reason.
 *
 * - `visible`: nothing is above the roots, or what is above is an initial namespace's nothing
 * - `invisible-owner`: the owner is a user namespace above what the viewer may see
 * - `unknown-owner`: the owner could not be asked for, or is not in the graph
 * - `above-selection`: what is above them is known and was not selected
 * - `loop`: the document says that they are above themselves
 */
export interface TreeGroup {
  /** The reason, of the five above. */
  readonly heading: "visible" | "invisible-owner" | "unknown-owner" | "above-selection" | "loop";
  /** Where the trees begin; never empty. */
  readonly roots: readonly TreeNode[];
}

const HEADINGS = ["visible", "above-selection", "invisible-owner", "unknown-owner", "loop"] as const;

interface GrowingNode {
  readonly namespace: Namespace;
  readonly children: GrowingNode[];
}

/**
 * The namespaces as trees; each stands in them exactly once, whatever the graph's edges are.
 *
 * - `owner`: user namespaces below their parents, and every other one below the user namespace that owns it;
 *   a pid namespace stands below its parent where both have the same owner.
 * - `parent`: pid and user namespaces below their parents; the other types have none and are roots.
 */
export function forest(graph: NamespaceGraph, relation: "owner" | "parent"): readonly TreeGroup[] {
  const nodes = new Map<NamespaceId, GrowingNode>();
  for (const namespace of graph.namespaces()) nodes.set(namespace.id, { namespace, children: [] });
  const above = new Map<NamespaceId, NamespaceId>();
  for (const { namespace } of nodes.values()) {
    const id = relation === "owner" ? ownerTreeParent(graph, namespace) : linkedId(namespace.parent);
    if (id !== undefined && nodes.has(id)) above.set(namespace.id, id);
  }
  const loops = findLoops(nodes.keys(), above);
  const groups = new Map<TreeGroup["heading"], GrowingNode[]>();
  for (const node of nodes.values()) {
    const { id } = node.namespace;
    const upper = above.get(id);
    if (loops.has(id)) addTo(groups, "loop", node);
    else if (upper !== undefined) nodes.get(upper)?.children.push(node);
    else addTo(groups, rootHeading(graph, node.namespace, relation), node);
  }
  return HEADINGS.flatMap((heading) => {
    const roots = groups.get(heading);
    return roots === undefined ? [] : [{ heading, roots }];
  });
}

function ownerTreeParent(graph: NamespaceGraph, namespace: Namespace): NamespaceId | undefined {
  if (namespace.type === "user") return linkedId(namespace.parent) ?? linkedId(namespace.owner);
  const owner = linkedId(namespace.owner);
  if (namespace.type === "pid") {
    const parent = graph.parent(namespace);
    const isOfSameOwner = parent?.owner.state === namespace.owner.state && linkedId(parent.owner) === owner;
    if (parent?.type === "pid" && isOfSameOwner) return parent.id;
  }
  return owner;
}

function rootHeading(graph: NamespaceGraph, namespace: Namespace, relation: "owner" | "parent"): TreeGroup["heading"] {
  if (relation === "parent" && !isHierarchical(namespace.type)) return "visible";
  const link: Link = relation === "owner" && namespace.type !== "user" ? namespace.owner : namespace.parent;
  switch (link.state) {
    case "none":
      return "visible";
    case "invisible":
      // A visible top of a hierarchy is where the tree begins; what it owns is found below it.
      return isHierarchical(namespace.type) && (relation === "parent" || namespace.type === "user")
        ? "visible"
        : "invisible-owner";
    case "known":
      if (!isTop(namespace) && graph.namespace(link.id) !== undefined) return "above-selection";
      return isTop(namespace) ? "visible" : "unknown-owner";
    case "unknown":
      return isTop(namespace) ? "visible" : "unknown-owner";
  }
}

function isTop({ initial, type }: Namespace): boolean {
  return initial === true && type === "user";
}

/** The ids that can be reached from themselves by going up, so that no root is above them: one of each loop stands for it. */
function findLoops(ids: Iterable<NamespaceId>, above: ReadonlyMap<NamespaceId, NamespaceId>): ReadonlySet<NamespaceId> {
  const entries = new Set<NamespaceId>();
  const walked = new Map<NamespaceId, NamespaceId>();
  for (const start of ids) {
    let id: NamespaceId | undefined = start;
    while (id !== undefined && !walked.has(id)) {
      walked.set(id, start);
      id = above.get(id);
    }
    if (id !== undefined && walked.get(id) === start) entries.add(id);
  }
  return entries;
}
