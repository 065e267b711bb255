import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  asUser,
  CLI_PATH,
  enterCommand,
  type Keeper,
  LOADING_USER,
  makeKeeper,
  openFolder,
  requireKernel,
  requireNamespaces,
  requireProgram,
  run,
  type Skippable,
  startContained,
  startLoad,
} from "@ns-graph/testkit";
import { checkDescriptors } from "@ns-graph/testkit/contract";
import { beforeEach, describe, expect, test } from "vitest";
import { withInterfaces } from "./hostile-machine.js";

/*
 * Work is counted, not timed: the system calls of a run, and the bytes that they read. The run and what it looks at are in a
 * PID namespace of their own, so that nothing else on the machine counts.
 */

checkDescriptors();
beforeEach((context) => {
  requireNamespaces(context, "user", "mnt", "net", "pid", "uts");
  requireProgram(context, "strace", "nsenter", "setpriv");
});

/** The calls that a scan is made of. What the kernel or strace(1) does not know it may not know: `?` makes a name optional. */
const CALLS = "openat,?openat2,read,readlinkat,?statx,getdents64,ioctl,fcntl,close,?kcmp,?pidfd_open,?pidfd_getfd"
  .concat(",?listmount,?statmount,?faccessat2,faccessat,fstatfs,open_by_handle_at")
  .split(",");

interface Work {
  readonly calls: number;
  readonly bytes: number;
}

/** What makes a number of things inside a container. */
type Make = (inside: Inside, count: number) => Promise<unknown>;

interface Inside {
  readonly context: Skippable;
  readonly keeper: Keeper;
  /** What starts something there, as an ordinary user. */
  readonly through: readonly string[];
}

