import { addTo, type NamespaceId } from "@ns-graph/graph";

/** How many threads are remembered of one namespace. */
const SAMPLE = 16;

/**
 * Threads that are in another namespace than their main thread, and those whose children will be in another one than they
 * are themselves: it may have no other member to look through.
 */
export class LeadingThreads {
  readonly #byNamespace = new Map<NamespaceId, number[]>();

  note(namespace: NamespaceId, tid: number): void {
    if (this.to(namespace).length < SAMPLE) addTo(this.#byNamespace, namespace, tid);
  }

  /** TIDs: /proc/TID is there for each (proc_tid(5)), though /proc does not list it. */
  to(namespace: NamespaceId): readonly number[] {
    return this.#byNamespace.get(namespace) ?? [];
  }
}
