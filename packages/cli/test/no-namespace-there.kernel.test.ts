import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  asUser,
  makeKeeper,
  type Ran,
  type RunOptions,
  requireNamespaces,
  requireRoot,
  runCli,
  startActor,
  waiting,
} from "@ns-graph/testkit";
import { checkDescriptors } from "@ns-graph/testkit/contract";
import { expect, test } from "vitest";

checkDescriptors();

/** What `show` says of something that it does not find. */
function refusal(word: string, options: RunOptions = {}): Promise<string> {
  return refusalOf(["show", word], options);
}

async function refusalOf(line: readonly string[], options: RunOptions = {}): Promise<string> {
  const { exitCode, stdout, stderr }: Ran = await runCli([...line], { timeout: 20_000, ...options });
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  // Above it may stand what was not seen on the way.
  return stderr.replaceAll(/\s+/g, " ");
}

test("show says what is at a path where no namespace is mounted", async (context) => {
  requireNamespaces(context, "mnt");
  await using keeper = await makeKeeper();
  const make = `
    mount -t tmpfs tmpfs "$1"; cd "$1"
    mkdir folder lower upper work merged run
    touch file under
    mkfifo pipe
    mknod device c 1 3
    ln -s none dangling
    ln -s file link
    mount -t overlay -o lowerdir=lower,upperdir=upper,workdir=work overlay merged || mount -t proc overlay merged
    mount --bind file under
    mount -t tmpfs tmpfs /run
    mkdir /run/netns; touch /run/netns/blue`;
  const folder = join(keeper.directory, "paths");
  mkdirSync(folder);
  const held = await keeper.start(["unshare", "--mount", ...waiting(make, folder)]);
  const through = ["nsenter", "--target", `${held.pid}`, "--mount"];
  const there = async (name: string) => refusal(`${folder}/${name}`, { through });
  const none = (name: string) => `${folder}/${name}: no namespace is mounted there; `;
  expect(await there("file")).toContain(`${none("file")}it is a regular file on tmpfs`);
  expect(await there("folder/")).toContain(`${none("folder")}it is a folder of tmpfs`);
  expect(await there("pipe")).toContain(`${none("pipe")}it is a named pipe on tmpfs`);
  expect(await there("device")).toContain(`${none("device")}it is a character device on tmpfs`);
  expect(await there("link")).toContain(`${none("link")}it is a symbolic link to a regular file on tmpfs`);
  expect(await there("dangling")).toContain(`${none("dangling")}it is a symbolic link that leads nowhere`);
  expect(await there("none")).toContain(`${none("none")}nothing is there`);
  expect(await there("merged")).toMatch(/\/merged: no namespace is mounted there; (overlay|proc) is mounted there/);
  expect(await there("under")).toContain(`${none("under")}it is a regular file, and tmpfs is mounted there`);
  const blue = "/run/netns/blue: no namespace is mounted there; it is a regular file on tmpfs";
  expect(await refusal("blue", { through })).toContain(`no namespace is called blue. ${blue}`);
  expect(await refusal("/run/netns/blue", { through })).toContain(blue);
});

test("show does not say what it can't know of a path", async (context) => {
  requireRoot(context);
  await using keeper = await makeKeeper();
  const secret = join(keeper.directory, "secret");
  mkdirSync(secret);
  writeFileSync(join(secret, "file"), "");
  chmodSync(secret, 0o700);
  for (const name of ["file", "none"]) {
    const said = await refusal(join(secret, name), { through: asUser() });
    expect(said).toContain(
      `${secret}/${name} can't be looked at (EACCES), so it is not known whether a namespace is mounted`,
    );
    expect(said).not.toContain("nothing is there");
  }
});

test("show knows a socket", async () => {
  await using keeper = await makeKeeper();
  const held = await startActor(keeper);
  const path = join(keeper.directory, "socket");
  await held.makeSocketFile(path);
  expect(await refusal(path)).toContain(`${path}: no namespace is mounted there; it is a socket on `);
});

test("whoever names a thread is told whose it is, also of one that holds nothing", async () => {
  await using keeper = await makeKeeper();
  const held = await startActor(keeper);
  const { tid } = await held.startThread();
  for (const line of [["show"], [], ["--subtree"]]) {
    const said = await refusalOf([...line, `${tid}`]);
    expect(said).toContain(`${tid} is a thread of ${held.pid}, not a process Name the process: ${held.pid}.`);
  }
});
