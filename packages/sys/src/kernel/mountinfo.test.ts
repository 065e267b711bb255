import { DEFAULT_LIMITS } from "@ns-graph/graph";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ScanBudget } from "../budget/scan-budget.js";
import { asNsfsMount, MountinfoLines, type MountLine } from "./mountinfo.js";

/** As the kernel writes a path: space, tab, newline, backslash and `#` as octal numbers. */
function mangle(path: string): string {
  return path.replace(/[ \t\n\\#]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`);
}

const line = (
  id: number,
  parent: number,
  root: string,
  path: string,
  fileSystem: string,
  optional = "shared:1 ",
): string =>
  `${id} ${parent} 0:${id} ${mangle(root)} ${mangle(path)} rw,relatime ${optional}- ${fileSystem} source rw\n`;

const everything = { take: (_kind: string, wanted: number) => wanted };

/** The lines of a text that comes in pieces of some size. */
function parseMountinfo(text: string, size = 1 << 16): MountLine[] {
  const mounts: MountLine[] = [];
  const lines = new MountinfoLines(everything, (mount) => mounts.push(mount));
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) expect(lines.take(bytes.subarray(at, at + size))).toBe(true);
  expect(lines.isCut).toBe(false);
  return mounts;
}

describe("/proc/PID/mountinfo", () => {
  test("the fields, with any number of optional ones", () => {
    const text =
      "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 shared:2 unbindable - ext3 /dev/root rw,errors=continue\n" +
      "110 89 0:4 net:[4026532256] /run/nsx rw - nsfs nsfs rw\n";
    expect(parseMountinfo(text)).toEqual([
      {
        id: 36,
        parent: 35,
        major: 98,
        minor: 0,
        root: "/mnt1",
        path: "/mnt2",
        fileSystem: "ext3",
        source: "/dev/root",
        superOptions: "rw,errors=continue",
      },
      {
        id: 110,
        parent: 89,
        major: 0,
        minor: 4,
        root: "net:[4026532256]",
        path: "/run/nsx",
        fileSystem: "nsfs",
        source: "nsfs",
        superOptions: "rw",
      },
    ]);
  });

  test("an empty source", () => {
    expect(parseMountinfo("1 0 0:1 / / rw - tmpfs  rw\n")[0]).toMatchObject({
      fileSystem: "tmpfs",
      source: "",
      superOptions: "rw",
    });
  });

  test("what the kernel escapes comes back, and nothing else is taken for an escape", () => {
    for (const path of [
      "/a b",
      "/tab\tnewline\n",
      "/back\\slash",
      "/octal\\040escape",
      "/#",
      "/ - nsfs nsfs rw",
      "/é日本",
      "/\u001b[31m",
    ]) {
      expect(parseMountinfo(line(1, 0, "/", path, "tmpfs"))[0]?.path).toBe(path);
    }
  });

  test("any path comes back", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..." \t\n\\#-/0147aé日\u001b") }), (name) => {
        const path = `/${name}`;
        const mounts = parseMountinfo(line(1, 0, "/", path, "tmpfs") + line(2, 1, "/", "/next", "ext4"));
        return mounts[0]?.path === path && mounts[1]?.path === "/next";
      }),
    );
  });

  test("lines that are not of its form are passed over", () => {
    expect(parseMountinfo("")).toEqual([]);
    expect(parseMountinfo("nonsense\n\n1 2 3\n")).toEqual([]);
  });

  test("a chrooted process has no line for /", () => {
    expect(parseMountinfo(line(5, 4, "/x", "/proc", "proc")).map((mount) => mount.path)).toEqual(["/proc"]);
  });
});

describe("mounts of namespaces", () => {
  test("those of nsfs, and of proc before Linux 3.19", () => {
    const text =
      line(1, 0, "/", "/", "ext4") +
      line(2, 1, "net:[4026532256]", "/run/netns/blue", "nsfs") +
      line(3, 1, "uts:[4026532300]", "/old", "proc") +
      line(4, 1, "/", "/proc", "proc") +
      line(5, 1, "net:[1]", "/fake", "tmpfs") +
      line(6, 1, "colour:[4026532256]", "/unknown", "nsfs");
    const mounts = parseMountinfo(text).flatMap((mount) => asNsfsMount(mount) ?? []);
    expect(mounts.map(({ type, ino, path }) => [type, ino, path])).toEqual([
      ["net", 4026532256, "/run/netns/blue"],
      ["uts", 4026532300, "/old"],
    ]);
  });
});

describe("in pieces", () => {
  const text = Array.from({ length: 40 }, (_, i) => line(i + 1, i, "/", `/a ü${"/deep".repeat(i)}`, "tmpfs")).join("");

  test("wherever they are cut, the lines are the same", () => {
    const whole = parseMountinfo(text);
    expect(whole).toHaveLength(40);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: text.length }), (size) => {
        expect(parseMountinfo(text, size)).toEqual(whole);
      }),
    );
  });

  test("a line that is longer than any path that can be opened is left out, and that is known", () => {
    for (const size of [1000, 1 << 16, 1 << 20]) {
      const paths: string[] = [];
      const lines = new MountinfoLines(everything, ({ path }) => paths.push(path));
      const bytes = Buffer.from(
        line(1, 0, "/", "/before", "tmpfs") +
          line(2, 1, "/", `/${"x".repeat(200_000)}`, "tmpfs") +
          line(3, 1, "/", "/after", "tmpfs"),
      );
      for (let at = 0; at < bytes.length; at += size) lines.take(bytes.subarray(at, at + size));
      expect(paths).toEqual(["/before", "/after"]);
      expect(lines.isCut).toBe(false);
      expect(lines.tooLong).toBe(1);
    }
  });

  test("no more lines and bytes are taken than are granted", () => {
    for (const limits of [{ mounts: 10 }, { bytes: 100 }]) {
      const budget = new ScanBudget({ ...DEFAULT_LIMITS, ...limits }, Number.POSITIVE_INFINITY);
      const paths: string[] = [];
      const lines = new MountinfoLines(budget.share(), ({ path }) => paths.push(path));
      const bytes = Buffer.from(text);
      const size = 500;
      let pieces = 0;
      for (let at = 0; at < bytes.length; at += size, pieces++) if (!lines.take(bytes.subarray(at, at + size))) break;
      expect(lines.isCut).toBe(true);
      expect(paths.length).toBeLessThanOrEqual(limits.mounts ?? 40);
      expect(paths.length).toBeGreaterThan(5);
      expect(pieces).toBeLessThan(bytes.length / size - 1);
    }
  });
});
