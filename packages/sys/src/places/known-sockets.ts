import type { NamespaceId } from "@ns-graph/graph";

/** What one process's sockets say that counts for those of others. */
export class KnownSockets {
  /** The namespace of each socket that was asked, by its inode in sockfs. */
  readonly asked = new Map<number, NamespaceId>();
  /** st_dev of sockfs, once it is known. */
  sockfs: number | undefined;
  /** By the inode of a network namespace, how often its tables would have helped, and the sockets in them once they were read. */
  readonly tables = new Map<number, { wanted: number; inodes: ReadonlySet<number> | undefined }>();
}
