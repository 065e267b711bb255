import { readlinkSync } from "node:fs";
import {
  asUser,
  makeKeeper,
  requireNamespaces,
  runCli,
  startContained,
  waiting,
  waitingShell,
} from "@ns-graph/testkit";
import { checkDescriptors } from "@ns-graph/testkit/contract";
import { expect, test } from "vitest";

checkDescriptors();

async function drawn(args: readonly string[], through: readonly string[] = []) {
  const { stdout, stderr, exitCode } = await runCli(args, { through });
  expect(exitCode, stderr).toBe(0);
  return { stdout, stderr, tree: stdout.slice(stdout.indexOf("\n\n") + 2) };
}

const linkOf = (pid: number, type: string): string => readlinkSync(`/proc/${pid}/ns/${type}`);

test("a subtree begins at the user namespace of a container, below a line that says where that is", async (context) => {
  requireNamespaces(context, "user", "pid", "net", "mnt");
  await using keeper = await makeKeeper();
  const { pid } = await startContained(keeper, ["user", "mnt", "pid", "net"], { proc: true });
  const { tree, stderr } = await drawn(["--subtree", `${pid}`]);
  const [heading, first] = tree.split("\n");
  expect(heading).toBe(`In ${linkOf(process.pid, "user")} (initial):`);
  expect(first).toContain(`${linkOf(pid, "user")}  made by`);
  for (const type of ["mnt", "pid", "net"]) expect(tree).toContain(`── ${linkOf(pid, type)}  `);
  expect(stderr).not.toContain("the machine's user namespace");
  const hierarchy = await drawn(["--pidns", "--subtree", `${pid}`]);
  expect(hierarchy.tree.split("\n")[0]).toBe(`Below ${linkOf(process.pid, "pid")} (initial):`);
  expect(hierarchy.tree.split("\n")[1]).toMatch(/^pid:/);
  const machine = await drawn(["--subtree", `${process.pid}`, "--no-pids"]);
  expect(machine.stderr).toContain(`process ${process.pid} is in the machine's user namespace`);
});

test("a named process is told among how many it is, in the same words as in the whole", async (context) => {
  requireNamespaces(context, "net", "uts");
  await using keeper = await makeKeeper();
  const { pid } = await startContained(keeper, ["net", "uts"]);
  const { stdout, tree } = await drawn([`${pid}`]);
  expect(stdout.split("\n")[0]).toMatch(/ 1 of \d+ processes · 8 of \d+ namespaces$/);
  expect(tree).toMatch(/user:\[\d+\] {2}initial .* 1 of \d+ processes:/);
  expect(tree).not.toContain("not asked for");
  const whole = (await drawn(["--tree", "workload"])).stdout.split("\n");
  const row = (await drawn([`${pid}`, "--tree", "workload"])).stdout
    .split("\n")
    .find((line) => line.includes(`${pid} `));
  expect(row).toBeDefined();
  // Names are padded to the longest one.
  const squeeze = (line: string): string => line.replace(/ +/g, " ");
  expect(whole.map(squeeze)).toContain(squeeze(row ?? ""));
});

test("who may not look does not say that nobody is in a namespace, nor that it is a process's own", async (context) => {
  requireNamespaces(context, "net", "mnt");
  await using keeper = await makeKeeper();
  // Nobody may look at root's processes, but sees the mount that names what one of them is in.
  const mounts = "mount -t tmpfs none /run\n: > /run/blue\nunshare --net=/run/blue true";
  const { pid } = await keeper.start(["unshare", "--mount", "--propagation", "private", ...waiting(mounts)]);
  const inside = ["nsenter", "--target", `${pid}`, "--mount"];
  const member = await keeper.start([...inside, "nsenter", "--net=/run/blue", ...waitingShell()]);
  const name = linkOf(member.pid, "net");
  const nobody = [...inside, ...asUser()];
  const one = await drawn(["show", name], nobody);
  expect(one.stdout).toMatch(/^ {2}members +no process seen$/m);
  expect(one.stdout.replace(/\s+/g, " ")).toContain("could not be read");
  expect(one.stdout).not.toContain("vanishes when");
  const all = await drawn(["--processless"], nobody);
  expect(all.stdout).not.toMatch(/no process$|without a process/m);
  expect(all.tree).toContain(`${name}  members not known`);
  const whole = await drawn(["show", name], inside);
  expect(whole.stdout).toMatch(new RegExp(`^ {2}members +1 process\\n +${member.pid} `, "m"));
  expect((await drawn(["--quick", `${process.pid}`])).stdout).toContain("Not searched: other processes, thread,");
});
