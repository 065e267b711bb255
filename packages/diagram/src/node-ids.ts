import type { Namespace, NamespaceGraph, NamespaceId } from "@ns-graph/graph";

/**
 * Names that nodes have in every picture of the same namespaces: `net_4026532281`. Where a graph has two namespaces of
 * one type and inode number, the later one's device is added.
 */
export class NodeIds {
  readonly #ids = new Map<NamespaceId, string>();
  readonly #taken = new Set<string>();

  constructor(graph: NamespaceGraph) {
    for (const namespace of graph.namespaces()) {
      const { id, type, ino, dev } = namespace;
      let name = `${type}_${ino}`;
      if (this.#taken.has(name)) name = `${name}_${dev}`;
      const stem = name;
      for (let n = 2; this.#taken.has(name); n++) name = `${stem}_${n}`;
      this.#taken.add(name);
      this.#ids.set(id, name);
    }
  }

  /** The name of a namespace of the graph. */
  of(namespace: Namespace): string {
    return this.#ids.get(namespace.id) ?? `${namespace.type}_${namespace.ino}`;
  }
}
