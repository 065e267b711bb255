import {
  holdForChildren,
  type Keeper,
  makeKeeper,
  namespaceAt,
  type RealNamespace,
  readDescendants,
  requireNamespaces,
  runCli,
  waiting,
} from "@ns-graph/testkit";
import { checkDescriptors } from "@ns-graph/testkit/contract";
import { expect, test } from "vitest";

checkDescriptors();

const HELPERS = 10;
const FIRST_FD = 3;
const LAST_FD = 9;

interface Document {
  readonly processless: readonly { readonly namespace: string; readonly reason: string; readonly certain: boolean }[];
}

async function output(...args: string[]): Promise<string> {
  const { stdout, stderr, exitCode } = await runCli(args);
  expect(exitCode, stderr).toBe(0);
  return stdout;
}

/** What is said right below a namespace in a tree, on one line. */
function saidOf(text: string, { type, ino }: RealNamespace): string {
  const lines = text.split("\n");
  const first = lines.findIndex((line) => line.includes(`─ ${type}:[${ino}]`));
  const next = lines.findIndex((line, at) => at > first && /─ \w+:\[\d+\]|^$/.test(line));
  const said = lines.slice(first, next < 0 ? undefined : next).join(" ");
  return said.replace(/[\s│├└─]+/g, " ");
}

async function reasonOf({ type, id }: RealNamespace): Promise<string | undefined> {
  const document = JSON.parse(await output("--processless", "--namespaces", type, "--format", "json")) as Document;
  return document.processless.find(({ namespace }) => namespace === id)?.reason;
}

/** A network namespace that a shell and its children hold, each through the same descriptors. */
async function holdInHelpers(keeper: Keeper): Promise<{ namespace: RealNamespace; pids: readonly number[] }> {
  const numbers = Array.from({ length: LAST_FD - FIRST_FD + 1 }, (_, at) => FIRST_FD + at);
  const opens = numbers.map((fd) => `exec ${fd}</mnt/net`).join("\n");
  const script = `
    mount -t tmpfs tmpfs /mnt; : >/mnt/net
    unshare --net=/mnt/net true
    ${opens}
    umount -l /mnt/net
    i=0; while [ $i -lt ${HELPERS} ]; do sleep 1000 & i=$((i + 1)); done`;
  const { chain } = await keeper.start(["unshare", "--mount", ...waiting(script)]);
  const [shell = 0] = chain;
  const pids = readDescendants(shell).map(({ pid }) => pid);
  return { namespace: namespaceAt(`/proc/${shell}/fd/${FIRST_FD}`, "net"), pids };
}

test.for([40, 80, 200])("every process that holds a namespace is named (%i columns)", async (columns, context) => {
  requireNamespaces(context, "mnt", "net");
  await using keeper = await makeKeeper();
  const { namespace, pids } = await holdInHelpers(keeper);
  expect(pids).toHaveLength(HELPERS + 1);
  const env = { COLUMNS: `${columns}` };
  for (const args of [
    ["--processless", "--namespaces", "net"],
    ["show", `net:[${namespace.ino}]`],
  ]) {
    const { stdout } = await runCli(args, { env });
    for (const pid of pids) expect(stdout).toMatch(new RegExp(`\\b${pid}\\b`));
  }
  for (const format of ["dot", "mermaid"]) {
    const picture = await output("--processless", "--namespaces", "net", "--format", format);
    for (const pid of pids) expect(picture).toMatch(new RegExp(`\\b${pid}\\b`));
  }
  expect(await reasonOf(namespace)).toBe("held");
});

test("a mount in the mount namespace of another process names that, and is said to be only elsewhere", async (context) => {
  requireNamespaces(context, "mnt", "net");
  await using keeper = await makeKeeper();
  const script = "mount -t tmpfs tmpfs /mnt; : >/mnt/net; unshare --net=/mnt/net true";
  const held = await keeper.start(["unshare", "--mount", ...waiting(script)]);
  const namespace = namespaceAt(`/proc/${held.pid}/root/mnt/net`, "net");
  const said = saidOf(await output("--processless", "--namespaces", "net"), namespace);
  expect(said).toContain("mounted only elsewhere");
  expect(said).toContain(`mount /mnt/net in mnt:[${held.namespace("mnt").ino}] of ${held.pid} sh`);
  expect(await reasonOf(namespace)).toBe("elsewhere");
  // Whoever is in that mount namespace sees the name.
  const inside = await runCli(["--processless", "--namespaces", "net", "--format", "json"], {
    through: ["nsenter", `--target=${held.pid}`, "--mount"],
  });
  const { processless } = JSON.parse(inside.stdout) as Document;
  expect(processless.find((one) => one.namespace === namespace.id)?.reason).toBe("named");
  for (const format of ["dot", "mermaid"]) {
    const picture = await output("--processless", "--namespaces", "net", "--format", format);
    expect(picture).toContain(`mount of ${held.pid} sh at /mnt/net`);
    expect(picture).toContain("mounted only elsewhere");
  }
});

test("a time namespace for children names whose", async (context) => {
  requireNamespaces(context, "time");
  await using keeper = await makeKeeper();
  const { pid, namespace } = await holdForChildren(keeper, "time");
  if (namespace === undefined) throw new Error("the time namespace for children could not be read");
  expect(saidOf(await output("--processless", "--namespaces", "time"), namespace)).toContain(
    `held for children of ${pid} `,
  );
  expect(await reasonOf(namespace)).toBe("for-children");
});
