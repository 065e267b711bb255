import {
  type Held,
  type Keeper,
  makeKeeper,
  type Ran,
  requireNamespaces,
  requireProgram,
  run,
  runCli,
  waiting,
} from "@ns-graph/testkit";
import { checkDescriptors } from "@ns-graph/testkit/contract";
import { beforeEach, expect, test } from "vitest";

checkDescriptors();

beforeEach((context) => {
  requireNamespaces(context, "mnt", "net");
  requireProgram(context, "ip");
});

/** A mount namespace with a folder of names of its own, and how to run something there. */
async function makeNames(keeper: Keeper, script: string): Promise<{ held: Held; through: readonly string[] }> {
  const prepare = `mkdir -p /run/netns; mount -t tmpfs tmpfs /run/netns\n${script}`;
  const held = await keeper.start(["unshare", "--mount", ...waiting(prepare)]);
  return { held, through: ["nsenter", "--target", `${held.pid}`, "--mount"] };
}

async function show(name: string, through: readonly string[]): Promise<Ran & { readonly said: string }> {
  const ran = await runCli(["show", name], { through, timeout: 20_000 });
  return { ...ran, said: ran.stderr.replaceAll(/\s+/g, " ") };
}

/** That a name is shown as the namespace that ip-netns(8) enters by it. */
async function expectEntered(name: string, through: readonly string[]): Promise<void> {
  const inside = await run(["ip", "netns", "exec", name, "readlink", "/proc/self/ns/net"], { through });
  expect(inside.stdout, inside.stderr).toMatch(/^net:\[\d+\]\n$/);
  const { stdout, stderr } = await show(name, through);
  expect(stdout.split(" ")[0], stderr).toBe(inside.stdout.trim());
}

test("a name that is a symbolic link to the namespace of a process", async () => {
  await using keeper = await makeKeeper();
  const member = await keeper.start(["unshare", "--net", ...waiting(":")]);
  const { through } = await makeNames(
    keeper,
    `ln -s /proc/${member.pid}/ns/net /run/netns/link; ln -s /proc/${member.pid}/ns/net /run/netns/${member.pid}`,
  );
  await expectEntered("link", through);
  const both = await show(`${member.pid}`, through);
  expect(both).toMatchObject({ exitCode: 1, stdout: "" });
  expect(both.said).toContain(
    `${member.pid} is a process and a namespace Say which: /proc/${member.pid}, /run/netns/${member.pid}.`,
  );
});

test("names of digits, and with blanks around", async () => {
  await using keeper = await makeKeeper();
  // No PID: pid_max is at most 4194304.
  const names = ["4999111", " lead", "trail ", "lead", "1"];
  const { through } = await makeNames(keeper, names.map((name) => `ip netns add '${name}'`).join("\n"));
  for (const name of names.slice(0, -1)) await expectEntered(name, through);
  expect((await show("1", through)).said).toContain("1 is a process and a namespace Say which: /proc/1, /run/netns/1.");
});

test("a name over which something was mounted", async () => {
  await using keeper = await makeKeeper();
  const { held, through } = await makeNames(
    keeper,
    `ip netns add under; ip netns add twice; ip netns add over
     stat -c %i /run/netns/under
     mount --bind /run/netns/over /run/netns/twice
     touch /run/netns/file; mount --bind /run/netns/file /run/netns/under`,
  );
  await expectEntered("twice", through);
  const [under] = held.lines;
  const { exitCode, said } = await show("under", through);
  expect(exitCode).toBe(1);
  expect(said).toContain(
    `no namespace is called under. /run/netns/under does not lead to net:[${under}], which is mounted there Name the namespace: net:[${under}].`,
  );
  expect((await show("/run/netns/under", through)).stdout).toMatch(`net:[${under}]`);
});

test("a file that was left behind where a name was", async () => {
  await using keeper = await makeKeeper();
  const { through } = await makeNames(keeper, "touch /run/netns/left /run/netns/4999112");
  const what = (name: string) => `/run/netns/${name}: no namespace is mounted there; it is a regular file on tmpfs`;
  expect((await show("left", through)).said).toContain(`no namespace is called left. ${what("left")}`);
  expect((await show("4999112", through)).said).toContain(
    `nothing that was found has the number 4999112. ${what("4999112")}`,
  );
});
