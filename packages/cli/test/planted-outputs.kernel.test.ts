import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { asUser, CLI_PATH, requireProgram, run, runCli } from "@ns-graph/testkit";
import { checkDescriptors } from "@ns-graph/testkit/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openOutput } from "../src/output/file-sink.js";
import {
  base,
  document,
  draw,
  expectDone,
  expectRefusal,
  folder,
  LIMIT,
  makePlaces,
  PLANTER,
  plant,
  snapshot,
  sticky,
  THIRD,
  theirs,
  victims,
} from "./planted-places.js";

checkDescriptors();
makePlaces();

const GUARDS = ["protected_regular", "protected_fifos", "protected_symlinks", "protected_hardlinks"];

/**
 * The kernel's guards are of the whole machine. They are set for as long as these tests take, and then what they were.
 */
describe.each([
  ["off", ["0", "0", "0", "0"]],
  ["on", ["2", "2", "1", "1"]],
])("with the kernel's guards %s", (_name, values) => {
  const before: string[] = [];
  let refusal: string | undefined;
  beforeAll(() => {
    for (const [index, guard] of GUARDS.entries()) {
      const path = `/proc/sys/fs/${guard}`;
      try {
        before[index] = readFileSync(path, "utf8");
        writeFileSync(path, values[index] ?? "");
      } catch (error) {
        refusal = (error as NodeJS.ErrnoException).code;
      }
    }
  });
  afterAll(() => {
    for (const [index, guard] of GUARDS.entries()) {
      if (refusal === undefined) writeFileSync(`/proc/sys/fs/${guard}`, before[index] ?? "");
    }
  });
  beforeEach((context) => {
    if (refusal !== undefined) context.skip(`needs fs.${GUARDS[0]} to be writable (${refusal})`);
  });

  const PLANTS: readonly (readonly [name: string, script: () => string, reason: RegExp])[] = [
    ["a file that all may write to", () => ": > out; chmod 666 out", /: it belongs to another user \(uid 65534\)$/],
    ["a file that only they can read", () => ": > out; chmod 600 out", /: it belongs to another user \(uid 65534\)$/],
    ["a pipe that nobody reads", () => "mkfifo -m 666 out", /: it is a pipe of another user \(uid 65534\)$/],
    ["a link to root's file", () => `ln -s ${victims}/root out`, /a symbolic link of another user \(uid 65534\)$/],
    ["a link to somebody's file", () => `ln -s ${victims}/third out`, /a symbolic link of another user/],
    ["a link to where no file is", () => `ln -s ${victims}/new out`, /a symbolic link of another user/],
    ["a link to a device", () => `ln -s ${victims}/null out`, /a symbolic link of another user/],
    ["a link to a folder", () => `ln -s ${victims} out`, /a symbolic link of another user/],
    ["a link to a link of root's", () => "ln -s /etc/mtab out", /a symbolic link of another user/],
    ["a link to itself", () => "ln -s out out", /a symbolic link of another user/],
    ["a link to a descriptor", () => "ln -s /proc/self/fd/1 out", /a symbolic link of another user/],
  ];

  test.each(PLANTS)("%s is left alone, whatever folder it is in", async (_plant, script, reason) => {
    for (const where of [sticky, theirs]) {
      plant(where, script());
      const before = snapshot(base);
      for (const args of [[], ["--mode", "0644"]])
        expectRefusal(await draw(join(where, "out"), { args }), join(where, "out"), reason);
      expect(snapshot(base)).toEqual(before);
      expect(() => openOutput(join(where, "out"))).toThrow(reason);
    }
  });

  test("a link in the way to the folder is not followed", async () => {
    for (const where of [sticky, theirs]) {
      plant(where, `ln -s ${victims} way`);
      const before = snapshot(base);
      const path = join(where, "way/root");
      expectRefusal(await draw(path), path, `${where}/way is a symbolic link of another user (uid 65534)`);
      expect(snapshot(base)).toEqual(before);
    }
  });

  test("a pipe that they read gets nothing", async () => {
    plant(sticky, "mkfifo -m 600 out");
    const reader = spawn("setpriv", [...asUser(PLANTER).slice(1), "cat", join(sticky, "out")], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    let got = "";
    reader.stdout.on("data", (chunk) => {
      got += chunk;
    });
    const ended = new Promise((resolve) => reader.once("close", resolve));
    expectRefusal(await draw(join(sticky, "out")), join(sticky, "out"), "is a pipe of another user");
    reader.kill();
    await ended;
    expect(got).toBe("");
  });

  test("a socket and a folder are left alone", async () => {
    const server = createServer();
    const path = join(sticky, "out");
    await new Promise<void>((resolve) => server.listen(path, resolve));
    chownSync(path, PLANTER, PLANTER);
    expectRefusal(await draw(path), path, "is a socket of another user");
    await new Promise((resolve) => server.close(resolve));
    plant(sticky, "mkdir out; chmod 777 out");
    const { exitCode, stderr } = await draw(path);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: `ns-graph: could not write to ${path}: it is a directory (EISDIR)\n`,
    });
    expect(readdirSync(path)).toEqual([]);
  });

  test("a second name of root's file is replaced: the file stays, and its permissions are not taken over", async () => {
    const path = join(sticky, "out");
    // As somebody could do where protected_hardlinks is off.
    linkSync(join(victims, "root"), path);
    expectDone(await draw(path));
    expect(readFileSync(join(victims, "root"), "utf8")).toBe("root's");
    expect(statSync(path)).toMatchObject({ uid: 0, nlink: 1, mode: 0o100600 });
  });

  test("a second name of somebody's file is left alone", async () => {
    const path = join(sticky, "out");
    linkSync(join(victims, "third"), path);
    const before = snapshot(base);
    expectRefusal(await draw(path), path, /: it belongs to another user \(uid 65533\)$/);
    expect(snapshot(base)).toEqual(before);
  });

  test("a second name of a link or pipe of root's is not used", async () => {
    const path = join(sticky, "out");
    symlinkSync(join(victims, "root"), join(victims, "link"));
    linkSync(join(victims, "link"), path);
    expectRefusal(await draw(path), path, /that somebody else may have put there: everybody can write to/);
    rmSync(path);
    execFileSync("mkfifo", [join(victims, "pipe")]);
    linkSync(join(victims, "pipe"), path);
    expectRefusal(await draw(path), path, /that somebody else may have put there: everybody can write to/);
    expect(readFileSync(join(victims, "root"), "utf8")).toBe("root's");
  });

  test("root's own link where others could have put another one is not followed", async () => {
    for (const where of [theirs, folder("shared", 0o777)]) {
      const path = join(where, "out");
      symlinkSync(join(victims, "root"), path);
      expectRefusal(await draw(path), path, /that somebody else may have put there/);
    }
    expect(readFileSync(join(victims, "root"), "utf8")).toBe("root's");
  });

  test("one ordinary user is safe from another, and from what root left", async () => {
    const caller = { through: asUser(THIRD) };
    const path = join(sticky, "out");
    plant(sticky, `: > out; chmod 666 out; ln -s ${victims}/third link`);
    const before = snapshot(base);
    expectRefusal(await draw(path, caller), path, /belongs to another user \(uid 65534\)$/);
    expectRefusal(await draw(join(sticky, "link"), caller), join(sticky, "link"), "symbolic link of another user");
    expect(snapshot(base)).toEqual(before);
    rmSync(path);
    writeFileSync(path, "root's");
    chmodSync(path, 0o666);
    expectRefusal(await draw(path, caller), path, /belongs to another user \(uid 0\)$/);
  });

  test("a new file is its caller's alone, and only they replace it", async () => {
    const path = join(sticky, "out");
    expectDone(await draw(path));
    expect(statSync(path)).toMatchObject({ uid: 0, mode: 0o100600 });
    expectDone(await draw(path));
    expectDone(await draw(path, { args: ["--mode", "0644"] }));
    expect(statSync(path)).toMatchObject({ uid: 0, mode: 0o100644 });
    expectDone(await draw(path));
    expect(statSync(path)).toMatchObject({ uid: 0, mode: 0o100600 });
    const before = snapshot(base);
    expectRefusal(await draw(path, { through: asUser(THIRD) }), path, /belongs to another user \(uid 0\)$/);
    expect(snapshot(base)).toEqual(before);
    const own = join(sticky, "own");
    for (const _ of [1, 2]) expectDone(await draw(own, { through: asUser(THIRD) }));
    expect(statSync(own)).toMatchObject({ uid: THIRD, mode: 0o100600 });
  });

  test("one's own links and pipes are used, in a sticky folder too", async () => {
    const path = join(sticky, "out");
    symlinkSync(join(victims, "root"), path);
    expectDone(await draw(path));
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(victims, "root"), "utf8")).toBe(document);
    rmSync(join(victims, "root"));
    expectDone(await draw(path));
    expect(statSync(join(victims, "root"))).toMatchObject({ uid: 0, mode: 0o100600 });
    const pipe = join(sticky, "pipe");
    execFileSync("mkfifo", [pipe]);
    const reader = run(["cat", pipe], { timeout: LIMIT });
    expectDone(await draw(pipe));
    expect((await reader).stdout).toBe(document);
  });
});

