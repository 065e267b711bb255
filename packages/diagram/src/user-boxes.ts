import {
  forest,
  linkedId,
  type Namespace,
  type NamespaceGraph,
  type NamespaceId,
  type TreeGroup,
  type TreeNode,
} from "@ns-graph/graph";
import type { Box, Edge } from "./diagram.js";
import { pinsOf } from "./namespaces-node.js";
import type { NodeIds } from "./node-ids.js";

/** Boxes deeper than this stand beside each other and an edge leads to the parent: the kernel nests 33 deep at most. */
const DEEPEST = 40;

/** The boxes of a graph, and in which of them a namespace stands. */
export interface UserBoxes {
  readonly boxes: readonly Box[];
  /** Edges that say what boxes too deep to be drawn do not. */
  readonly edges: readonly Edge[];
  /** The id of the box that a namespace stands in, or of the user namespace's own box. */
  boxOf(namespace: Namespace): string;
  /** The box that a namespace stands in; of a user namespace the one around its own. */
  around(namespace: Namespace): string | undefined;
}

/** One box for each user namespace in that of its parent, and one for each reason why an owner is not known. */
export function buildUserBoxes(graph: NamespaceGraph, ids: NodeIds): UserBoxes {
  const builder = new BoxBuilder(graph, ids);
  for (const { heading, roots } of forest(graph, "owner")) {
    const queue: { readonly node: TreeNode; readonly above: Namespace | undefined }[] = [];
    for (let i = roots.length - 1; i >= 0; i--) queue.push({ node: roots[i] as TreeNode, above: undefined });
    for (let entry = queue.pop(); entry !== undefined; entry = queue.pop()) {
      const { namespace, children } = entry.node;
      if (namespace.type === "user") builder.add(namespace, entry.above, heading);
      const above = namespace.type === "user" ? namespace : entry.above;
      for (let i = children.length - 1; i >= 0; i--) queue.push({ node: children[i] as TreeNode, above });
    }
  }
  return builder;
}

type HeadingKind = Exclude<Box["kind"], "user">;

class BoxBuilder implements UserBoxes {
  readonly boxes: Box[] = [];
  readonly edges: Edge[] = [];
  readonly #graph: NamespaceGraph;
  readonly #ids: NodeIds;
  readonly #boxOfUser = new Map<NamespaceId, string>();
  readonly #headings = new Set<HeadingKind>();
  readonly #placed = new Map<string, { readonly inside: string | undefined; readonly depth: number }>();

  constructor(graph: NamespaceGraph, ids: NodeIds) {
    this.#graph = graph;
    this.#ids = ids;
  }

  boxOf(namespace: Namespace): string {
    const box = this.#boxOfUser.get(namespace.id) ?? this.#boxOfUser.get(linkedId(namespace.owner) ?? "");
    return box ?? this.#heading(this.#headingOf(namespace));
  }

  around(namespace: Namespace): string | undefined {
    const own = this.boxOf(namespace);
    return namespace.type === "user" ? this.#placed.get(own)?.inside : own;
  }

  add(namespace: Namespace, above: Namespace | undefined, heading: TreeGroup["heading"]): void {
    const id = this.#ids.of(namespace);
    let inside = above && this.#boxOfUser.get(above.id);
    if (above === undefined && heading !== "visible" && heading !== "above-selection") inside = this.#heading(heading);
    let depth = inside === undefined ? 0 : (this.#placed.get(inside)?.depth ?? 0) + 1;
    if (depth > DEEPEST && inside !== undefined && above !== undefined) {
      this.edges.push({ kind: "parent", from: { id, namespace }, to: { id: inside, namespace: above } });
      inside = this.#placed.get(inside)?.inside;
      depth = DEEPEST;
    }
    this.#placed.set(id, { inside, depth });
    this.#boxOfUser.set(namespace.id, id);
    this.boxes.push({
      id,
      inside,
      kind: "user",
      namespaces: [namespace],
      chain: [],
      memberCount: this.#graph.memberCount(namespace.id),
      pins: pinsOf(this.#graph, [namespace]),
    });
  }

  #headingOf(namespace: Namespace): HeadingKind {
    if (namespace.owner.state === "invisible") return "invisible-owner";
    return this.#graph.owner(namespace) === undefined ? "unknown-owner" : "above-selection";
  }

  #heading(kind: HeadingKind): string {
    if (!this.#headings.has(kind)) {
      this.#headings.add(kind);
      this.boxes.push({ id: kind, inside: undefined, kind, namespaces: [], chain: [], memberCount: 0, pins: [] });
    }
    return kind;
  }
}
