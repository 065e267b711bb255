import { holdBySockets, holdInThread, makeKeeper, requireNamespaces } from "@ns-graph/testkit";
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

test("the descriptors of a process whose main thread has exited are told once", async (context) => {
  requireNamespaces(context, "net");
  await using keeper = await makeKeeper();
  const { pid, fd, byDescriptor } = await holdInThread(keeper, "leader exited");
  const graph = await scan();
  expect(graph.pins(byDescriptor.id)).toMatchObject([{ kind: "fd", namespace: byDescriptor.id, pid, fd }]);
});
