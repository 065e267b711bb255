import type { Problem } from "@ns-graph/graph";
import { EMFILE, ENFILE } from "../kernel/errno.js";
import { closeFd, closeFds, raiseDescriptorLimit, reserveDescriptor } from "../kernel/libc.js";

/** Something that keeps a descriptor which it can do without. */
export interface DescriptorHolder {
  fd: number;
  /** Whether it is asked again later, so that others are closed first. */
  readonly isNeededLater: boolean;
  /** Called before its descriptor is closed to make room: what has to be asked of it for later is asked now. */
  prepareToClose(): void;
}

/** How many of those that were kept last are in use. */
const IN_USE = 8;

/** How many descriptors the kernel's table of a process has room for at first (NR_OPEN_DEFAULT, linux/fdtable.h). */
const FIRST_ROOM = 64;
/** By how much the table is made to grow at once; the lesser fits below the usual soft limit of 1024. */
const GROWTH = [64, 16];
/** Descriptors above those that are kept: directories and files while they are read. */
const TRANSIENT = 16;

/**
 * The descriptors that are kept open until the scan is over, so that no inode number is reused meanwhile.
 *
 * Where no more may be opened, the soft limit is raised to the hard one; where that is not enough, the descriptors kept
 * longest are closed (their namespaces were asked already), those last that are asked again, and the graph says so.
 */
export class DescriptorBudget {
  #kept: DescriptorHolder[] = [];
  #room = FIRST_ROOM;
  #raised = false;
  #exceeded = false;

  /** Keeps a holder's descriptor. */
  keep(holder: DescriptorHolder): void {
    this.#kept.push(holder);
    if (holder.fd + TRANSIENT >= this.#room) this.#widen(holder.fd);
  }

  /**
   * Left to itself the table doubles, and each time the kernel waits until no thread of this process can be reading the
   * old one (expand_fdtable, fs/file.c), which takes as long as reading hundreds of processes.
   */
  #widen(fd: number): void {
    const factor = GROWTH.find((growth) => reserveDescriptor(fd, this.#room * growth - 1));
    this.#room = factor === undefined ? Number.POSITIVE_INFINITY : this.#room * factor;
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
    const closing = new Set(this.#chooseOldest());
    if (closing.size === 0) return false;
    this.#exceeded = true;
    this.#kept = this.#kept.filter((holder) => !closing.has(holder));
    for (const holder of closing) {
      holder.prepareToClose();
      closeFd(holder.fd);
      holder.fd = -1;
    }
    return true;
  }

  #chooseOldest(): readonly DescriptorHolder[] {
    const kept = this.#kept;
    // A part of them, so that the kept ones are not gone through for each few.
    const most = Math.min(Math.max(64, kept.length >> 3), Math.ceil(kept.length / 2));
    const older = kept.slice(0, Math.max(most, kept.length - IN_USE));
    const dispensable = older.filter(({ isNeededLater }) => !isNeededLater);
    return (dispensable.length > 0 ? dispensable : older).slice(0, most);
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
