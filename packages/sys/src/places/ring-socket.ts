import type { NamespaceId } from "@ns-graph/graph";

/** A socket that is registered in an io_uring(7). */
export interface RingSocket {
  readonly who: { readonly pid: number; readonly tid?: number };
  /** The descriptor of the ring. */
  readonly fd: number;
  /** Its inode in sockfs. */
  readonly ino: number;
  /** The network namespace that who has the ring is in; undefined where that is not known. */
  readonly own: NamespaceId | undefined;
}