describe("root in somebody's home", () => {
  test("a file that root made there before is replaced", async () => {
    const path = join(theirs, "host.json");
    for (const _ of [1, 2]) expectDone(await draw(path));
    expect(statSync(path)).toMatchObject({ uid: 0, mode: 0o100600 });
    expect(readFileSync(path, "utf8")).toBe(document);
    expect(readdirSync(theirs)).toEqual(["host.json"]);
  });

  test("a file of theirs is not, whoever calls through sudo, and it is said what to do", async () => {
    plant(theirs, "echo mine > host.json");
    const path = join(theirs, "host.json");
    const sudo = { SUDO_UID: String(PLANTER), SUDO_GID: String(PLANTER), SUDO_USER: "nobody" };
    const { exitCode, stderr } = await runCli(["--quick", "-o", path], { env: sudo, timeout: LIMIT });
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      `ns-graph: could not write to ${path}: it belongs to another user (uid 65534)\n` +
        `          Remove it, choose another name, or let your shell write it: sudo ns-graph … > ${path}\n`,
    );
    // Whoever is root already would hand it over that way.
    const plain = await draw(path);
    expect(plain.stderr).toContain("          Remove it, or choose another name.\n");
    expect(readFileSync(path, "utf8")).toBe("mine\n");
  });
});

