import { addTo, type NamespaceId } from "@ns-graph/graph";

/** How many threads of one mount namespace are remembered. */
const SAMPLE = 16;

/** Threads that are in another mount namespace than their main thread: it may have no other member to look through. */
export class ThreadsApart {
  readonly #byMountNamespace = new Map<NamespaceId, number[]>();

  note(mountNamespace: NamespaceId, tid: number): void {
    if (this.in(mountNamespace).length < SAMPLE) addTo(this.#byMountNamespace, mountNamespace, tid);
  }

  /** TIDs: /proc/TID is there for each (proc_tid(5)), though /proc does not list it. */
  in(mountNamespace: NamespaceId): readonly number[] {
    return this.#byMountNamespace.get(mountNamespace) ?? [];
  }
}
