import { describe, expect, test } from "vitest";
import { ForeignFileSystems } from "./local-file-systems.js";
import { type MountLine, parseMountLine } from "./mountinfo.js";

const LINES = [
  "1 0 0:1 / / rw - ext4 disk rw",
  "2 1 0:2 / /srv rw - nfs4 server:/srv rw",
  "3 2 0:4 net:[4026532256] /srv/ns rw - nsfs nsfs rw",
  "4 1 0:4 net:[4026532257] /run/a rw - nsfs nsfs rw",
  "5 4 0:5 / /run/a rw - fuse.sshfs far rw",
  "6 1 0:4 net:[4026532258] /run/b rw - nsfs nsfs rw",
  "7 7 0:4 net:[4026532259] /loop rw - nsfs nsfs rw",
  "8 1 0:4 net:[4026532260] /mnt/under/c rw - nsfs nsfs rw",
  "9 1 0:9 / /mnt/under rw - fuse daemon rw",
  "10 1 0:4 net:[4026532261] /mnt/underneath rw - nsfs nsfs rw",
  "11 1 0:11 / /merged rw - overlay overlay rw",
  "12 11 0:4 net:[4026532262] /merged/ns rw - nsfs nsfs rw",
  "13 1 0:13 / /auto rw - autofs systemd-1 rw",
  "14 13 0:4 net:[4026532263] /auto/ns rw - nsfs nsfs rw",
];

function noted(lines: readonly string[], home = -1): ForeignFileSystems {
  const foreign = new ForeignFileSystems(home);
  for (const line of lines) foreign.note(parseMountLine(line) as MountLine);
  return foreign;
}

describe("whether a file system that may wait for somebody is on the way to", () => {
  test.for([
    ["/srv/ns", true, "below a network file system"],
    ["/run/a", true, "covered by a file system in user space"],
    ["/run/b", false, "on a disk"],
    ["/loop", false, "its own parent"],
    ["/mnt/under/c", true, "in a folder that is covered by one"],
    ["/mnt/underneath", false, "beside one"],
    ["/merged/ns", true, "on an overlay, of whatever"],
    ["/auto/ns", true, "below an automount point"],
  ] as const)("%s: %s, it is %s", ([path, expected]) => {
    expect(noted(LINES).isOnWayTo(path)).toBe(expected);
  });

  test("the file system that this program is on is not waited for", () => {
    expect(noted(LINES, 2).isOnWayTo("/srv/ns")).toBe(false);
    expect(noted(LINES, 5).isOnWayTo("/srv/ns")).toBe(true);
  });

  test("where not all mounts were read, it may be on any, but covers none that is not known to be covered", () => {
    const foreign = noted(LINES);
    foreign.isCut = true;
    expect(foreign.isOnWayTo("/run/b")).toBe(true);
    expect(foreign.covers(4)).toBe(true);
    expect(foreign.covers(6)).toBe(false);
  });

  test("where there are too many to be remembered, it may be on any", () => {
    const many = Array.from({ length: 1000 }, (_, i) => `${i + 100} 1 0:9 / /${"x".repeat(5000)}${i} rw - fuse f rw`);
    const foreign = noted([...LINES, ...many]);
    expect(foreign.isOnWayTo("/run/b")).toBe(true);
    expect(foreign.covers(6)).toBe(true);
  });
});

test("a mount that one of them is mounted right on is covered, whichever line comes first", () => {
  for (const lines of [LINES, LINES.toReversed()]) {
    expect(noted(lines).covers(4)).toBe(true);
    expect(noted(lines).covers(6)).toBe(false);
  }
});

test("a root directory on a network is not even opened, one of FUSE or an overlay is", () => {
  const root = (fileSystem: string) => noted([`1 0 0:1 / / rw - ${fileSystem} x rw`]).hasRemoteRoot;
  expect(["nfs4", "9p", "ceph", "cifs"].map(root)).toEqual([true, true, true, true]);
  expect(["ext4", "overlay", "fuse.fuse-overlayfs", "virtiofs"].map(root)).toEqual([false, false, false, false]);
  expect(noted(["1 0 0:1 / / rw - nfs4 x rw"], 1).hasRemoteRoot).toBe(false);
});
