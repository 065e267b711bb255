/**
 * The tables in /proc/PID/net that list the sockets of a network namespace (proc_pid_net(5)), each with the position of the
 * inode among the fields of a line. That of unix(7) sockets is not among them: it shows their addresses as they are, and whoever
 * binds one with a newline in it writes lines of their own.
 */
export const SOCKET_TABLES: ReadonlyMap<string, number> = new Map([
  ...["tcp", "tcp6", "udp", "udp6", "netlink", "raw"].map((file) => [file, 9] as const),
  ["packet", 8],
]);

/** The inodes in a table, which are in that column. */
export function socketInodes(column: number, text: string): number[] {
  const inodes: number[] = [];
  for (const line of text.split("\n").slice(1)) {
    const ino = Number(line.trim().split(/\s+/, column + 1)[column]);
    if (Number.isSafeInteger(ino) && ino > 0) inodes.push(ino);
  }
  return inodes;
}
