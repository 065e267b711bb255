import { type Membership, NAMESPACE_TYPES, type NamespaceId, type NamespaceType, namespaceId } from "@ns-graph/graph";

/** Makes one object of equal memberships. Inode 0 stands for a link that could not be read. */
export class Memberships {
  readonly #byInodes = new Map<string, Membership>();
  readonly #ids = new Map<number, NamespaceId>();
  readonly #dev: number;
  #last: Membership | undefined;
  readonly #lastInodes = new Float64Array(NAMESPACE_TYPES.length);

  /** `dev` is st_dev of nsfs: one for all namespaces of a running kernel. */
  constructor(dev: number) {
    this.#dev = dev;
  }

  id(inode: number): NamespaceId {
    let id = this.#ids.get(inode);
    if (id === undefined) {
      id = namespaceId(this.#dev, inode);
      this.#ids.set(inode, id);
    }
    return id;
  }

  /** The membership of these inodes, in the canonical order of the types. */
  of(inodes: Float64Array): Membership {
    // Neighbours in /proc are usually in the same namespaces.
    if (this.#last !== undefined && this.#isAsLast(inodes)) return this.#last;
    const key = inodes.join();
    let membership = this.#byInodes.get(key);
    if (membership === undefined) {
      const entries: [NamespaceType, NamespaceId][] = [];
      NAMESPACE_TYPES.forEach((type, i) => {
        const inode = inodes[i] as number;
        if (inode > 0) entries.push([type, this.id(inode)]);
      });
      membership = Object.freeze(Object.fromEntries(entries)) as Membership;
      this.#byInodes.set(key, membership);
    }
    this.#last = membership;
    this.#lastInodes.set(inodes);
    return membership;
  }

  #isAsLast(inodes: Float64Array): boolean {
    for (let i = 0; i < inodes.length; i++) if (inodes[i] !== this.#lastInodes[i]) return false;
    return true;
  }
}
