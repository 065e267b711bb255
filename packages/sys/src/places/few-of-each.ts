import { type NamespaceId, obtain } from "@ns-graph/graph";
import { LISTED } from "./findings.js";

/** Mounts of namespaces, each once: those of one namespace are kept up to a number, and the others counted. */
export class FewOfEach<Mount> {
  /** By the number of the mount. */
  readonly kept = new Map<number, Mount>();
  readonly #keptOf = new Map<NamespaceId, number>();
  readonly #counted = new Map<NamespaceId, Set<number>>();

  /** Whether a mount is to be kept; if not, it is counted. One that was met before is what it was. */
  admit(id: NamespaceId, mount: number): boolean {
    if (this.kept.has(mount) || (this.#keptOf.get(id) ?? 0) < LISTED) return true;
    this.#count(id, mount);
    return false;
  }

  /** Keeps a mount that was admitted, in place of what was kept of it before. */
  keep(id: NamespaceId, mount: number, value: Mount): void {
    if (!this.kept.has(mount)) this.#keptOf.set(id, (this.#keptOf.get(id) ?? 0) + 1);
    this.#counted.get(id)?.delete(mount);
    this.kept.set(mount, value);
  }

  /** How many mounts of a namespace were counted without being kept. */
  more(id: NamespaceId): number {
    return this.#counted.get(id)?.size ?? 0;
  }

  /** Counts what others counted. */
  addCounted(others: FewOfEach<unknown>): void {
    for (const [id, mounts] of others.#counted)
      for (const mount of mounts) if (!this.kept.has(mount)) this.#count(id, mount);
  }

  #count(id: NamespaceId, mount: number): void {
    obtain(this.#counted, id, () => new Set<number>()).add(mount);
  }
}
