import { spawnSync } from "node:child_process";
import {
  chmodSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asUser, type Ran, type RunOptions, requireProgram, requireRoot, run } from "@ns-graph/testkit";
import { checkDescriptors } from "@ns-graph/testkit/contract";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { copyKoffi, copyKoffiPart, type Installation, install, KOFFI_PART } from "./installation.js";

checkDescriptors();

const OTHER = 65533;
const VERSION = "3.3.4";

let installation: Installation | undefined;
/** A folder that everybody can write to, as /tmp is: nobody can remove what is another's. */
let shared: string;

beforeEach((context) => {
  requireRoot(context);
  requireProgram(context, "setpriv");
  shared = realpathSync(mkdtempSync(join(tmpdir(), "ns-graph-koffi-")));
  chmodSync(shared, 0o1777);
});
afterEach(() => {
  installation?.[Symbol.dispose]();
  installation = undefined;
  rmSync(shared, { recursive: true, force: true });
});

function set(hasKoffi: boolean): Installation {
  installation = install({ hasKoffi, into: shared });
  return installation;
}

/** Whether the command could read this machine as root; where it could not, why. */
async function read({ bin }: Installation, options: RunOptions = {}): Promise<string> {
  const ran = await run([process.execPath, bin, "--quick", "--format", "json"], options);
  if (ran.exitCode === 0) return "read";
  return reasonOf(ran);
}

function reasonOf({ exitCode, stdout, stderr }: Ran): string {
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  const [line = "", hint = ""] = stderr.split("\n");
  const [, reason] =
    /^ns-graph: koffi, which calls the kernel, could not be loaded on linux-\w+: (.*)$/.exec(line) ?? [];
  expect(hint).toContain(`Install koffi@${VERSION} beside this program`);
  expect(stderr.split("\n")).toHaveLength(3);
  return reason ?? line;
}

/** Somebody else's copy of what stands in a folder. */
function copyAsOther(from: string, to: string): void {
  const [program = "", ...args] = [...asUser(OTHER), "cp", "-r", from, to];
  expect(spawnSync(program, args, { stdio: ["ignore", "ignore", "inherit"] }).status).toBe(0);
}

/** A folder of packages with all of koffi in it. */
function withKoffi(modules: string): string {
  mkdirSync(modules, { recursive: true });
  copyKoffi(modules);
  copyKoffiPart(modules);
  return modules;
}

describe("koffi", () => {
  test("is found beside the command", async () => {
    expect(await read(set(true))).toBe("read");
  });

  test("is found behind links, as pnpm installs it", async () => {
    const place = set(false);
    const store = withKoffi(join(place.root, "node_modules/.pnpm/koffi/node_modules"));
    symlinkSync(".pnpm/koffi/node_modules/koffi", join(place.root, "node_modules/koffi"));
    expect(store).toContain(place.root);
    expect(await read(place)).toBe("read");
  });

  test.each([
    ["the working directory", ".", {}],
    ["a node_modules folder of the working directory", "node_modules", {}],
    ["NODE_PATH", "path", { NODE_PATH: "path" }],
    [".node_modules of the home directory", ".node_modules", {}],
    [".node_libraries of the home directory", ".node_libraries", {}],
  ])("is not taken from %s", async (_name, folder, { NODE_PATH }: { NODE_PATH?: string }) => {
    const place = set(false);
    const elsewhere = join(shared, "elsewhere");
    withKoffi(join(elsewhere, folder));
    const env = { HOME: elsewhere, ...(NODE_PATH === undefined ? {} : { NODE_PATH: join(elsewhere, NODE_PATH) }) };
    const where = `it is in no node_modules folder above ${join(place.root, "node_modules/ns-graph/dist")}`;
    expect(await read(place, { env, cwd: elsewhere })).toBe(where);
  });

  test.each([".", "node_modules", ".node_modules"])(
    "does not take its native part from elsewhere (%s)",
    async (folder) => {
      const place = set(false);
      const koffi = copyKoffi(join(place.root, "node_modules"));
      const elsewhere = join(shared, "elsewhere");
      copyKoffiPart(join(elsewhere, folder));
      const env = { HOME: elsewhere, NODE_PATH: join(elsewhere, folder) };
      const reason = `its native part, ${KOFFI_PART}, is not installed beside ${koffi}`;
      expect(await read(place, { env, cwd: elsewhere })).toBe(reason);
    },
  );

  test("of another version is not used", async () => {
    const place = set(true);
    const file = join(place.root, "node_modules", KOFFI_PART, `linux_${process.arch}/koffi.node`);
    const changed = readFileSync(file).toString("latin1").replaceAll(VERSION, "3.3.3");
    writeFileSync(file, changed, "latin1");
    expect(await read(place)).toBe(`it is version 3.3.3, and ${VERSION} is needed`);
  });

  test("that can't be loaded is named with the reason", async () => {
    const place = set(true);
    const part = join(place.root, "node_modules", KOFFI_PART);
    for (const libc of ["linux", "musl"]) writeFileSync(join(part, `${libc}_${process.arch}/koffi.node`), "no program");
    expect(await read(place)).toContain("koffi.node");
  });

  test("that was compiled on this machine is used where there is no package for it", async () => {
    const place = set(true);
    const modules = join(place.root, "node_modules");
    mkdirSync(join(modules, "koffi/build/koffi"), { recursive: true });
    const { status } = spawnSync("mv", [
      join(modules, KOFFI_PART, `linux_${process.arch}`),
      join(modules, "koffi/build/koffi"),
    ]);
    expect(status).toBe(0);
    rmSync(join(modules, "@koromix"), { recursive: true });
    expect(await read(place)).toBe("read");
  });

  test("is chosen by its own package where musl is installed", async () => {
    const place = set(true);
    const preload = join(shared, "musl.cjs");
    writeFileSync(
      preload,
      `const fs = require("node:fs");
      const { existsSync } = fs;
      fs.existsSync = (path) => /^\\/lib\\/ld-musl-/.test(path) || existsSync(path);
      process.once("exit", () => fs.writeSync(2, Object.keys(require.cache).join("\\n")));`,
    );
    const command = [process.execPath, "--require", preload, place.bin, "--quick", "--format", "json"];
    const { exitCode, stderr } = await run(command);
    expect(exitCode).toBe(0);
    expect(stderr).toContain(join(KOFFI_PART, "index.js"));
  });
});

