import { printable } from "@ns-graph/graph";
import {
  holdByDescriptor,
  holdBySockets,
  holdForChildren,
  type Keeper,
  leaveBehind,
  makeKeeper,
  mountDeadFileSystem,
  mountElsewhere,
  mountOutOfRoot,
  mountTwice,
  mountWithoutProcesses,
  nestPidNamespaces,
  nestUserNamespaces,
  outliveInit,
  type RealNamespace,
  requireFuse,
  requireNamespaces,
  requireProgram,
  runCli,
  unshareInThread,
  unshareUserAndPid,
} from "@ns-graph/testkit";
import { expect, test } from "vitest";

/** A namespace that has to be found, and the words that tell what holds it. */
interface Expected {
  readonly namespace: RealNamespace;
  readonly heldBy?: readonly (string | number)[];
}

interface Mounted {
  readonly namespace: RealNamespace;
  readonly path: string;
}

const mounted = ({ namespace, path }: Mounted): Expected => ({ namespace, heldBy: [printable(path)] });

const NOOKS: Readonly<Record<string, (keeper: Keeper) => Promise<readonly Expected[]>>> = {
  "held by one descriptor": async (keeper) => {
    const { namespace, pid, fd } = await holdByDescriptor(keeper);
    return [{ namespace, heldBy: [fd, pid] }];
  },
  "held by sockets": async (keeper) => {
    const { namespace, pid, fds } = await holdBySockets(keeper);
    return fds.map((fd) => ({ namespace, heldBy: [fd, pid] }));
  },
  "ancestors without processes": async (keeper) => {
    const { levels } = await nestUserNamespaces(keeper, { depth: 3 });
    return levels.map((namespace) => ({ namespace }));
  },
  "a user and a pid namespace": async (keeper) => {
    const { namespaces, pid } = await unshareUserAndPid(keeper);
    return Object.values(namespaces).map((namespace) => ({ namespace, heldBy: [pid] }));
  },
  "two names": async (keeper) => {
    const { namespace, paths } = await mountTwice(keeper);
    return paths.map((path) => mounted({ namespace, path }));
  },
  "a name in another mount namespace": async (keeper) => {
    const { namespace, paths } = await mountElsewhere(keeper);
    return paths.map((path) => mounted({ namespace, path }));
  },
  "a thread of its own": async (keeper) => {
    const { net, uts, pid, tid } = await unshareInThread(keeper);
    return [net, uts].map((namespace) => ({ namespace, heldBy: [tid, pid] }));
  },
  "for children, before the first": async (keeper) => {
    const { namespace, pid } = await holdForChildren(keeper, "time");
    return namespace === undefined ? [] : [{ namespace, heldBy: ["children", pid] }];
  },
  "for children, after the last": async (keeper) => {
    const { namespace, pid } = await outliveInit(keeper);
    return namespace === undefined ? [] : [{ namespace, heldBy: ["children", pid] }];
  },
  "mounted and without processes": async (keeper) => {
    const { user, pidNamespace, mnt, inner } = await mountWithoutProcesses(keeper);
    return [user, pidNamespace, mnt, inner].map(mounted);
  },
  "mounted where a chrooted process does not see it": async (keeper) => {
    const { namespace, paths } = await mountOutOfRoot(keeper);
    return paths.map((path) => mounted({ namespace, path }));
  },
  "as deep as the kernel allows": async (keeper) => {
    const users = await nestUserNamespaces(keeper, { depth: Number.POSITIVE_INFINITY });
    const pids = await nestPidNamespaces(keeper, { depth: Number.POSITIVE_INFINITY });
    return [...users.levels, ...pids.levels].map((namespace) => ({ namespace }));
  },
  "left behind with its owner": async (keeper) => {
    const { namespace, owner, pid, fd } = await leaveBehind(keeper);
    return [{ namespace, heldBy: [fd, pid] }, { namespace: owner }];
  },
};

const FORMATS: Readonly<Record<string, readonly string[]>> = {
  text: [],
  JSON: ["--format", "json"],
  DOT: ["--format", "dot", "--detail", "full"],
};

test.for(Object.entries(NOOKS))("%s: found in text, JSON and DOT alike", async ([, make], context) => {
  requireNamespaces(context, "user", "pid", "net", "mnt", "uts", "time");
  requireProgram(context, "ip");
  await using keeper = await makeKeeper();
  await findEverywhere(await make(keeper));
});

test("beside and below a file system whose daemon does not answer: found, and nothing waits for it", async (context) => {
  requireNamespaces(context, "mnt", "uts");
  requireFuse(context);
  await using keeper = await makeKeeper();
  const { pid, beside, below } = await mountDeadFileSystem(keeper);
  await findEverywhere([beside, below].map(mounted));
  const { stdout } = await runCli(["--format", "json"]);
  const { problems } = JSON.parse(stdout) as { problems: { pid?: number; code: string; path?: string }[] };
  expect(problems.filter((problem) => problem.pid === pid)).toEqual([]);
  const untried = problems.filter(({ code, path }) => code === "MOUNT_UNREADABLE" && path === beside.path);
  expect(untried).toEqual([]);
});

/** Draws this machine in each format, and looks for namespaces and what holds them. */
async function findEverywhere(expected: readonly Expected[]): Promise<void> {
  expect(expected.length).toBeGreaterThan(0);
  for (const [format, args] of Object.entries(FORMATS)) {
    const { stdout, exitCode, stderr } = await runCli(args);
    expect(exitCode, stderr).toBe(0);
    // A line may be wrapped within what is looked for, and DOT writes a backslash twice.
    const words = stdout.replace(/\n[│ ]*/g, " ").replaceAll("\\\\", "\\");
    for (const { namespace, heldBy = [] } of expected) {
      expect(words, `${format} of ${namespace.type}:[${namespace.ino}]`).toContain(String(namespace.ino));
      for (const word of heldBy)
        expect(words, `${format} of what holds ${namespace.type}:[${namespace.ino}]`).toContain(String(word));
    }
  }
}
