import { release } from "node:os";
import {
  compareReleases,
  holdByNumber,
  holdBySockets,
  holdInThread,
  makeKeeper,
  requireNamespaces,
} from "@ns-graph/testkit";
import { expect, test, vi } from "vitest";
import { scan } from "./scan.js";

/*
 * Where the kernel does not tell whether threads share their descriptors, those of each are read.
 */

vi.mock("../src/kernel/syscall-numbers.js", async (importOriginal) => ({
  ...(await importOriginal<typeof import("../src/kernel/syscall-numbers.js")>()),
  KCMP: undefined,
}));

test("a thread's own descriptor is found, and what threads share is told once", async (context) => {
  requireNamespaces(context, "net");
  await using keeper = await makeKeeper();
  const { pid, tid, fd, byDescriptor } = await holdInThread(keeper, "own table");
  const shared = await holdBySockets(keeper);
  await shared.held.startThread();
  const graph = await scan();
  expect(graph.pins(byDescriptor.id)).toEqual([{ kind: "fd", namespace: byDescriptor.id, pid, tid, fd }]);
  expect(graph.pins(shared.namespace.id)).toEqual(
    shared.fds.map((socket) => ({ kind: "socket", namespace: shared.namespace.id, pid: shared.pid, fd: socket })),
  );
});

test.for([
  ["inotify", "6.18"],
  // A pidfd of a thread.
  ["tun", "6.9"],
] as const)("a thread's own %s is found, though it has the number of another", async ([of, since], context) => {
  requireNamespaces(context, "net");
  await using keeper = await makeKeeper();
  const { pid, tid, fd, namespaces } = await holdByNumber(context, keeper, of);
  const graph = await scan();
  const [ofProcess, ofThread] = namespaces;
  if (compareReleases(release(), since) < 0) {
    // That something may be missing is said.
    expect(graph.problems()).toContainEqual(expect.objectContaining({ pid, tid }));
    return;
  }
  expect(graph.pins(ofProcess.id)).toEqual([{ kind: "file", namespace: ofProcess.id, pid, fd, of }]);
  expect(graph.pins(ofThread.id)).toEqual([{ kind: "file", namespace: ofThread.id, pid, tid, fd, of }]);
});

test("the descriptors of a process whose main thread has exited are told once", async (context) => {
  requireNamespaces(context, "net");
  await using keeper = await makeKeeper();
  const { pid, fd, byDescriptor } = await holdInThread(keeper, "leader exited");
  const graph = await scan();
  expect(graph.pins(byDescriptor.id)).toMatchObject([{ kind: "fd", namespace: byDescriptor.id, pid, fd }]);
});