describe("koffi that somebody else could have put there", () => {
  test("above the command is not loaded", async () => {
    withKoffi(join(shared, "theirs"));
    const place = set(false);
    copyAsOther(join(shared, "theirs"), join(shared, "node_modules"));
    const modules = join(shared, "node_modules");
    expect(await read(place)).toBe(`${modules} belongs to uid ${OTHER}, so its code could be anybody's`);
  });

  test("nor is what their link leads to, even if nobody else can change that", async () => {
    const place = set(false);
    withKoffi(join(shared, "ours"));
    symlinkSync("ours", join(shared, "node_modules"));
    lchownSync(join(shared, "node_modules"), OTHER, OTHER);
    const reason = `${join(shared, "node_modules")} belongs to uid ${OTHER}, so its code could be anybody's`;
    expect(await read(place)).toBe(reason);
  });

  test.each([
    ["the folder of packages above the command", "."],
    ["koffi", "koffi"],
    ["the folder of the native part", `${KOFFI_PART}/linux_${process.arch}`],
    ["the native part", `${KOFFI_PART}/linux_${process.arch}/koffi.node`],
  ])("is not loaded where everybody can write to %s", async (_name, path) => {
    const place = set(false);
    const modules = withKoffi(join(shared, "node_modules"));
    expect(await read(place)).toBe("read");
    const open = join(modules, path);
    chmodSync(open, 0o777);
    expect(await read(place)).toBe(`everybody can write to ${open}, so its code could be anybody's`);
  });

  test("is not loaded by its own way either", async () => {
    const place = set(true);
    const part = join(place.root, "node_modules", KOFFI_PART);
    rmSync(join(part, `linux_${process.arch}`), { recursive: true });
    chmodSync(join(part, "index.js"), 0o666);
    expect(await read(place)).toBe(`everybody can write to ${join(part, "index.js")}, so its code could be anybody's`);
  });

  test("is loaded by root where it belongs to whom the command belongs to", async () => {
    const place = set(true);
    spawnSync("chown", ["-R", `${OTHER}:${OTHER}`, place.root]);
    expect(await read(place)).toBe("read");
    spawnSync("chown", ["-R", "65532:65532", join(place.root, "node_modules", KOFFI_PART)]);
    expect(await read(place)).toContain("belongs to uid 65532");
  });

  test("is loaded from a folder that is open to all, if the command lies in it, too", async () => {
    const place = set(true);
    chmodSync(join(place.root, "node_modules"), 0o777);
    expect(await read(place)).toBe("read");
  });
});
