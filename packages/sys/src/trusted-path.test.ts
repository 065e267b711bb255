import { describe, expect, test } from "vitest";
import { findDistrust, type Trust, trustedLike } from "./trusted-path.js";

const trust: Trust = { uids: new Set([0, 1000]), gids: new Set([0, 1000]) };

interface Entry {
  readonly uid?: number;
  readonly gid?: number;
  readonly mode?: number;
}

function distrust(tree: Readonly<Record<string, Entry>>, path = "/usr/lib/node_modules/p/index.js") {
  return findDistrust(path, trust, (one) => ({ uid: 0, gid: 0, mode: 0o755, ...tree[one] }));
}

describe("findDistrust", () => {
  test.each([
    ["all is root's", {}],
    ["it is ours", { "/usr/lib/node_modules/p": { uid: 1000, gid: 1000, mode: 0o775 } }],
    ["it lies in a directory with the sticky bit", { "/usr": { mode: 0o1777 } }],
    ["root's group can write", { "/usr/lib": { mode: 0o775 } }],
  ])("trusts it where %s", (_name, tree) => {
    expect(distrust(tree)).toBeUndefined();
  });

  test.each([
    ["the file is somebody else's", { "/usr/lib/node_modules/p/index.js": { uid: 7 } }, "index.js belongs to uid 7"],
    ["a directory above is", { "/usr/lib": { uid: 7 } }, "/usr/lib belongs to uid 7"],
    [
      "everybody can write to it",
      { "/usr/lib/node_modules": { mode: 0o777 } },
      "everybody can write to /usr/lib/node_modules",
    ],
    ["a group can", { "/usr/lib": { gid: 50, mode: 0o2775 } }, "the group 50 can write to /usr/lib"],
    [
      "the file itself has the sticky bit",
      { "/usr/lib/node_modules/p/index.js": { mode: 0o1777 } },
      "everybody can write to /usr/lib/node_modules/p/index.js",
    ],
    ["everybody can write to the root", { "/": { mode: 0o777 } }, "everybody can write to /"],
  ])("does not where %s", (_name, tree, reason) => {
    expect(distrust(tree)).toContain(reason);
  });
});

describe("trustedLike", () => {
  test("trusts root, whoever runs this, and the owner of the program", () => {
    const { uids } = trustedLike("/proc/self/exe");
    expect(uids.has(0)).toBe(true);
    expect(uids.has(process.geteuid?.() ?? -1)).toBe(true);
  });
});
