import { readFileSync, readlinkSync } from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import { checkDescriptors } from "../contract/check-descriptors.js";
import {
  exitLeader,
  expectNoLeak,
  type Held,
  holdByDescriptor,
  holdBySockets,
  holdForChildren,
  holdInFlight,
  leaveBehind,
  makeKeeper,
  makeZombie,
  namespaceOf,
  outliveInit,
  readProcessEntries,
  readProcessEntry,
  requireNamespaces,
  unshareInThread,
} from "./index.js";

checkDescriptors();

/** Every link in every process's and thread's ns folder that names this namespace. */
function linksTo(name: string): string[] {
  const found: string[] = [];
  for (const { pid } of readProcessEntries()) {
    for (const type of ["cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"]) {
      try {
        if (readlinkSync(`/proc/${pid}/ns/${type}`) === name) found.push(`${pid} ${type}`);
      } catch {
        // Gone, a zombie, or not to be read.
      }
    }
  }
  return found;
}

function isEnded(held: Held): boolean {
  return held.chain.every((pid) => readProcessEntry(pid) === undefined);
}

describe("what holds a namespace without processes", () => {
  beforeEach((context) => requireNamespaces(context, "net", "mnt", "uts"));

  test("one descriptor, whose name was deleted", async () => {
    await expectNoLeak(async () => {
      let made: Held | undefined;
      {
        await using keeper = await makeKeeper();
        const { held, pid, fd, namespace } = await holdByDescriptor(keeper);
        made = held;
        expect(linksTo(`net:[${namespace.ino}]`)).toEqual([]);
        expect(readlinkSync(`/proc/${pid}/fd/${fd}`)).not.toContain("net:[");
        expect(namespace.dev).toBe(namespaceOf("self", "net").dev);
        expect(namespace.id).not.toBe(namespaceOf("self", "net").id);
      }
      expect(isEnded(made)).toBe(true);
    });
  });

  test("sockets that were made in it", async () => {
    await using keeper = await makeKeeper();
    const { pid, fds, namespace, held } = await holdBySockets(keeper);
    expect(linksTo(`net:[${namespace.ino}]`)).toEqual([]);
    expect(held.namespace("net").id).toBe(namespaceOf("self", "net").id);
    for (const fd of fds) expect(readlinkSync(`/proc/${pid}/fd/${fd}`)).toMatch(/^socket:/);
  });

  test("a descriptor in flight", async () => {
    await using keeper = await makeKeeper();
    const { namespace, held } = await holdInFlight(keeper);
    expect(linksTo(`uts:[${namespace.ino}]`)).toEqual([]);
    expect(held.namespace("uts").id).toBe(namespaceOf("self", "uts").id);
  });

  test("the next child of a process or thread, for a time namespace", async (context) => {
    requireNamespaces(context, "time");
    await using keeper = await makeKeeper();
    const main = await holdForChildren(keeper, "time");
    expect(main.own.id).toBe(namespaceOf("self", "time").id);
    expect(main.namespace?.id).not.toBe(main.own.id);
    const thread = await holdForChildren(keeper, "time", "thread");
    expect(thread.tid).not.toBe(thread.pid);
    expect(readlinkSync(`/proc/${thread.pid}/task/${thread.tid}/ns/time_for_children`)).toBe(
      `time:[${thread.namespace?.ino}]`,
    );
    expect(namespaceOf(thread.pid, "time_for_children").id).toBe(thread.own.id);
  });

  test("the next child of a process, for a PID namespace", async () => {
    await using keeper = await makeKeeper();
    const { namespace, own } = await holdForChildren(keeper, "pid");
    expect(own.id).toBe(namespaceOf("self", "pid").id);
    expect(namespace?.id).not.toBe(own.id);
    const outlived = await outliveInit(keeper);
    expect(outlived.namespace?.id).not.toBe(own.id);
    expect(outlived.own.id).toBe(own.id);
    expect(linksTo(`pid:[${outlived.namespace?.ino}]`)).toEqual([]);
  });

  test("a descriptor, of a namespace whose owner a user made", async (context) => {
    requireNamespaces(context, "user");
    await using keeper = await makeKeeper();
    const { namespace, owner } = await leaveBehind(keeper);
    expect(linksTo(`net:[${namespace.ino}]`)).toEqual([]);
    expect(linksTo(`user:[${owner.ino}]`)).toEqual([]);
  });
});

describe("threads and zombies", () => {
  beforeEach((context) => requireNamespaces(context, "net", "uts"));

  test("one thread is in namespaces of its own", async () => {
    await using keeper = await makeKeeper();
    const { pid, tid, net, uts } = await unshareInThread(keeper);
    expect(namespaceOf(pid, "net").id).toBe(namespaceOf("self", "net").id);
    expect(namespaceOf(pid, "uts").id).toBe(namespaceOf("self", "uts").id);
    expect(readlinkSync(`/proc/${pid}/task/${tid}/ns/net`)).toBe(`net:[${net.ino}]`);
    expect(readlinkSync(`/proc/${pid}/task/${tid}/ns/uts`)).toBe(`uts:[${uts.ino}]`);
  });

  test("the main thread has exited and another one lives", async () => {
    await using keeper = await makeKeeper();
    const { pid, tid, net } = await exitLeader(keeper);
    expect(readProcessEntry(pid)?.state).toBe("Z");
    expect(() => namespaceOf(pid, "net")).toThrow("ENOENT");
    expect(namespaceOf(pid, "net", tid).id).toBe(net.id);
  });

  test("a zombie has its user and its PID namespace", async (context) => {
    requireNamespaces(context, "user");
    await using keeper = await makeKeeper();
    const { pid, ppid, user, pidNamespace } = await makeZombie(keeper);
    expect(readProcessEntry(pid)).toMatchObject({ state: "Z", ppid });
    expect(() => namespaceOf(pid, "net")).toThrow("ENOENT");
    expect(user.id).not.toBe(namespaceOf("self", "user").id);
    expect(pidNamespace.id).toBe(namespaceOf("self", "pid").id);
    expect(readFileSync(`/proc/${ppid}/comm`, "utf8")).toBe("cat\n");
  });
});
