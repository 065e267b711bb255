import type { NamespaceId } from "@ns-graph/graph";

/** How many threads of one mount namespace are remembered. */
const SAMPLE = 16;

/** Threads that are in another mount namespace than their main thread: it may have no other member to look through. */
export class ThreadsApart {
  readonly #byMountNamespace = new Map<NamespaceId, number[]>();

  note(mountNamespace: NamespaceId, tid: number): void {
    const tids = this.#byMountNamespace.get(mountNamespace) ?? [];
    if (tids.length < SAMPLE) tids.push(tid);
    this.#byMountNamespace.set(mountNamespace, tids);
  }

  /** TIDs: /proc/TID is there for each (proc_tid(5)), though /proc does not list it. */
  in(mountNamespace: NamespaceId): readonly number[] {
    return this.#byMountNamespace.get(mountNamespace) ?? [];
  }
}
