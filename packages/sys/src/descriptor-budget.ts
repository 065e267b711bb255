import type { Problem } from "@ns-graph/graph";
import { EMFILE, ENFILE } from "./errno.js";
import { closeFd, closeFds, raiseDescriptorLimit } from "./libc.js";

/** Something that keeps a descriptor which it can do without. */
export interface DescriptorHolder {
  fd: number;
}

/**
 * The descriptors that are kept open until the scan is over, so that no inode number is reused meanwhile.
 *
 * Where no more may be opened, the soft limit is raised to the hard one; where that is not enough, the descriptors kept
 * longest are closed (their namespaces were asked already), and the graph says so.
 */
export class DescriptorBudget {
  #kept: DescriptorHolder[] = [];
  #raised = false;
  #exceeded = false;

  /** Keeps a holder's descriptor. */
  keep(holder: DescriptorHolder): void {
    this.#kept.push(holder);
  }

  /** Runs a call that makes a descriptor; where there are too many, makes room and runs it again. */
  open(run: () => number): number {
    for (;;) {
      const fd = run();
      if ((fd !== -EMFILE && fd !== -ENFILE) || !this.#makeRoom(fd === -EMFILE)) return fd;
    }
  }

  #makeRoom(own: boolean): boolean {
    if (own && !this.#raised) {
      this.#raised = true;
      if (raiseDescriptorLimit()) return true;
    }
    const oldest = this.#kept.splice(0, Math.min(64, Math.ceil(this.#kept.length / 2)));
    if (oldest.length === 0) return false;
    this.#exceeded = true;
    for (const holder of oldest) {
      closeFd(holder.fd);
      holder.fd = -1;
    }
    return true;
  }

  /** The descriptors kept now. */
  kept(): ReadonlySet<number> {
    return new Set(this.#kept.map(({ fd }) => fd));
  }

  problems(): Problem[] {
    return this.#exceeded ? [{ code: "DESCRIPTOR_LIMIT", errno: "EMFILE" }] : [];
  }

  /** Closes all that is kept. */
  close(): void {
    closeFds(this.#kept.map(({ fd }) => fd));
    for (const holder of this.#kept) holder.fd = -1;
    this.#kept = [];
  }
}
