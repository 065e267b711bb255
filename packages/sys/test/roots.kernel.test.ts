import { makeKeeper, mountAroundRoot, mountOutOfRoot, requireNamespaces, startActor } from "@ns-graph/testkit";
import { afterEach, describe, expect, test, vi } from "vitest";
import { scan } from "./scan.js";

/*
 * Mounts that processes see whose root directory is not the whole mount namespace: each is one pin, whoever sees it.
 */

const kernel = vi.hoisted(() => ({ hasListmount: true, takesAnotherForRoot: false }));
const LSMT_ROOT = 0xffffffffffffffffn;

vi.mock("../src/kernel/libc.js", async (importOriginal) => {
  const original = await importOriginal<typeof import("../src/kernel/libc.js")>();
  const { LISTMOUNT } = await import("../src/kernel/syscall-numbers.js");
  const { constants } = await import("node:os");
  return {
    ...original,
    syscallInto: (...args: Parameters<typeof original.syscallInto>) => {
      const [number, request, buffer] = args;
      if (number !== LISTMOUNT) return original.syscallInto(...args);
      if (!kernel.hasListmount) return -constants.errno.ENOSYS;
      const count = original.syscallInto(...args);
      const [, below] = new BigUint64Array(request.buffer, request.byteOffset, 4);
      if (!kernel.takesAnotherForRoot || below !== LSMT_ROOT || count < 2) return count;
      buffer.copyWithin(0, 8, 16);
      return 1;
    },
  };
});

afterEach(() => {
  kernel.hasListmount = true;
  kernel.takesAnotherForRoot = false;
});

describe.each(["mount point", "folder"] as const)("a process chrooted to a %s", (kind) => {
  test("one mount is one pin, by its path from the root of the mount namespace on", async (context) => {
    requireNamespaces(context, "mnt", "uts");
    await using keeper = await makeKeeper();
    const { inside, outside, mountNamespace } = await mountAroundRoot(keeper, kind, { chrooted: true });
    const graph = await scan();
    for (const { namespace, path } of [inside, outside]) {
      expect(graph.pins(namespace.id)).toEqual([
        { kind: "mount", namespace: namespace.id, path, mountNamespace: mountNamespace.id },
      ]);
    }
    expect(graph.problems().filter((problem) => problem.namespace === mountNamespace.id)).toEqual([]);
    // Seen from within, it can be opened.
    expect(graph.namespace(inside.namespace.id)?.owner.state).toBe("known");
  });

  test("without listmount(2) too, and it is said that there may be more", async (context) => {
    requireNamespaces(context, "mnt", "uts");
    await using keeper = await makeKeeper();
    const { held, root, inside, outside, mountNamespace } = await mountAroundRoot(keeper, kind, { chrooted: true });
    // Another member, which sees the same mount from elsewhere.
    const below = await startActor(keeper, {
      through: ["nsenter", "--target", `${held.pid}`, "--mount", "chroot", root],
    });
    await below.chroot(keeper.directory);
    kernel.hasListmount = false;
    const graph = await scan();
    const { namespace, path } = inside;
    expect(graph.pins(namespace.id)).toEqual([
      { kind: "mount", namespace: namespace.id, path, mountNamespace: mountNamespace.id },
    ]);
    expect(graph.namespace(outside.namespace.id)).toBeUndefined();
    expect(graph.problems()).toContainEqual({
      code: "MOUNTS_UNREADABLE",
      namespace: mountNamespace.id,
      type: "mnt",
      errno: "ENOSYS",
    });
  });
});

test("a kernel that takes another mount for the root of a mount namespace lists all of it", async (context) => {
  requireNamespaces(context, "mnt", "uts");
  await using keeper = await makeKeeper();
  const { namespace, paths, mountNamespace } = await mountOutOfRoot(keeper);
  kernel.takesAnotherForRoot = true;
  const graph = await scan();
  expect(graph.pins(namespace.id)).toEqual(
    paths.map((path) => ({ kind: "mount", namespace: namespace.id, path, mountNamespace: mountNamespace.id })),
  );
  expect(graph.problems().filter((problem) => problem.namespace === mountNamespace.id)).toEqual([]);
});

test("a process with the whole root tells of all, whoever else is chrooted", async (context) => {
  requireNamespaces(context, "mnt", "uts");
  await using keeper = await makeKeeper();
  const { held, root, inside, outside, mountNamespace } = await mountAroundRoot(keeper, "folder", { chrooted: false });
  await startActor(keeper, { through: ["nsenter", "--target", `${held.pid}`, "--mount", "chroot", root] });
  kernel.hasListmount = false;
  const graph = await scan();
  for (const { namespace, path } of [inside, outside]) {
    expect(graph.pins(namespace.id)).toEqual([
      {
        kind: "mount",
        namespace: namespace.id,
        path,
        mountNamespace: mountNamespace.id,
        reachableFrom: held.pid,
      },
    ]);
  }
  expect(graph.problems().filter((problem) => problem.namespace === mountNamespace.id)).toEqual([]);
});
