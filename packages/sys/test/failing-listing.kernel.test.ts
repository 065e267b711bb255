import { readlinkSync } from "node:fs";
import { constants } from "node:os";
import { holdByDescriptor, makeKeeper, requireNamespaces } from "@ns-graph/testkit";
import { expect, test, vi } from "vitest";
import { scan } from "./scan.js";

/*
 * What means that a process has gone is believed only where it has.
 */

const fault = vi.hoisted(() => ({ pid: 0, at: "open" as "open" | "list", errno: 0 }));

vi.mock("../src/kernel/libc.js", async (importOriginal) => {
  const original = await importOriginal<typeof import("../src/kernel/libc.js")>();
  const leadsTo = (fd: number): string => readlinkSync(`/proc/self/fd/${fd}`);
  const isFailing = (at: "open" | "list", path: string): boolean => fault.at === at && path === `/proc/${fault.pid}/fd`;
  return {
    ...original,
    openAt: (...args: Parameters<typeof original.openAt>) => {
      const [dirfd, path] = args;
      const fails = path === "fd" && isFailing("open", `${leadsTo(dirfd)}/fd`);
      return fails ? -fault.errno : original.openAt(...args);
    },
    listNumbers: (...args: Parameters<typeof original.listNumbers>) =>
      isFailing("list", leadsTo(args[0])) ? -fault.errno : original.listNumbers(...args),
  };
});

test.for([
  ["ENOENT", "open"],
  ["ENOENT", "list"],
  ["ESRCH", "open"],
  ["ESRCH", "list"],
] as const)("%s when a living process's descriptors are asked for (%s) is said", async ([errno, at], context) => {
  requireNamespaces(context, "net");
  await using keeper = await makeKeeper();
  const { pid, namespace } = await holdByDescriptor(keeper);
  Object.assign(fault, { pid, at, errno: constants.errno[errno] });
  const graph = await scan();
  expect(graph.pins(namespace.id).filter((pin) => "pid" in pin && pin.pid === pid)).toEqual([]);
  expect(graph.problems().filter((problem) => problem.pid === pid)).toEqual([
    { code: "DESCRIPTORS_UNREADABLE", pid, errno },
  ]);
  expect(graph.complete).toBe(false);
});
