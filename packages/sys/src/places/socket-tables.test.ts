import { expect, test } from "vitest";
import { SOCKET_TABLES, socketInodes } from "./socket-tables.js";

/** The heads and two lines of each, as Linux 6.18 writes them; the sockets are 1111 and 2222. */
const TEXTS: Readonly<Record<string, string>> = {
  tcp: `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1111 1 ffff888003c3c000 100 0 0 10 0
   1: 0100007F:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2222 1 ffff888003c3c000 100 0 0 10 0
`,
  udp: `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  100: 00000000:0044 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1111 2 ffff888003a3a000 0
  200: 00000000:0045 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 2222 2 ffff888003a3a000 0
`,
  netlink: `sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode
ffff888003b3b000 0   812        00000111 0        0        0     2        0        1111
ffff888003b3c000 15  0          00000000 0        0        0     2        0        2222
`,
  packet: `sk               RefCnt Type Proto  Iface R Rmem   User   Inode
ffff888003c1c000 3      3    0003   2     1 0      0      1111
ffff888003c1d000 3      2    88cc   0     1 0      0      2222
`,
};
const like: Readonly<Record<string, string>> = { tcp6: "tcp", udp6: "udp", raw: "udp" };

test.for([...SOCKET_TABLES])("the inodes in /proc/PID/net/%s", ([file, column]) => {
  const text = TEXTS[like[file] ?? file];
  if (text === undefined) throw new Error(`no example of ${file}`);
  expect(socketInodes(column, text)).toEqual([1111, 2222]);
});

test("no table shows text that somebody chose", () => {
  expect([...SOCKET_TABLES.keys()]).not.toContain("unix");
});

test("a socket that belongs to nobody has inode 0, and is left out", () => {
  expect(socketInodes(9, (TEXTS.tcp as string).replace("1111", "0"))).toEqual([2222]);
  expect(socketInodes(9, "")).toEqual([]);
});
