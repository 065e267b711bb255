import {
  makeKeeper,
  namespaceOf,
  openFolder,
  openFuseDevice,
  requireKernel,
  startLoad,
  whileExecuting,
} from "@ns-graph/testkit";
import { checkDescriptors } from "@ns-graph/testkit/contract";
import { beforeEach, describe, expect, test } from "vitest";
import { countHolders, expectSaid, HostileMachine, problemsOf, requireLoads } from "./hostile-machine.js";

checkDescriptors();
beforeEach(requireLoads);

/** How root may look at the machine. */
const WAYS: readonly (readonly string[])[] = [[], ["--facts"], ["--no-pids"], ["--quick"], ["--quick", "--no-pids"]];
/** Of each process the last reads links alone, which is not promised to wait for nobody (SECURITY.md). */
const BEYOND_LINKS = WAYS.slice(0, -1);

describe("a file system in a user's own namespace whose daemon does not answer: root waits for nothing, asks it nothing", () => {
  test.for([
    ["it is mounted", "plain"],
    ["it is bind-mounted", "bound"],
    ["an overlay lies on it", "overlay"],
    ["an overlay lies on an overlay on it", "stacked"],
    ["it covers a namespace's mount, and a folder with one", "covering"],
  ] as const)("%s: the namespaces in it are found", async ([, mode], context) => {
    // Mounts of FUSE by users in their own namespaces; of overlays since 5.11.
    requireKernel(context, "5.11");
    await using keeper = await makeKeeper();
    const machine = await HostileMachine.make(keeper);
    const folder = openFolder(keeper, "load");
    const load = await startLoad(context, keeper, "fuse", [openFuseDevice(keeper), folder, mode]);
    const mountNamespace = namespaceOf(load.pid, "mnt").id;
    for (const args of WAYS.slice(0, 2)) {
      const seen = await machine.see(args);
      for (const namespace of load.namespaces) {
        expect(seen.graph.namespace(namespace.id)).toMatchObject({ type: "uts" });
        expect(countHolders(seen, namespace, "mount")).toBe(1);
        // Either it was opened without a question, or it is said why not.
        if (seen.graph.namespace(namespace.id)?.owner.state === "known") continue;
        expectSaid(seen, { code: "MOUNT_MAY_WAIT", namespace: namespace.id });
      }
      expect(seen.pins).toContainEqual(expect.objectContaining({ kind: "mount", mountNamespace }));
    }
    for (const args of WAYS.slice(2)) await machine.run(args);
    for (const { ino } of load.namespaces) await machine.run(["show", `uts:[${ino}]`]);
    await machine.run(["show", String(load.pid)]);
    expect(load.held.output()).not.toContain("asked");
  });
});

describe("in the middle of execve(2), while the kernel waits for a daemon to close a file", () => {
  test.for([1, 12])(
    "%i processes: each is shown with its namespaces, and what can't be looked at is said",
    async (count, context) => {
      // The namespaces of a pidfd.
      requireKernel(context, "6.11");
      await using keeper = await makeKeeper();
      const machine = await HostileMachine.make(keeper);
      const folder = openFolder(keeper, "load");
      const load = await startLoad(context, keeper, "fuse", [openFuseDevice(keeper), folder, "executing", count]);
      expect(load.pids).toHaveLength(count);
      const mountNamespace = namespaceOf(load.pid, "mnt").id;
      const all = await whileExecuting(load, async () => {
        const told = [await machine.see(), await machine.see(["--facts"])];
        for (const args of BEYOND_LINKS.slice(2)) await machine.run(args);
        await machine.run(["show", String(load.pids[0])]);
        return told;
      });
      for (const seen of all) {
        for (const [i, pid] of load.pids.entries()) {
          expectSaid(seen, { code: "PROCESS_EXECUTING", pid });
          expect(problemsOf(seen, { pid })).toEqual([{ code: "PROCESS_EXECUTING", pid }]);
          const { namespaces, ppid } = seen.graph.process(pid) ?? {};
          expect(ppid).toBe(load.pid);
          expect(namespaces).toMatchObject({ uts: load.namespaces[i]?.id, mnt: mountNamespace });
        }
        expect(seen.stderr).toContain("in the middle of execve(2)");
      }
    },
  );
});
