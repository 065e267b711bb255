import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { quoteForShell } from "@ns-graph/graph";
import {
  asUser,
  coverMount,
  holdByDescriptor,
  holdBySockets,
  holdForChildren,
  type Keeper,
  makeKeeper,
  mountAtOddPaths,
  mountDeadFileSystem,
  mountOutOfRoot,
  mountTwice,
  mountWithoutProcesses,
  nestUserNamespaces,
  outliveInit,
  type RealNamespace,
  requireFuse,
  requireNamespaces,
  run,
  runCli,
  startContained,
  unshareInThread,
} from "@ns-graph/testkit";
import { checkDescriptors } from "@ns-graph/testkit/contract";
import { describe, expect, test } from "vitest";
import { ask, askIn, FORMATS_FOR_PEOPLE, naming } from "./offered-command.js";

checkDescriptors();

function nameOf({ type, ino }: RealNamespace): string {
  return `${type}:[${ino}]`;
}

const enterable: Readonly<Record<string, (keeper: Keeper) => Promise<readonly RealNamespace[]>>> = {
  "that a process is in": async (keeper) => {
    const { namespaces } = await startContained(keeper, ["user", "mnt", "pid", "net", "uts", "ipc", "cgroup"]);
    return Object.values(namespaces);
  },
  "that a descriptor holds": async (keeper) => [(await holdByDescriptor(keeper)).namespace],
  "that a thread is in": async (keeper) => {
    const { net, uts } = await unshareInThread(keeper);
    return [net, uts];
  },
  "with names in another mount namespace": async (keeper) => [(await mountTwice(keeper)).namespace],
  "with odd names": async (keeper) => [(await mountAtOddPaths(keeper)).namespace],
  "that bind mounts alone hold": async (keeper) => {
    const { user, mnt } = await mountWithoutProcesses(keeper);
    return [user.namespace, mnt.namespace];
  },
  "for children": async (keeper) => {
    const { namespace } = await holdForChildren(keeper, "time");
    return namespace === undefined ? [] : [namespace];
  },
};

const closed: Readonly<Record<string, (keeper: Keeper) => Promise<readonly (RealNamespace | undefined)[]>>> = {
  "whose only name is covered by a FIFO": async (keeper) => [(await coverMount(keeper, "fifo")).namespace],
  "whose only name lies outside of every root": async (keeper) => [(await mountOutOfRoot(keeper)).namespace],
  "that only sockets hold": async (keeper) => [(await holdBySockets(keeper)).namespace],
  "of PIDs before its first process": async (keeper) => [(await holdForChildren(keeper, "pid")).namespace],
  "of PIDs whose init has ended": async (keeper) => [(await outliveInit(keeper)).namespace],
  "of PIDs without processes that a mount holds": async (keeper) => [
    (await mountWithoutProcesses(keeper)).pidNamespace.namespace,
  ],
  "named in a mount namespace without processes": async (keeper) => [
    (await mountWithoutProcesses(keeper)).inner.namespace,
  ],
  "without anything but one below it": async (keeper) => [(await nestUserNamespaces(keeper, { depth: 2 })).levels[0]],
};

describe("the command that show gives for a namespace", () => {
  test.for(Object.entries(enterable))("%s enters it", async ([, make], context) => {
    requireNamespaces(context, "user", "pid", "net", "mnt", "uts", "ipc", "cgroup", "time");
    await using keeper = await makeKeeper();
    const namespaces = await make(keeper);
    if (namespaces.length === 0) return context.skip("this kernel says nothing of such a namespace");
    for (const namespace of namespaces) {
      const { enterWith = [] } = await ask(nameOf(namespace));
      const { stdout, stderr } = await run(naming(enterWith, "readlink", `/proc/self/ns/${namespace.type}`), {
        timeout: 10_000,
      });
      expect({ entered: stdout.trim(), enterWith, stderr }).toEqual({
        entered: `${namespace.type}:[${namespace.ino}]`,
        enterWith,
        stderr: "",
      });
    }
  });

  test("of an ordinary user's own sandbox enters it as that user", async (context) => {
    requireNamespaces(context, "user", "pid", "mnt", "uts", "ipc", "net");
    await using keeper = await makeKeeper();
    const types = ["user", "mnt", "pid", "uts", "ipc", "net"] as const;
    const { namespaces } = await startContained(keeper, [...types], { through: asUser() });
    const document = join(keeper.directory, "seen.json");
    const { stdout: saved } = await runCli(["--format", "json", "--facts"], { through: asUser() });
    writeFileSync(document, saved);
    for (const namespace of types.flatMap((type) => namespaces[type] ?? [])) {
      const { why, enterWith = [] } = await ask(nameOf(namespace), { through: asUser() });
      expect(why).toMatch(/^Of what could be seen, it is alive because of /);
      const { stdout, stderr } = await run(naming(enterWith, "readlink", `/proc/self/ns/${namespace.type}`), {
        through: asUser(),
        timeout: 10_000,
      });
      expect(stdout.trim(), `${enterWith.join(" ")}\n${stderr}`).toBe(nameOf(namespace));
      const { stdout: again } = await runCli(["--from", document, "show", nameOf(namespace), "--format", "json"]);
      expect(JSON.parse(again).answer.enterWith).toEqual(enterWith);
    }
  });

  test.for(Object.entries(closed))("%s is none", async ([, make], context) => {
    requireNamespaces(context, "user", "pid", "net", "mnt", "uts");
    await using keeper = await makeKeeper();
    for (const namespace of await make(keeper)) {
      if (namespace === undefined) return context.skip("this kernel says nothing of such a namespace");
      const { why, enterWith } = await ask(nameOf(namespace));
      expect(enterWith).toBeUndefined();
      expect(why).not.toBe("");
    }
  });

  test("does not lead through a file system that does not answer", async (context) => {
    requireNamespaces(context, "mnt", "uts");
    requireFuse(context);
    await using keeper = await makeKeeper();
    const { beside, below } = await mountDeadFileSystem(keeper);
    expect((await ask(nameOf(below.namespace))).enterWith).toBeUndefined();
    const { enterWith = [] } = await ask(nameOf(beside.namespace));
    const { stdout } = await run(naming(enterWith, "readlink", "/proc/self/ns/uts"), { timeout: 10_000 });
    expect(stdout.trim()).toBe(`uts:[${beside.namespace.ino}]`);
  });
});

test.for(FORMATS_FOR_PEOPLE)("%s has the answers too", async (format, context) => {
  requireNamespaces(context, "net", "mnt");
  await using keeper = await makeKeeper();
  const { namespace } = await mountTwice(keeper);
  const { why, enterWith = [] } = await ask(nameOf(namespace));
  const { command, text } = await askIn(format, nameOf(namespace));
  // Others come and go between two looks.
  const withoutNumbers = (words: string): string => words.replaceAll(/\d+ of \d+ processes/g, "some processes");
  for (const sentence of why.split(/(?<=\.) /)) expect(withoutNumbers(text)).toContain(withoutNumbers(sentence));
  expect(command?.replaceAll(/\\\n\s*/g, "")).toBe(quoteForShell(enterWith));
});
