/** A descriptor of the root of a mount that may be attached nowhere. */
export interface TreeDescriptor {
  readonly who: { readonly pid: number; readonly tid?: number };
  readonly fd: number;
  /** The number of the mount. */
  readonly mount: number;
}

/** More than any machine has; each costs some calls for each mount namespace. */
const MOST_TREES = 256;

/** The trees of mounts that may be attached nowhere, until all mount namespaces are known in which they could be. */
export class KnownTrees {
  readonly #trees = new Map<string, TreeDescriptor>();
  /** Which processes have others that were left out, and how many. */
  readonly leftOut = new Map<number, number>();

  /** Keeps one descriptor of each tree that a process has: which of several it was made with is not known. */
  add(tree: TreeDescriptor): void {
    const key = `${tree.who.pid} ${tree.mount}`;
    if (this.#trees.has(key)) return;
    if (this.#trees.size < MOST_TREES) this.#trees.set(key, tree);
    else this.leftOut.set(tree.who.pid, 1 + (this.leftOut.get(tree.who.pid) ?? 0));
  }

  /** Hands them over. */
  take(): readonly TreeDescriptor[] {
    const trees = [...this.#trees.values()];
    this.#trees.clear();
    return trees;
  }
}
