import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asUser, makeHost, type Ran, requireProgram, requireRoot, runCli } from "@ns-graph/testkit";
import { afterEach, beforeAll, beforeEach, expect } from "vitest";
import { documentOf } from "./document-of.js";

/** Who plants, and somebody third. */
export const PLANTER = 65534;
export const THIRD = 65533;
/** Long enough for a run, and no time for one that waits. */
export const LIMIT = 20_000;

/** Where all of these are. */
export let base: string;
/** What is drawn of. */
export let document: string;
/** A folder of root's that all may write to, with the sticky bit. */
export let sticky: string;
/** A folder of the planter's. */
export let theirs: string;
/** Files that nobody but their owners may change: of root, of the caller of the command, and of somebody third. */
export let victims: string;

/** Has them made before each test, and taken away after it. */
export function makePlaces(): void {
  beforeAll(() => {
    document = documentOf(makeHost({ processes: 20, namespaces: 20 }));
  });

  beforeEach((context) => {
    requireRoot(context);
    requireProgram(context, "setpriv", "mkfifo", "mknod", "bash");
    base = realpathSync(mkdtempSync(join(tmpdir(), "ns-graph-planted-")));
    chmodSync(base, 0o755);
    sticky = folder("sticky", 0o1777);
    theirs = folder("theirs", 0o755, PLANTER);
    victims = folder("victims", 0o755);
    writeFileSync(join(victims, "root"), "root's", { mode: 0o644 });
    writeFileSync(join(victims, "third"), "somebody's", { mode: 0o644 });
    chownSync(join(victims, "third"), THIRD, THIRD);
    mkdirSync(join(victims, "folder"));
    // One like /dev/null, which is not put at risk.
    if (spawnSync("mknod", ["-m", "666", join(victims, "null"), "c", "1", "3"]).status !== 0)
      context.skip("needs mknod(2)");
  });
  afterEach(() => rmSync(base, { recursive: true }));
}

/** Makes a folder. */
export function folder(name: string, mode: number, uid = 0): string {
  const path = join(base, name);
  mkdirSync(path);
  chownSync(path, uid, uid);
  chmodSync(path, mode);
  return path;
}

/** Runs a shell script in a folder as the one who plants. */
export function plant(where: string, script: string): void {
  execFileSync("setpriv", [...asUser(PLANTER).slice(1), "sh", "-e", "-c", `umask 022; ${script}`], { cwd: where });
}

/** All there is below a folder, with what any write would change. */
export function snapshot(root: string): unknown {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .sort()
    .map((name) => {
      const path = join(root, name);
      const { uid, gid, mode, ino, size, mtimeMs, rdev } = lstatSync(path);
      const isFile = lstatSync(path).isFile();
      const isFolder = lstatSync(path).isDirectory();
      const text = isFile ? readFileSync(path, "utf8") : lstatSync(path).isSymbolicLink() ? readlinkSync(path) : "";
      // A temporary file that came and went changes the times of its folder.
      return { name, uid, gid, mode, ino, rdev, text, ...(isFolder ? {} : { size, mtimeMs }) };
    });
}

/** Draws a small document, as root or through something else. */
export function draw(
  path: string,
  options: { readonly args?: readonly string[]; readonly through?: readonly string[] } = {},
) {
  return runCli(["--from", "-", "-f", "json", "-o", path, ...(options.args ?? [])], {
    input: document,
    timeout: LIMIT,
    ...(options.through === undefined ? {} : { through: options.through }),
  });
}

export function expectDone({ exitCode, signal, stderr }: Ran): void {
  expect({ exitCode, signal, stderr }).toEqual({ exitCode: 0, signal: null, stderr: "" });
}

/** The command ended by itself with an error that says what was refused and what to do. */
export function expectRefusal({ exitCode, signal, stdout, stderr }: Ran, path: string, reason: string | RegExp): void {
  expect({ exitCode, signal, stdout }).toEqual({ exitCode: 1, signal: null, stdout: "" });
  const [first = "", hint = ""] = stderr.split("\n");
  expect(first.startsWith(`ns-graph: could not write to ${path}: `), stderr).toBe(true);
  expect(first).toMatch(reason);
  expect(hint, "what to do").not.toBe("");
  expect(stderr).not.toContain("    at ");
}
