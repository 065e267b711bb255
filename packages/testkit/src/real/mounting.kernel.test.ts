import { existsSync, readFileSync, statSync } from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import { checkDescriptors } from "../contract/check-descriptors.js";
import {
  blankProc,
  coverMount,
  decodeText,
  makeKeeper,
  mountAtOddPaths,
  mountElsewhere,
  mountOutOfRoot,
  mountProc,
  mountTwice,
  mountWithoutProcesses,
  namespaceAt,
  namespaceOf,
  ODD_NAMES,
  readProcessEntries,
  requireKernel,
  requireNamespaces,
  run,
} from "./index.js";

checkDescriptors();

/** The nsfs mounts in the mount namespace of a process: mount point to the number of the namespace. */
function nsfsMounts(pid: number | "self"): Map<string, number> {
  const found = new Map<string, number>();
  for (const line of decodeText(readFileSync(`/proc/${pid}/mountinfo`)).split("\n")) {
    const [before = "", after = ""] = line.split(" - ", 2);
    if (!after.startsWith("nsfs ")) continue;
    const [, , , root = "", path = ""] = before.split(" ");
    found.set(
      path.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8))),
      Number(/\[(\d+)\]/.exec(root)?.[1]),
    );
  }
  return found;
}

function isMember(type: string, ino: number): boolean {
  return readProcessEntries().some(({ pid }) => {
    try {
      return statSync(`/proc/${pid}/ns/${type}`).ino === ino;
    } catch {
      return false;
    }
  });
}

describe("names in mount namespaces", () => {
  beforeEach((context) => requireNamespaces(context, "mnt", "net", "uts", "ipc"));

  test("one namespace has two names, in another mount namespace alone", async () => {
    await using keeper = await makeKeeper();
    const { pid, namespace, paths, mountNamespace } = await mountTwice(keeper);
    expect([...nsfsMounts(pid)].filter(([, ino]) => ino === namespace.ino).map(([path]) => path)).toEqual(paths);
    expect(paths).toHaveLength(2);
    expect(namespaceOf(pid, "mnt").id).toBe(mountNamespace.id);
    expect(nsfsMounts("self").has(paths[0] ?? "")).toBe(false);
    expect(isMember("net", namespace.ino)).toBe(false);
  });

  test("a name is on a file system that another mount namespace alone has", async () => {
    await using keeper = await makeKeeper();
    const { pid, namespace, paths, enter } = await mountElsewhere(keeper);
    const [path = ""] = paths;
    expect(nsfsMounts(pid).get(path)).toBe(namespace.ino);
    expect(existsSync(path)).toBe(false);
    const { stdout } = await run(["stat", "-c", "%i", path], { through: enter });
    expect(Number(stdout)).toBe(namespace.ino);
  });

  test("odd names are mount points as they stand", async () => {
    await using keeper = await makeKeeper();
    const { pid, namespace, paths } = await mountAtOddPaths(keeper);
    const mounts = nsfsMounts(pid);
    expect(paths.map((path) => mounts.get(path))).toEqual(ODD_NAMES.map(() => namespace.ino));
  });

  test("bind mounts alone hold user, pid, mnt and uts namespaces", async (context) => {
    requireNamespaces(context, "user", "pid");
    await using keeper = await makeKeeper();
    const { pid, user, pidNamespace, mnt, inner } = await mountWithoutProcesses(keeper);
    const mounts = nsfsMounts(pid);
    for (const { namespace, path, mountNamespace } of [user, pidNamespace, mnt]) {
      expect(mounts.get(path)).toBe(namespace.ino);
      expect(mountNamespace.id).toBe(namespaceOf(pid, "mnt").id);
      expect(isMember(namespace.type, namespace.ino)).toBe(false);
    }
    expect(isMember("uts", inner.namespace.ino)).toBe(false);
    expect(inner.mountNamespace.id).toBe(mnt.namespace.id);
    const seen = await run(["stat", "-c", "%i", inner.path], {
      through: ["nsenter", `--mount=/proc/${pid}/root${mnt.path}`],
    });
    expect(Number(seen.stdout)).toBe(inner.namespace.ino);
  });

  test.for(["device", "fifo", "file"] as const)("a %s covers a name", async (cover) => {
    await using keeper = await makeKeeper();
    const { pid, namespace, paths } = await coverMount(keeper, cover);
    const [path = ""] = paths;
    expect(nsfsMounts(pid).get(path)).toBe(namespace.ino);
    const there = statSync(`/proc/${pid}/root${path}`);
    expect({ device: there.isCharacterDevice(), fifo: there.isFIFO(), file: there.isFile() }[cover]).toBe(true);
    expect(there.dev).not.toBe(namespace.dev);
  });

  test("a chrooted process hides the mounts beside its root", async () => {
    await using keeper = await makeKeeper();
    const { pid, namespace, mountNamespace } = await mountOutOfRoot(keeper);
    expect(readFileSync(`/proc/${pid}/mountinfo`, "utf8")).not.toMatch(/^(\S+ ){4}\/ /m);
    expect(nsfsMounts(pid).size).toBe(0);
    expect(isMember("uts", namespace.ino)).toBe(false);
    expect(namespaceOf(pid, "mnt").id).toBe(mountNamespace.id);
  });
});

describe("another /proc", () => {
  beforeEach((context) => requireNamespaces(context, "mnt"));

  test("hides other users' processes", async (context) => {
    requireKernel(context, "5.8");
    await using keeper = await makeKeeper();
    const { enter } = await mountProc(keeper, "hidepid=2");
    const asNobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    const { stdout } = await run(["sh", "-c", "ls -d /proc/[0-9]*"], { through: [...enter, ...asNobody] });
    expect(stdout).not.toMatch(/^\/proc\/1$/m);
    expect(readFileSync("/proc/self/mountinfo", "utf8")).not.toContain("hidepid");
  });

  test("has empty files", async () => {
    await using keeper = await makeKeeper();
    const { enter } = await blankProc(keeper, ["uptime"]);
    const { stdout } = await run(["cat", "/proc/uptime"], { through: enter });
    expect(stdout).toBe("");
    expect(readFileSync("/proc/uptime", "utf8")).not.toBe("");
    expect(namespaceAt("/proc/self/ns/mnt", "mnt").id).toBe(namespaceOf("self", "mnt").id);
  });
});
