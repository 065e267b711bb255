import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Membership } from "@ns-graph/graph";
import {
  type Held,
  type Keeper,
  makeKeeper,
  requireKernel,
  requireNamespaces,
  requireRoot,
  waiting,
} from "@ns-graph/testkit";
import { checkDescriptors } from "@ns-graph/testkit/contract";
import { expect, test } from "vitest";
import { readMachineUsers } from "../src/facts/machine-users.js";

checkDescriptors();

/** Where a container is that shares the machine's PIDs: in its initial user and PID namespaces, and in a mount namespace of its own. */
const SHARING: Membership = { user: "4:4026531837", pid: "4:4026531836", uts: "4:4026532001", mnt: "4:4026532000" };
const ANNA = "root:x:0:0::/root:/bin/sh\nanna:x:1000:1000::/home/anna:/bin/sh\n";

/** A process with an /etc of its own, which stands for process 1. */
async function startInit(keeper: Keeper, files: Readonly<Record<string, string>>): Promise<Held> {
  const etc = join(keeper.directory, "etc");
  mkdirSync(etc);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(etc, name), text);
  return keeper.start(["unshare", "--mount", ...waiting('mount --bind "$1" /etc', etc)]);
}

test("names are those of process 1 where it has another /etc", async (context) => {
  requireRoot(context);
  requireNamespaces(context, "mnt");
  requireKernel(context, "5.6");
  await using keeper = await makeKeeper();
  const { pid } = await startInit(keeper, { passwd: ANNA, group: "staff:x:50:\n", subuid: "anna:100000:65536\n" });
  const init = `/proc/${pid}`;
  expect(readMachineUsers(SHARING, true, init)).toEqual({
    from: "process-1",
    names: { "0": "root", "1000": "anna" },
    groupNames: { "50": "staff" },
    subuids: [{ owner: "anna", start: 100_000, count: 65_536 }],
    subgids: [],
  });
  // Links are followed within its root directory.
  const passwd = join(keeper.directory, "etc/passwd");
  rmSync(passwd);
  writeFileSync(join(keeper.directory, "etc/users"), "root:x:0:0::/root:/bin/sh\neve:x:1000:1000::/:/bin/sh\n");
  symlinkSync("/etc/users", passwd);
  expect(readMachineUsers(SHARING, true, init).names).toEqual({ "0": "root", "1000": "eve" });
  // In a PID or user namespace of one's own they are the viewer's.
  for (const [own, isWhole] of [
    [SHARING, false],
    [{ ...SHARING, user: "4:4026532002" }, true],
  ] as const) {
    const { from, names } = readMachineUsers(own, isWhole, init);
    expect(from).toBeUndefined();
    expect(names["1000"]).not.toBe("eve");
  }
});

test("nothing is said where process 1 has the same /etc, be it in another mount namespace", async (context) => {
  requireRoot(context);
  requireNamespaces(context, "mnt");
  requireKernel(context, "5.6");
  await using keeper = await makeKeeper();
  const { pid } = await keeper.start(["unshare", "--mount", ...waiting(":")]);
  const users = readMachineUsers(SHARING, true, `/proc/${pid}`);
  expect(users.from).toBeUndefined();
  expect(users.names["0"]).toBeDefined();
});

test("who may not look at process 1 gets numbers where a namespace shows that they are somewhere else, and only there", (context) => {
  requireRoot(context);
  const nowhere = "/proc/4294967295";
  expect(readMachineUsers(SHARING, true, nowhere)).toEqual({ from: "unread", names: {} });
  const { mnt: _, ...like } = SHARING;
  // Before Linux 6.17 the number of a mount namespace tells nothing.
  for (const own of [{ ...like, uts: "4:4026531838" }, { ...SHARING, uts: "4:4026531838" }, { user: "4:4026531837" }])
    expect(readMachineUsers(own, true, nowhere).from).toBeUndefined();
  const fixed = { user: "4:4026531837", net: "4:4026531833" };
  expect(readMachineUsers({ ...fixed, mnt: "4:4026532000" }, true, nowhere).from).toBe("unread");
  expect(readMachineUsers({ ...fixed, mnt: "4:4026531832" }, true, nowhere).from).toBeUndefined();
});
