import { readlinkSync } from "node:fs";
import { createServer } from "node:net";
import { holdBySockets, makeKeeper, mountAroundRoot, requireKernel, requireNamespaces } from "@ns-graph/testkit";
import { expect, test } from "vitest";
import { scan } from "./scan.js";

/*
 * Ways in which a process tries not to show what it holds.
 */

test("an address with a newline in it lists nobody's socket as one at home", async (context) => {
  requireNamespaces(context, "net");
  await using keeper = await makeKeeper();
  const { namespace, pid, fds, held } = await holdBySockets(keeper);
  // So many of the machine's that its tables are read.
  for (let i = 0; i < 8; i++) await held.socketPair();
  const inode = /\d+/.exec(readlinkSync(`/proc/${pid}/fd/${fds[0]}`))?.[0];
  const other = /\d+/.exec(readlinkSync(`/proc/${pid}/fd/${fds[1]}`))?.[0];
  const line = (number: string | undefined) => `\n0: 00000002 00000000 00000000 0001 01 ${number} y`;
  const server = createServer().listen({ path: `\0x${line(inode)}${line(other)}` });
  await new Promise((resolve, reject) => server.once("listening", resolve).once("error", reject));
  try {
    const graph = await scan();
    expect(graph.pins(namespace.id)).toEqual(fds.map((fd) => ({ kind: "socket", namespace: namespace.id, pid, fd })));
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});

test("a mount over the root of a mount namespace hides nothing", async (context) => {
  requireNamespaces(context, "mnt", "uts");
  requireKernel(context, "6.12");
  await using keeper = await makeKeeper();
  const { held, pid, inside, outside, mountNamespace } = await mountAroundRoot(keeper, "folder", { chrooted: false });
  await held.mount("tmpfs", "/");
  await held.chroot("/..");
  expect(readlinkSync(`/proc/${pid}/root`)).toBe("/");
  const graph = await scan();
  for (const { namespace, path } of [inside, outside])
    expect(graph.pins(namespace.id)).toEqual([
      { kind: "mount", namespace: namespace.id, path, mountNamespace: mountNamespace.id },
    ]);
});
