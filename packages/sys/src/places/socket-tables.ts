/** A table of sockets in /proc/PID/net (proc_pid_net(5)). */
export interface SocketTable {
  readonly file: string;
  /** Position of the inode among the fields of a line. */
  readonly column: number;
}

/**
 * The tables that list the sockets of a network namespace with their inodes. That of unix(7) sockets is not among them: it
 * shows their addresses as they are, and whoever binds one with a newline in it writes lines of their own.
 */
export const SOCKET_TABLES: readonly SocketTable[] = [
  { file: "tcp", column: 9 },
  { file: "tcp6", column: 9 },
  { file: "udp", column: 9 },
  { file: "udp6", column: 9 },
  { file: "netlink", column: 9 },
  { file: "raw", column: 9 },
  { file: "packet", column: 8 },
];

/** The inodes in a table. */
export function socketInodes(table: SocketTable, text: string): number[] {
  const inodes: number[] = [];
  for (const line of text.split("\n").slice(1)) {
    const ino = Number(line.trim().split(/\s+/, table.column + 1)[table.column]);
    if (Number.isSafeInteger(ino) && ino > 0) inodes.push(ino);
  }
  return inodes;
}