describe("what is no file", () => {
  test.each(["/dev/null", "/dev/stdout", "/dev/stderr", "/dev/fd/1", "/proc/self/fd/1", "-"])("%s", async (path) => {
    const { exitCode, stdout, stderr } = await draw(path);
    expect(exitCode).toBe(0);
    expect(stdout + stderr).toBe(path === "/dev/null" ? "" : document);
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
  });

  test("/dev/null of a user namespace where its owner is nobody", async (context) => {
    const { status } = spawnSync("unshare", ["--user", "--map-root-user", "true"]);
    if (status !== 0) context.skip("needs a user namespace");
    const through = ["setpriv", `--reuid=${THIRD}`, "--clear-groups", "unshare", "--user", "--map-root-user"];
    expectDone(await draw("/dev/null", { through }));
  });

  test("process substitution", async () => {
    const line = `'${process.execPath}' '${CLI_PATH}' --from - -f json -o >(cat >&2)`;
    const { stdout, stderr, exitCode } = await run(["bash", "--norc", "-c", `${line} | cat; wait $!; sleep 0.2`], {
      input: document,
      timeout: LIMIT,
    });
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: "", stderr: document });
  });

  test("one's own terminal", async (context) => {
    requireProgram(context, "script");
    const saved = join(victims, "document");
    writeFileSync(saved, document);
    const line = `'${process.execPath}' '${CLI_PATH}' --from '${saved}' -f json -o /dev/tty`;
    const { exitCode, stdout } = await run(["script", "-qec", line, "/dev/null"], { timeout: LIMIT });
    expect(exitCode).toBe(0);
    expect(stdout.replaceAll("\r\n", "\n")).toContain(document);
  });

  test("a path through /proc leads where the kernel says", async () => {
    const inside = folder("inside", 0o755);
    const { exitCode, stderr } = await run(
      [process.execPath, CLI_PATH, "--from", "-", "-f", "json", "-o", "/proc/self/cwd/out"],
      { cwd: inside, input: document, timeout: LIMIT },
    );
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(readdirSync(inside)).toEqual(["out"]);
    expectRefusal(await draw("/proc/self/exe"), "/proc/self/exe", "it leads to a file");
  });

  test("without /proc files are written all the same, and what was planted is left alone", async (context) => {
    if (spawnSync("unshare", ["--mount", "umount", "--lazy", "/proc"]).status !== 0)
      context.skip("needs a mount namespace");
    const through = ["unshare", "--mount", "sh", "-c", 'umount --lazy /proc; exec "$@"', "sh"];
    for (const _ of [1, 2]) expectDone(await draw(join(sticky, "out"), { through }));
    expect(statSync(join(sticky, "out"))).toMatchObject({ uid: 0, mode: 0o100600 });
    plant(sticky, `: > file; mkfifo pipe; ln -s ${victims}/root link`);
    const before = snapshot(base);
    for (const name of ["file", "pipe", "link"])
      expectRefusal(await draw(join(sticky, name), { through }), join(sticky, name), /(of|to) another user/);
    expect(snapshot(base)).toEqual(before);
    execFileSync("mkfifo", [join(sticky, "own")]);
    const reader = run(["cat", join(sticky, "own")], { timeout: LIMIT });
    expectDone(await draw(join(sticky, "own"), { through }));
    expect((await reader).stdout).toBe(document);
  });
});

describe("--mode", () => {
  test.each(["0644", "640", "0600"])("%s, of the command and of run", async (mode) => {
    const args = ["--mode", mode];
    const through = ["sh", "-c", 'umask 077; exec "$@"', "sh"];
    expectDone(await draw(join(victims, "graph"), { args, through }));
    expect(statSync(join(victims, "graph")).mode & 0o777).toBe(Number.parseInt(mode, 8));
    const launched = await runCli(["run", "-g", "json", "-o", join(victims, "run"), ...args, "--", "true"], {
      through,
    });
    expect(launched.exitCode, launched.stderr).toBe(0);
    expect(statSync(join(victims, "run")).mode & 0o777).toBe(Number.parseInt(mode, 8));
  });

  test("what is no mode, or has no file: exit 2, and nothing is written", async () => {
    for (const args of [
      ["--mode", "rw", "-o", "x"],
      ["--mode", "0644"],
    ]) {
      const { exitCode } = await run([process.execPath, CLI_PATH, "--quick", ...args], { cwd: victims });
      expect(exitCode).toBe(2);
    }
    expect(existsSync(join(victims, "x"))).toBe(false);
  });
});
