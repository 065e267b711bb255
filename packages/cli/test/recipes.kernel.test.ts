import { chmodSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CLI_PATH,
  enterCommand,
  findProgram,
  type Keeper,
  makeKeeper,
  requireNamespaces,
  requireProgram,
  run,
  waiting,
} from "@ns-graph/testkit";
import { checkDescriptors } from "@ns-graph/testkit/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readBlocks } from "./read-docs.js";

checkDescriptors();

const INSTALLED = "/usr/bin/ns-graph";
const OPERATOR = 65531;

/** The block of the page that has a certain first line. */
function recipe(firstLine: string): string {
  const found = readBlocks("docs/permissions.md").find(({ text }) => text.startsWith(`${firstLine}\n`));
  if (found === undefined) throw new Error(`docs/permissions.md has no ${firstLine}`);
  return found.text;
}

let folder: string;
let keeper: Keeper | undefined;
/** What runs the rest of a command line where the operators and the rules for sudo are. */
let enter: readonly string[] | undefined;
/** Why there is none. */
let failure: unknown;

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "ns-graph-recipes-")));
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, "ns-graph"), `#!/usr/bin/env sh\nexec '${process.execPath}' '${CLI_PATH}' "$@"\n`, {
    mode: 0o755,
  });
  writeFileSync(
    join(folder, "evil.cjs"),
    `require("node:fs").writeFileSync(${JSON.stringify(join(folder, "open/stolen"))}, "");`,
  );
  mkdirSync(join(folder, "open"));
  mkdirSync(join(folder, "path"));
  const evil = `#!/bin/sh\n: >'${join(folder, "open/stolen")}'\n`;
  writeFileSync(join(folder, "path/sh"), evil, { mode: 0o755 });
  chmodSync(join(folder, "open"), 0o777);
  const rules = recipe("# /etc/sudoers.d/ns-graph").replaceAll(INSTALLED, join(folder, "ns-graph"));
  writeFileSync(join(folder, "rules"), rules, { mode: 0o440 });
  // What an administrator may have set for all commands, before and for no good.
  const careless = 'Defaults env_keep += "NODE_OPTIONS NODE_PATH HOME", setenv, !secure_path\n';
  writeFileSync(join(folder, "careless"), careless, { mode: 0o440 });
  if (process.geteuid?.() !== 0 || findProgram("sudo") === undefined) return;
  keeper = await makeKeeper();
  const script = [
    "mount -t tmpfs tmpfs /run; cp -a /etc /run/etc; mount --bind /run/etc /etc",
    `groupadd operators; useradd --uid ${OPERATOR} --groups operators --no-create-home anna`,
    `cp ${join(folder, "careless")} /etc/sudoers.d/careless; cp ${join(folder, "rules")} /etc/sudoers.d/ns-graph`,
    "chmod 440 /etc/sudoers.d/*",
  ].join("\n");
  try {
    const held = await keeper.start(["unshare", "--mount", ...waiting(script)]);
    enter = enterCommand(held.pid, ["mnt"]);
  } catch (error) {
    failure = error;
  }
});
afterAll(async () => {
  await keeper?.stop();
  rmSync(folder, { recursive: true });
});

describe("the rules for sudo", () => {
  beforeEach((context) => {
    requireNamespaces(context, "mnt");
    requireProgram(context, "sudo", "visudo", "setpriv", "useradd");
    if (enter === undefined) throw new Error("the rules could not be set up", { cause: failure });
  });

  const asOperator = ["setpriv", `--reuid=${OPERATOR}`, `--regid=${OPERATOR}`, "--init-groups"];
  const sudo = (...args: string[]) => {
    const path = `${join(folder, "path")}:${process.env.PATH}`;
    const env = { NODE_OPTIONS: `--require ${join(folder, "evil.cjs")}`, HOME: folder, NODE_PATH: folder, PATH: path };
    return run([...asOperator, "sudo", "--non-interactive", ...args], { through: enter ?? [], env });
  };

  test("are such", async () => {
    const { exitCode, stderr } = await run(["visudo", "--check", "--file", "/etc/sudoers.d/ns-graph"], {
      through: enter ?? [],
    });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  });

  test("let operators run it as root, and no module of theirs", async () => {
    const { exitCode, stdout, stderr } = await sudo(join(folder, "ns-graph"), "--format", "json");
    expect({ exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(JSON.parse(stdout).viewer.euid).toBe(0);
    expect(readdirSync(join(folder, "open"))).toEqual([]);
  });

  test.each([
    ["another format", ["--format", "text"]],
    ["a file to write", ["--format", "json", "--output", "/etc/shadow"]],
    ["no arguments", []],
  ])("don't let them run it with %s", async (_name, args) => {
    const { exitCode, stdout, stderr } = await sudo(join(folder, "ns-graph"), ...args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain("password is required");
  });

  test("don't let them set variables", async () => {
    const { exitCode, stderr } = await sudo("NODE_DEBUG=fs", join(folder, "ns-graph"), "--format", "json");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("not allowed to set");
    expect(readdirSync(join(folder, "open"))).toEqual([]);
  });
});

describe("the unit", () => {
  const unit = recipe("# /etc/systemd/system/ns-graph.service");

  test("has a user of its own", () => expect(unit).toMatch(/^DynamicUser=yes$/m));

  test("is one that systemd understands", async (context) => {
    requireProgram(context, "systemd-analyze");
    const file = join(folder, "ns-graph.service");
    writeFileSync(file, unit.replace(INSTALLED, join(folder, "ns-graph")));
    const { exitCode, stdout, stderr } = await run([
      "systemd-analyze",
      "verify",
      "--man=no",
      "--recursive-errors=no",
      file,
    ]);
    expect({ exitCode, output: stdout + stderr }).toEqual({ exitCode: 0, output: "" });
  });
});

test("no recipe runs as a user that others have", () => {
  const users = readBlocks("docs/permissions.md").flatMap(({ text }) =>
    [...text.matchAll(/(?:--reuid[ =]|^User=)(\S+)/gm)].map(([, user]) => user),
  );
  expect(users).toEqual(["ns-graph"]);
});
