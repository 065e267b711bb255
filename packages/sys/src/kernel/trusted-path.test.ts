import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
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

describe("findDistrust of what links lead to", () => {
  const mine: Trust = { uids: new Set([0, process.geteuid?.() ?? 0]), gids: new Set([0, process.getegid?.() ?? 0]) };
  let root: string;
  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), "ns-graph-trusted-")));
    for (const name of ["open/inner", "own/inner"]) mkdirSync(join(root, name), { recursive: true });
    writeFileSync(join(root, "open/inner/file"), "");
    writeFileSync(join(root, "own/inner/file"), "");
    chmodSync(join(root, "open"), 0o777);
  });
  afterEach(() => rmSync(root, { recursive: true }));
  const find = (path: string, top?: string) => findDistrust(join(root, path), mine, undefined, top);

  test("trusts a link of one's own to what nobody else can change", () => {
    symlinkSync("own/inner", join(root, "link"));
    expect(find("link/file")).toBeUndefined();
  });

  test.each([
    ["open/inner", "link/file"],
    ["own/../open/inner/file", "link"],
    ["own/chain/inner/file", "link"],
  ])("looks at what %s leads through", (target, path) => {
    symlinkSync(join(root, "open"), join(root, "own/chain"));
    symlinkSync(target, join(root, "link"));
    expect(find(path)).toBe(`everybody can write to ${join(root, "open")}`);
  });

  test("looks at the directory that a link lies in, whatever it leads to", () => {
    symlinkSync(join(root, "own/inner/file"), join(root, "open/link"));
    expect(find("open/link")).toBe(`everybody can write to ${join(root, "open")}`);
  });

  test("does not trust somebody else's link, even to what belongs to root", () => {
    const stat = (path: string) => ({
      uid: path === "/a/link" ? 7 : 0,
      gid: 0,
      mode: path === "/a/link" ? 0o120777 : 0o755,
    });
    expect(findDistrust("/a/link", trust, stat)).toBe("/a/link belongs to uid 7");
  });

  test("does not look at what lies above the top", () => {
    expect(find("open/inner/file", join(root, "open/inner"))).toBeUndefined();
    expect(find("open/inner/file", join(root, "open"))).toContain("everybody");
    expect(find("open/inner/file", join(root, "own"))).toContain("everybody");
  });

  test("comes to an end where links lead to each other", () => {
    symlinkSync("b", join(root, "a"));
    symlinkSync("a", join(root, "b"));
    expect(() => find("a")).toThrow("too many symbolic links");
  });
});

describe("trustedLike", () => {
  test("trusts root, whoever runs this, and the owner of the program", () => {
    const { uids } = trustedLike("/proc/self/exe");
    expect(uids.has(0)).toBe(true);
    expect(uids.has(process.geteuid?.() ?? -1)).toBe(true);
  });
});
