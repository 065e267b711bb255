import { mkdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isInitialInode, type Users } from "@ns-graph/graph";
import {
  asUser,
  type Keeper,
  makeKeeper,
  namespaceOf,
  requireNamespaces,
  requireProgram,
  requireRoot,
  runCli,
  type Skippable,
} from "@ns-graph/testkit";
import { checkDescriptors } from "@ns-graph/testkit/contract";
import { describe, expect, test } from "vitest";

checkDescriptors();

const FROM_PROCESS_1 = "users and groups are called as in /etc of process 1, which is not the one seen from here";
const BY_NUMBER = "users and groups are told by number";

/** Skips where other PIDs than the machine's are seen, or other uids. */
function requireMachine(context: Skippable): void {
  requireRoot(context);
  requireNamespaces(context, "mnt", "uts");
  for (const type of ["pid", "user"] as const)
    if (!isInitialInode(type, namespaceOf("self", type).ino)) context.skip(`needs the initial ${type} namespace`);
}

/** What has the machine's PIDs and another /etc, as a container that shares them does. */
function sharingPids(keeper: Keeper, ...through: readonly string[]): readonly string[] {
  const etc = join(keeper.directory, "etc");
  mkdirSync(etc);
  writeFileSync(join(etc, "passwd"), "captain:x:0:0::/:/bin/sh\n");
  writeFileSync(join(etc, "group"), "crew:x:0:\n");
  const script = 'mount --bind "$0" /etc && exec "$@"';
  return ["unshare", "--mount", "--uts", "sh", "-c", script, etc, ...through];
}

async function read(through: readonly string[], ...args: readonly string[]) {
  const { stdout, stderr, exitCode } = await runCli(args, { through });
  expect(exitCode, stderr).toBe(0);
  return { stdout, stderr };
}

async function readUsers(through: readonly string[]): Promise<Users & { readonly stderr: string }> {
  const { stdout, stderr } = await read(through, "--format", "json");
  return { ...(JSON.parse(stdout) as { readonly users: Users }).users, stderr };
}

/** Some machines' process 1 may be looked at by nobody, not even by root. */
function mayLookAtProcessOne(): boolean {
  try {
    return readlinkSync("/proc/1/root") !== "";
  } catch {
    return false;
  }
}

function nameOfRoot(): string {
  return /^([^:]+):[^:]*:0:/m.exec(readFileSync("/etc/passwd", "utf8"))?.[1] ?? "";
}

describe("with the machine's PIDs and another /etc", () => {
  test("users are called as process 1 has it, if that may be looked at, and it is said once", async (context) => {
    requireMachine(context);
    await using keeper = await makeKeeper();
    const through = sharingPids(keeper);
    const mayLook = mayLookAtProcessOne();
    const sentence = mayLook ? FROM_PROCESS_1 : BY_NUMBER;
    const { from, names, groupNames, stderr } = await readUsers(through);
    expect(from).toBe(mayLook ? "process-1" : "unread");
    expect(names["0"]).toBe(mayLook ? nameOfRoot() : undefined);
    expect(groupNames?.["0"]).not.toBe("crew");
    expect(stderr.split(sentence)).toHaveLength(2);
    for (const args of [[], ["show", "1"], ["--format", "dot"]]) {
      const { stdout, stderr } = await read(through, ...args);
      expect(stdout).not.toMatch(/captain|crew/);
      expect(stderr.split(sentence)).toHaveLength(2);
    }
  });

  test("they are numbers where process 1 may not be looked at, and that is said", async (context) => {
    requireMachine(context);
    requireProgram(context, "setpriv");
    await using keeper = await makeKeeper();
    const through = sharingPids(keeper, "setpriv", "--bounding-set=-sys_ptrace");
    const { stderr, ...users } = await readUsers(through);
    expect(users).toEqual({ from: "unread", names: {} });
    expect(stderr.split(BY_NUMBER)).toHaveLength(2);
    const { stdout } = await read(through, "show", `user:[${namespaceOf("self", "user").ino}]`);
    expect(stdout).not.toMatch(/captain|crew|\(root\)/);
  });
});

describe("nothing is said", () => {
  test.for<readonly [string, ...(readonly string[])]>([
    ["on the machine itself"],
    ...(mayLookAtProcessOne()
      ? [["in a mount namespace with the machine's /etc", "unshare", "--mount", "--uts"] as const]
      : []),
    ["to an ordinary user", ...asUser(60_123)],
    ["in a user namespace, where ids have other numbers", "unshare", "--user", "--map-root-user"],
    ["in a PID namespace of one's own", "unshare", "--pid", "--fork", "--mount-proc"],
  ])("%s", async ([, ...through], context) => {
    requireMachine(context);
    requireNamespaces(context, "user", "pid");
    requireProgram(context, "setpriv");
    const { from, names, stderr } = await readUsers(through);
    expect(from).toBeUndefined();
    expect(names["0"]).toBe(nameOfRoot());
    expect(stderr).not.toContain("users and groups");
  });
});
