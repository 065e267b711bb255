import { constants } from "node:os";
import type { NamespaceGraph, Problem } from "@ns-graph/graph";
import {
  type MountedNamespace,
  makeKeeper,
  mountWithoutProcesses,
  requireKernel,
  requireNamespaces,
} from "@ns-graph/testkit";
import { expect, test, vi } from "vitest";
import { errnoName } from "../src/kernel/errno.js";
import { STATMOUNT } from "../src/kernel/syscall-numbers.js";
import { scan } from "./scan.js";

/*
 * listns(2), listmount(2) and statmount(2), each call with each errno. Most versions of strace(1) have no names for them,
 * so that it can't make them fail. EINTR is not among the errnos: one place makes every call again that was interrupted.
 */

const { EACCES, EIO, EMFILE, ENFILE, ENOENT, ENOMEM, EPERM, ESRCH } = constants.errno;

const fault = vi.hoisted(() => ({ at: 0, errno: 0, calls: [] as number[] }));

vi.mock("../src/kernel/libc.js", async (importOriginal) => {
  const original = await importOriginal<typeof import("../src/kernel/libc.js")>();
  return {
    ...original,
    syscallInto: (...args: Parameters<typeof original.syscallInto>) => {
      fault.calls.push(args[0]);
      return fault.calls.length === fault.at ? -fault.errno : original.syscallInto(...args);
    },
  };
});

/** A scan in which that call fails; none does where it is 0. */
function scanWithFault(at: number, errno: number): Promise<NamespaceGraph> {
  Object.assign(fault, { at, errno, calls: [] });
  return scan();
}

test("a list or mount that can't be read: what is missing is said", { timeout: 300_000 }, async (context) => {
  requireKernel(context, "6.11");
  requireNamespaces(context, "user", "pid", "mnt", "uts");
  await using keeper = await makeKeeper();
  const { user, pidNamespace, mnt, inner } = await mountWithoutProcesses(keeper);
  const mounted: readonly MountedNamespace[] = [user, pidNamespace, mnt, inner];
  const missingIn = (graph: NamespaceGraph): string[] =>
    mounted.filter(({ namespace }) => graph.pins(namespace.id).length === 0).map(({ path }) => path);
  const healthy = await scanWithFault(0, 0);
  expect(missingIn(healthy)).toEqual([]);
  const calls = fault.calls;
  expect(calls).toContain(STATMOUNT);
  const known = new Set(healthy.problems().map((problem) => JSON.stringify(problem)));
  const isNew = (problem: Problem): boolean => !known.has(JSON.stringify(problem));
  const unsaid: string[] = [];
  for (const [i, call] of calls.entries()) {
    for (const errno of [EACCES, EIO, EMFILE, ENFILE, ENOENT, ENOMEM, EPERM, ESRCH]) {
      const graph = await scanWithFault(i + 1, errno);
      expect(fault.calls.length).toBeGreaterThan(i);
      const missing = missingIn(graph);
      // What is not there any more was unmounted meanwhile.
      const mayBeGone = call === STATMOUNT && errno === ENOENT && missing.length === 1;
      if (missing.length > 0 && !mayBeGone && !graph.problems().some(isNew))
        unsaid.push(`${errnoName(errno)} from call ${i + 1}, ${call}: ${missing.join(", ")}`);
    }
  }
  expect(unsaid).toEqual([]);
});
