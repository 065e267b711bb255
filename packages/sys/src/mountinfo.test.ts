import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mayBlock, nsfsMounts, parseMountinfo } from "./mountinfo.js";

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
    expect(nsfsMounts(parseMountinfo(text)).map(({ type, ino, path }) => [type, ino, path])).toEqual([
      ["net", 4026532256, "/run/netns/blue"],
      ["uts", 4026532300, "/old"],
    ]);
  });
});

describe("whether walking to a mount may wait for somebody", () => {
  const mounts = parseMountinfo(
    line(1, 0, "/", "/", "ext4") +
      line(2, 1, "/", "/srv", "nfs4") +
      line(3, 2, "net:[4026532256]", "/srv/ns", "nsfs") +
      line(4, 1, "net:[4026532257]", "/run/a", "nsfs") +
      line(5, 4, "/", "/run/a", "fuse.sshfs") +
      line(6, 1, "net:[4026532258]", "/run/b", "nsfs") +
      line(7, 7, "net:[4026532259]", "/loop", "nsfs") +
      line(8, 1, "net:[4026532260]", "/mnt/under/c", "nsfs") +
      line(9, 1, "/", "/mnt/under", "fuse") +
      line(10, 1, "net:[4026532261]", "/mnt/underneath", "nsfs"),
  );
  const at = (path: string) => nsfsMounts(mounts).find((mount) => mount.path === path);

  test.for([
    ["/srv/ns", true, "below a network file system"],
    ["/run/a", true, "covered by a file system in user space"],
    ["/run/b", false, "on a disk"],
    ["/loop", false, "its own parent"],
    ["/mnt/under/c", true, "in a folder that is covered by one"],
    ["/mnt/underneath", false, "beside one"],
  ] as const)("%s: %s, it is %s", ([path, expected]) => {
    const mount = at(path);
    expect(mount && mayBlock(mount, mounts, -1)).toBe(expected);
  });

  test("the file system that this program is on is not waited for", () => {
    const mount = at("/srv/ns");
    expect(mount && mayBlock(mount, mounts, 2)).toBe(false);
    expect(mount && mayBlock(mount, mounts, 5)).toBe(true);
  });
});
