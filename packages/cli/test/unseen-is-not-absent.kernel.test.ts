import {
  asUser,
  type Keeper,
  makeKeeper,
  namespaceOf,
  type RealNamespace,
  requireNamespaces,
  requireProgram,
  runCli,
  waiting,
} from "@ns-graph/testkit";
import { checkDescriptors } from "@ns-graph/testkit/contract";
import { describe, expect, test } from "vitest";

checkDescriptors();

/*
 * A network namespace that has a name and, unseen by most viewers, a process of root's. None of them may say that it has
 * no process, or that it goes with its name.
 */

interface Hidden {
  readonly namespace: RealNamespace;
  readonly pid: number;
  /** The start of a command line that runs the rest where the name can be seen. */
  readonly enter: readonly string[];
  readonly path: string;
}

/** The process that is in it is neither below nor in the mount namespace of where its name is. */
async function hide(keeper: Keeper): Promise<Hidden> {
  const path = `${keeper.directory}/hidden`;
  const script =
    'mount -t tmpfs tmpfs "$1"; : >"$1/hidden"; mount --bind /proc/self/ns/net "$1/hidden"; chmod 755 "$1"';
  const held = await keeper.start(["unshare", "--net", "--mount", ...waiting(script, keeper.directory)]);
  const enter = ["nsenter", "--target", `${held.pid}`, "--mount"];
  return { namespace: namespaceOf(held.pid, "net"), pid: held.pid, enter, path };
}

const HIDING = 'mount -t proc -o hidepid=2 proc /proc && exec "$@"';

const viewers: Readonly<Record<string, readonly string[]>> = {
  "an ordinary user": asUser(),
  "root without CAP_SYS_PTRACE": ["setpriv", "--bounding-set=-sys_ptrace"],
  "an ordinary user with hidepid": ["unshare", "--mount", "sh", "-c", HIDING, "sh", ...asUser()],
  "root in a child PID namespace": ["unshare", "--pid", "--fork", "--mount-proc"],
};

const FORMATS = ["text", "json", "dot", "mermaid"] as const;

interface Document {
  readonly blindSpots: readonly { readonly of: string; readonly types: readonly string[] }[];
  readonly answer: { readonly why: string };
}

describe.each(Object.entries(viewers))("%s", (_name, through) => {
  test.for(FORMATS)("claims nothing of what it can't see, as %s", async (format, context) => {
    requireNamespaces(context, "net", "mnt", "pid");
    requireProgram(context, "setpriv");
    await using keeper = await makeKeeper();
    const hidden = await hide(keeper);
    const as = [...hidden.enter, ...through];
    const shown = await runCli(["show", `net:[${hidden.namespace.ino}]`, "--format", format], { through: as });
    expect(shown.exitCode, shown.stderr).toBe(0);
    const text = shown.stdout.replaceAll(/\s+/g, " ");
    expect(text).toContain(`${hidden.namespace.ino}`);
    expect(text).not.toMatch(/no process(?! seen)/);
    expect(text).not.toContain("vanishes when");
    expect(text).not.toContain("without a process");
    const all = await runCli(["--processless", "--format", format], { through: as });
    expect(all.exitCode, all.stderr).toBe(0);
    for (const line of all.stdout.split("\n").filter((each) => each.includes(`${hidden.namespace.ino}`)))
      expect(line).not.toContain("no process");
    if (format !== "json") return;
    const document = JSON.parse(shown.stdout) as Document;
    expect(document.blindSpots.some(({ of, types }) => of === "members" && types.includes("net"))).toBe(true);
    expect(document.answer.why).toMatch(/^Of what could be seen, it is alive because of /);
  });
});

test.for(FORMATS)("root sees the process, as %s", async (format, context) => {
  requireNamespaces(context, "net", "mnt");
  await using keeper = await makeKeeper();
  const { namespace, pid } = await hide(keeper);
  const { stdout, stderr, exitCode } = await runCli(["show", `net:[${namespace.ino}]`, "--format", format]);
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toMatch(format === "json" ? new RegExp(`{"pid":${pid},`) : /\bsh\b/);
  expect(stdout).not.toContain("no process");
});
