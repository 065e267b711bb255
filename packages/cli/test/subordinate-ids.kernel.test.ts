import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  enterCommand,
  makeKeeper,
  namespaceOf,
  requireNamespaces,
  requireRoot,
  runCli,
  waiting,
  waitingShell,
} from "@ns-graph/testkit";
import { checkDescriptors } from "@ns-graph/testkit/contract";
import { expect, test } from "vitest";

checkDescriptors();

/** The files that tell who ids are; gids other than uids, so that none is taken for the other. */
const FILES = {
  passwd: "root:x:0:0::/root:/bin/sh\nanna:x:1000:1000::/home/anna:/bin/sh\n",
  group: "root:x:0:\nstaff:x:50:\n",
  subuid: "anna:100000:65536\n",
  subgid: "1000:300000:65536\n",
};

/** The text of a format, as people read it. */
function plain(output: string): string {
  return output
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll(/\s+/g, " ");
}

test("whose gids a map has is said beside whose uids, in every format", async (context) => {
  requireRoot(context);
  requireNamespaces(context, "user", "mnt", "pid");
  await using keeper = await makeKeeper();
  const etc = join(keeper.directory, "etc");
  mkdirSync(etc);
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(etc, name), text);
  // Names are those of process 1: here of one that has this /etc.
  const around = ["unshare", "--mount", "--pid", "--fork", "--mount-proc"];
  const room = await keeper.start([...around, ...waiting('mount --bind "$1" /etc', etc)]);
  const through = enterCommand(room.pid, ["mnt", "pid"]);
  const { pid: outside } = await keeper.start([...through, "unshare", "--user", ...waitingShell()]);
  const pid = /^NSpid:.*\t(\d+)$/m.exec(readFileSync(`/proc/${outside}/status`, "utf8"))?.[1];
  try {
    writeFileSync(`/proc/${outside}/uid_map`, "0 1000 1\n1 100000 1000\n");
    writeFileSync(`/proc/${outside}/gid_map`, "0 50 1\n1 300000 1000\n");
  } catch (error) {
    context.skip(`no ids can be mapped here: ${(error as Error).message}`);
  }
  const { type, ino } = namespaceOf(outside, "user");
  const ask = async (...args: readonly string[]): Promise<string> => {
    const { stdout, stderr, exitCode } = await runCli(args, { through });
    expect(exitCode, stderr).toBe(0);
    return stdout;
  };
  for (const args of [
    ["show", `${type}:${ino}`],
    [`${pid}`],
    [`${pid}`, "--format", "dot"],
    [`${pid}`, "--format", "mermaid"],
  ]) {
    const text = plain(await ask(...args));
    for (const phrase of [
      "uid 1000 (anna) ↦ 0",
      "uids 100000–100999 (subordinate to anna) ↦ 1–1000",
      "gid 50 (staff) ↦ 0",
      "gids 300000–300999 (subordinate to anna) ↦ 1–1000",
    ])
      expect(text, args.join(" ")).toContain(phrase);
  }
  expect(JSON.parse(await ask(`${pid}`, "--format", "json")).users).toEqual({
    names: { "0": "root", "1000": "anna" },
    groupNames: { "0": "root", "50": "staff" },
    subuids: [{ owner: "anna", start: 100_000, count: 65_536 }],
    subgids: [{ owner: "1000", start: 300_000, count: 65_536 }],
  });
});