/** The work of a run that looks at so many things. */
async function workOf(
  context: Skippable,
  { make, args = [], isApart = true }: Omit<Reader, "count">,
  count: number,
): Promise<Work> {
  await using keeper = await makeKeeper();
  const enter = isApart
    ? enterCommand((await startContained(keeper, ["pid"], { proc: true })).pid, ["mnt", "pid"])
    : [];
  await make({ context, keeper, through: [...enter, ...asUser(LOADING_USER)] }, count);
  const log = join(keeper.directory, "calls");
  const through = [...enter, "strace", "-f", "-qq", "-o", log, "-e", `trace=${CALLS.join(",")}`, "-s", "0"];
  const { exitCode, stderr } = await run([process.execPath, CLI_PATH, "--format", "json", ...args], { through });
  expect(exitCode, stderr).toBe(0);
  let calls = 0;
  let bytes = 0;
  for (const line of readFileSync(log, "utf8").split("\n")) {
    const [, name, result] = /^\d+\s+(?:<\.\.\. )?(\w+)(?:\(| resumed).* = (-?\d+)/.exec(line) ?? [];
    if (name === undefined) continue;
    calls++;
    if (/^(read|readlinkat|getdents64)$/.test(name)) bytes += Math.max(0, Number(result));
  }
  return { calls, bytes };
}

const mounts =
  (mode: string, ...more: number[]): Make =>
  ({ context, keeper, through }, count) =>
    startLoad(context, keeper, "mounts", [openFolder(keeper, "load"), mode, count, ...more], { through });

const descriptors =
  (mode: string, ...more: number[]): Make =>
  ({ context, keeper, through }, count) =>
    startLoad(context, keeper, "descriptors", [mode, count, ...more], { through });

const descriptorsOf =
  (path: string): Make =>
  ({ context, keeper, through }, count) =>
    startLoad(context, keeper, "descriptors", ["kind", path, count], { through });

const crowds =
  (...mode: string[]): Make =>
  ({ context, keeper, through }, count) =>
    startLoad(context, keeper, "crowds", [...mode, count], { through });

const commandLines: Make = ({ context, keeper, through }, count) =>
  startLoad(context, keeper, "command-lines", ["broken", count], { through });

const interfaces: Make = ({ keeper, through }, count) => keeper.start([...through, ...withInterfaces(count)]);

interface Reader {
  readonly make: Make;
  readonly count: number;
  readonly args?: readonly string[];
  /** The kernel that is needed. */
  readonly since?: string;
  /** Whether it can be looked at from a PID namespace of its own, as everything but what the kernel lists can. */
  readonly isApart?: boolean;
}

const READERS: Readonly<Record<string, Reader>> = {
  "lines of mountinfo": { make: mounts("many"), count: 2_000 },
  "lines of mountinfo, with facts": { make: mounts("many"), count: 2_000, args: ["--facts"] },
  "covered mounts": { make: mounts("covered"), count: 2_000 },
  "mounts that listmount tells": { make: mounts("jailed"), count: 1_000, since: "6.11" },
  "mounts at deep paths": { make: mounts("deep", 20), count: 500 },
  "mount namespaces with mounts": { make: mounts("copies", 200), count: 30 },
  "mount namespaces that mounts hold": { make: mounts("chain"), count: 300, since: "6.12", isApart: false },
  "descriptors of one namespace": { make: descriptors("one"), count: 2_000 },
  "sockets that are asked": { make: descriptors("away"), count: 1_000, since: "5.6" },
  "sockets at home": { make: descriptors("home"), count: 2_000 },
  threads: { make: crowds("threads"), count: 300 },
  "tables of threads": { make: descriptors("tables", 100), count: 50 },
  "network namespaces": { make: crowds("namespaces", "net"), count: 100 },
  "user namespaces": { make: crowds("namespaces", "user"), count: 200 },
  "UTS namespaces": { make: crowds("namespaces", "uts"), count: 500 },
  "command lines": { make: commandLines, count: 30, args: ["--facts"] },
  interfaces: { make: interfaces, count: 100, args: ["--facts"] },
};

/** So many that no more would be listed. */
const FEW = 70;
/** What two runs may differ by that look at the same. */
const SLACK: Work = { calls: 30, bytes: 20_000 };

describe("twice as many are at most 2.2 times the work:", () => {
  test.for(Object.entries(READERS))("%s", async ([name, reader], context) => {
    const { count, since } = reader;
    if (since !== undefined) requireKernel(context, since);
    if (name === "interfaces") requireProgram(context, "ip");
    // What there is of each up to 64 is listed, and the rest is counted: that is the same for both.
    const few = await workOf(context, reader, FEW);
    const some = await workOf(context, reader, FEW + count);
    const twice = await workOf(context, reader, FEW + 2 * count);
    const isMeasured = some.calls - few.calls >= count || some.bytes - few.bytes >= 20 * count;
    expect(isMeasured, `${JSON.stringify(few)}, ${JSON.stringify(some)}`).toBe(true);
    for (const what of ["calls", "bytes"] as const) {
      const most = few[what] + 2.2 * (some[what] - few[what]) + SLACK[what];
      expect(twice[what], `${what} for ${count}: ${some[what] - few[what]}`).toBeLessThanOrEqual(most);
    }
  });
});

describe("a descriptor more is one call, and one or two more only where its kind has to be found out:", () => {
  test.for([
    ["/dev/null", 1],
    ["/etc/passwd", 1],
    ["/proc/self/status", 1],
    ["/proc", 2],
    ["/proc/uptime", 2],
    ["eventfd", 2],
    ["/", 3],
    ["/proc/self/net/tcp", 3],
  ] as const)("%s: %d", async ([path, most], context) => {
    const count = 1_000;
    const reader = { make: descriptorsOf(path) };
    const few = await workOf(context, reader, FEW);
    const many = await workOf(context, reader, FEW + count);
    const calls = (many.calls - few.calls) / count;
    expect(calls).toBeGreaterThan(0.9);
    expect(calls).toBeLessThanOrEqual(most + SLACK.calls / count);
  });
});

test("the tables of sockets are read once for all that are in a ring, though its process is never where it was", async (context) => {
  // What is registered is shown before, too, but not that it is a socket.
  requireKernel(context, "6.14");
  const reader = { make: descriptors("ring") };
  const one = await workOf(context, reader, 1);
  const many = await workOf(context, reader, 1_000);
  expect(many.bytes - one.bytes).toBeGreaterThan(10_000);
  expect(many.calls - one.calls).toBeLessThan(300);
});
