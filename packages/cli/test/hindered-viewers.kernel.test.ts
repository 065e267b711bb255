import type { Pin, Problem } from "@ns-graph/graph";
import {
  asUser,
  holdBySockets,
  makeKeeper,
  mountAroundRoot,
  mountWithoutProcesses,
  namespaceOf,
  type RealNamespace,
  requireNamespaces,
  requireProgram,
  runCli,
  startActor,
  startCrowd,
  startNamesakes,
} from "@ns-graph/testkit";
import { describe, expect, test } from "vitest";

/*
 * Viewers that the kernel shows less, or something else, without a word: by their root directory, by a /proc of another
 * PID namespace, by few descriptors.
 */

interface Document {
  readonly complete: boolean;
  readonly namespaces: readonly {
    readonly id: string;
    readonly type: string;
    readonly owner: { readonly state: string };
  }[];
  readonly pins: readonly Pin[];
  readonly problems: readonly Problem[];
}

async function readJson(through: readonly string[]): Promise<Document> {
  const { stdout, exitCode, stderr } = await runCli(["--format", "json"], { through });
  expect(exitCode, stderr).toBe(0);
  return JSON.parse(stdout) as Document;
}

function find(document: Document, { id, type }: RealNamespace) {
  const namespace = document.namespaces.find((each) => each.id === id);
  expect(namespace).toMatchObject({ id, type });
  return namespace as NonNullable<typeof namespace>;
}

function pinsOf({ pins }: Document, { id }: { readonly id: string }): readonly Pin[] {
  return pins.filter(({ namespace }) => namespace === id);
}

function codes({ problems }: Document): readonly string[] {
  return problems.map(({ code }) => code);
}

describe.each(["mount point", "folder"] as const)("a viewer chrooted to a %s", (kind) => {
  test("says that mounts may lie outside, and finds what the kernel lists", async (context) => {
    requireNamespaces(context, "mnt", "uts");
    await using keeper = await makeKeeper();
    const { enter, inside, insidePath, outside } = await mountAroundRoot(keeper, kind, { chrooted: true });
    const document = await readJson(enter);
    expect(codes(document).filter((code) => code === "SCOPE_ROOT")).toHaveLength(1);
    expect(document.complete).toBe(false);
    expect(pinsOf(document, inside.namespace)).toMatchObject([{ kind: "mount", path: insidePath }]);
    // Where it is mounted can't be told from here, only that it is.
    expect(pinsOf(document, find(document, outside.namespace))).toMatchObject([{ kind: "unseen" }]);
  });

  test("sees by a process that is not chrooted what lies outside", async (context) => {
    requireNamespaces(context, "mnt", "uts");
    await using keeper = await makeKeeper();
    const { enter, pid, inside, outside } = await mountAroundRoot(keeper, kind, { chrooted: false });
    const document = await readJson(enter);
    expect(codes(document)).not.toContain("SCOPE_ROOT");
    for (const { namespace, path } of [inside, outside]) {
      expect(pinsOf(document, namespace)).toMatchObject([{ kind: "mount", path, reachableFrom: pid }]);
    }
  });
});

test("a viewer without privileges sees by its own mountinfo that it is chrooted to a folder", async (context) => {
  requireNamespaces(context, "mnt", "uts");
  await using keeper = await makeKeeper();
  const { enter, inside, outside } = await mountAroundRoot(keeper, "folder", { chrooted: true });
  const document = await readJson([...enter, ...asUser()]);
  expect(codes(document).filter((code) => code === "SCOPE_ROOT")).toHaveLength(1);
  // What lies inside, it opens through its own root directory.
  expect(find(document, inside.namespace).owner.state).toBe("known");
  expect(document.namespaces.some(({ id }) => id === outside.namespace.id)).toBe(false);
});

test("a viewer that is not chrooted does not say so", async (context) => {
  requireNamespaces(context, "mnt");
  for (const through of [[], asUser(), ["unshare", "--mount"]]) {
    expect(codes(await readJson(through))).not.toContain("SCOPE_ROOT");
  }
});

test("a /proc of another PID namespace: no process is taken for its namesake, and it is said once", async (context) => {
  requireNamespaces(context, "pid", "net");
  await using keeper = await makeKeeper();
  const { outside, inside, enter } = await startNamesakes(keeper);
  const there = await holdBySockets(keeper, outside);
  const here = await holdBySockets(keeper, inside);
  expect(namespaceOf(inside.pid, "pid").id).not.toBe(namespaceOf(outside.pid, "pid").id);
  expect(here.fds).toEqual(there.fds);
  const document = await readJson(enter);
  expect(document.pins.filter(({ kind }) => kind === "socket")).toEqual([]);
  expect(document.problems.filter(({ code }) => code === "PIDS_FOREIGN")).toEqual([{ code: "PIDS_FOREIGN" }]);
  expect(codes(document)).not.toContain("SOCKETS_UNREADABLE");
  expect(document.problems.filter(({ what }) => what?.startsWith("pidfd"))).toEqual([]);
  expect(document.complete).toBe(false);
});

describe("few descriptors", () => {
  const few = ["sh", "-c", 'ulimit -n 60; exec "$@"', "sh"];

  test("mount namespaces are walked, and mounts found, after most was closed again", async (context) => {
    requireNamespaces(context, "mnt", "uts", "ipc", "user", "pid");
    requireProgram(context, "seq");
    await using keeper = await makeKeeper();
    await startCrowd(keeper, 40);
    const { mnt, inner } = await mountWithoutProcesses(keeper);
    const thread = await (await startActor(keeper)).startThread();
    await thread.unshare("mnt");
    const document = await readJson(few);
    expect(codes(document)).toContain("DESCRIPTOR_LIMIT");
    expect(codes(document)).not.toContain("LIST_UNREADABLE");
    expect(codes(document)).not.toContain("MOUNTS_UNREADABLE");
    expect(codes(document)).not.toContain("RELATION_UNREADABLE");
    find(document, thread.namespace("mnt"));
    for (const { namespace, path } of [mnt, inner]) {
      expect(pinsOf(document, namespace)).toMatchObject([{ kind: "mount", path }]);
    }
  });

  test("more mount namespaces that only the walk finds than may be open", async (context) => {
    requireNamespaces(context, "mnt");
    await using keeper = await makeKeeper();
    const held = await startActor(keeper);
    const home = await held.open("/proc/thread-self/ns/mnt");
    const away: RealNamespace[] = [];
    for (let i = 0; i < 60; i++) {
      await held.unshare("mnt");
      const fd = await held.open("/proc/thread-self/ns/mnt");
      away.push(held.namespace("mnt"));
      await held.sendDescriptor(fd);
      await held.setns(home);
      await held.close(fd);
    }
    const document = await readJson(few);
    expect(codes(document)).toContain("DESCRIPTOR_LIMIT");
    for (const namespace of away) {
      expect(find(document, namespace).owner.state).toBe("known");
      expect(pinsOf(document, namespace)).toMatchObject([{ kind: "unseen" }]);
    }
    expect(codes(document)).not.toContain("RELATION_UNREADABLE");
  });
});
