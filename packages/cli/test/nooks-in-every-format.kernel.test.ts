import {
  assembleGraph,
  describeHolders,
  describePin,
  groupPins,
  type Pin,
  pinsOfGroup,
  printable,
} from "@ns-graph/graph";
import {
  type HeldForChildren,
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

/** A pin without the namespace it holds. */
type Holder = Pin extends infer Each ? (Each extends Pin ? Omit<Each, "namespace"> : never) : never;

/** A namespace that has to be found, what holds it, and the processes that are in it. */
interface Expected {
  readonly namespace: RealNamespace;
  readonly heldBy?: readonly Holder[];
  readonly members?: readonly number[];
}

interface Mounted {
  readonly namespace: RealNamespace;
  readonly mountNamespace: RealNamespace;
  readonly path: string;
}

const mounted = ({ namespace, mountNamespace, path }: Mounted): Expected => ({
  namespace,
  heldBy: [{ kind: "mount", path, mountNamespace: mountNamespace.id }],
});

const forChildren = ({ namespace, pid, tid }: HeldForChildren): Expected[] =>
  namespace === undefined
    ? []
    : [{ namespace, heldBy: [{ kind: "for-children", pid, ...(tid === undefined ? {} : { tid }) }] }];

const NOOKS: Readonly<Record<string, (keeper: Keeper) => Promise<readonly Expected[]>>> = {
  "held by one descriptor": async (keeper) => {
    const { namespace, pid, fd } = await holdByDescriptor(keeper);
    return [{ namespace, heldBy: [{ kind: "fd", pid, fd }] }];
  },
  "held by sockets": async (keeper) => {
    const { namespace, pid, fds } = await holdBySockets(keeper);
    return [{ namespace, heldBy: fds.map((fd) => ({ kind: "socket", pid, fd })) }];
  },
  "ancestors without processes": async (keeper) => {
    const { levels } = await nestUserNamespaces(keeper, { depth: 3 });
    return levels.map((namespace) => ({ namespace }));
  },
  "a user and a pid namespace": async (keeper) => {
    const { namespaces, pid } = await unshareUserAndPid(keeper);
    return Object.values(namespaces).map((namespace) => ({ namespace, members: [pid] }));
  },
  "two names": async (keeper) => {
    const { namespace, mountNamespace, paths } = await mountTwice(keeper);
    return paths.map((path) => mounted({ namespace, mountNamespace, path }));
  },
  "a name in another mount namespace": async (keeper) => {
    const { namespace, mountNamespace, paths } = await mountElsewhere(keeper);
    return paths.map((path) => mounted({ namespace, mountNamespace, path }));
  },
  "a thread of its own": async (keeper) => {
    const { net, uts, pid, tid } = await unshareInThread(keeper);
    return [net, uts].map((namespace) => ({ namespace, heldBy: [{ kind: "thread", pid, tid }] }));
  },
  "a time namespace for children, before the first": async (keeper) =>
    forChildren(await holdForChildren(keeper, "time")),
  "a pid namespace for children, before the first": async (keeper) => forChildren(await holdForChildren(keeper, "pid")),
  "a thread's pid namespace for children, before the first": async (keeper) =>
    forChildren(await holdForChildren(keeper, "pid", "thread")),
  "for children, after the last": async (keeper) => forChildren(await outliveInit(keeper)),
  "mounted and without processes": async (keeper) => {
    const { user, pidNamespace, mnt, inner } = await mountWithoutProcesses(keeper);
    return [user, pidNamespace, mnt, inner].map(mounted);
  },
  "mounted where a chrooted process does not see it": async (keeper) => {
    const { namespace, mountNamespace, paths } = await mountOutOfRoot(keeper);
    return paths.map((path) => mounted({ namespace, mountNamespace, path }));
  },
  "as deep as the kernel allows": async (keeper) => {
    const users = await nestUserNamespaces(keeper, { depth: Number.POSITIVE_INFINITY });
    const pids = await nestPidNamespaces(keeper, { depth: Number.POSITIVE_INFINITY });
    return [...users.levels, ...pids.levels].map((namespace) => ({ namespace }));
  },
  "left behind with its owner": async (keeper) => {
    const { namespace, owner, pid, fd } = await leaveBehind(keeper);
    return [{ namespace, heldBy: [{ kind: "fd", pid, fd }] }, { namespace: owner }];
  },
};

test.for(Object.entries(NOOKS))("%s: found in text, JSON and DOT alike", async ([, make], context) => {
  requireNamespaces(context, "user", "pid", "net", "mnt", "uts", "time");
  requireProgram(context, "ip");
  await using keeper = await makeKeeper();
  const expected = await make(keeper);
  if (expected.length === 0) return context.skip("this kernel does not tell of it");
  await findEverywhere(expected);
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

/** What stands at one namespace: the words, and the ends of edges that lead to it. */
type Finder = (output: string, expected: Expected) => string | undefined;

interface Format {
  readonly args: readonly string[];
  /** What is said of that namespace and of nothing else; undefined where it is not there. */
  readonly find: Finder;
  /** Whether each member's PID is among it. */
  readonly namesMembers: boolean;
  /** Whether each pin stands for itself, or what a process holds together. */
  readonly hasEachPin: boolean;
}

const FORMATS: Readonly<Record<string, Format>> = {
  text: { args: [], find: findInText, namesMembers: true, hasEachPin: false },
  "the picture": { args: ["--format", "dot"], find: findInPicture, namesMembers: false, hasEachPin: false },
  "the full picture": {
    args: ["--format", "dot", "--detail", "full"],
    find: findInFullPicture,
    namesMembers: true,
    hasEachPin: true,
  },
};

/** A graph that knows nobody's name. */
const NOBODY = assembleGraph({
  frame: { host: {}, viewer: { pid: 1, euid: 0, namespaces: {} }, sources: [], complete: true },
  namespaces: [],
  processes: [],
  pins: [],
  problems: [],
});

/** Pins as they are told of each process; mounts are told one by one. */
function wordsByProcess(pins: readonly Pin[]): readonly string[] {
  return groupPins(NOBODY, pins).flatMap((group) =>
    group.kind === "processes" ? describeHolders(group) : pinsOfGroup(group).map(describePin),
  );
}

/** Draws this machine in each format, and looks at each namespace for what holds it and who is in it. */
async function findEverywhere(expected: readonly Expected[]): Promise<void> {
  await findInDocument(expected);
  for (const [format, { args, find, namesMembers, hasEachPin }] of Object.entries(FORMATS)) {
    const { stdout, exitCode, stderr } = await runCli(args);
    expect(exitCode, stderr).toBe(0);
    for (const item of expected) {
      const { namespace, heldBy = [], members = [] } = item;
      const name = `${namespace.type}:[${namespace.ino}]`;
      const said = find(stdout, item);
      expect(said, `${name} in ${format}`).toBeDefined();
      const pins = heldBy.map((holder) => ({ ...holder, namespace: namespace.id }) as Pin);
      const words = hasEachPin ? pins.map(describePin) : wordsByProcess(pins);
      for (const phrase of words.map(printable))
        expect(hasPhrase(said, phrase), `${phrase} at ${name} in ${format}:\n${said}`).toBe(true);
      if (!namesMembers) continue;
      for (const pid of members)
        expect(hasPhrase(said, String(pid)), `${pid} in ${name} in ${format}:\n${said}`).toBe(true);
    }
  }
}

async function findInDocument(expected: readonly Expected[]): Promise<void> {
  const { stdout, exitCode, stderr } = await runCli(["--format", "json"]);
  expect(exitCode, stderr).toBe(0);
  const { namespaces, processes, pins } = JSON.parse(stdout) as {
    namespaces: { id: string; type: string; ino: number; dev: number }[];
    processes: { pid: number; namespaces: Record<string, string> }[];
    pins: Pin[];
  };
  for (const { namespace, heldBy = [], members = [] } of expected) {
    expect(namespaces).toContainEqual(expect.objectContaining({ ...namespace }));
    for (const holder of heldBy)
      expect(pins).toContainEqual(expect.objectContaining({ ...holder, namespace: namespace.id }));
    for (const pid of members)
      expect(processes.find((item) => item.pid === pid)?.namespaces[namespace.type]).toBe(namespace.id);
  }
}

/** Whether a text holds a phrase that does not go on as a longer number. */
function hasPhrase(text: string | undefined, phrase: string): boolean {
  const escaped = phrase.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(?<!\\d)${escaped}(?!\\d)`).test(text ?? "");
}

/** The line that names the namespace, and those that belong to it: down to the next line with a branch. */
function findInText(text: string, { namespace: { type, ino } }: Expected): string | undefined {
  // Above the first empty line is a summary.
  const lines = text.slice(text.indexOf("\n\n")).split("\n");
  const strip = (line: string) => line.replace(/^[│├└─╴ ]*(?:depth \d+: )?/, "");
  const begin = lines.findIndex((line) => strip(line).startsWith(`${type}:[${ino}]`));
  if (begin < 0) return undefined;
  const length = lines.slice(begin + 1).findIndex((line) => !/^[│ ]+[^│├└ ]/.test(line));
  return lines
    .slice(begin, length < 0 ? undefined : begin + 1 + length)
    .map(strip)
    .join(" ");
}

/** Each statement's tooltip is what is shown of it beside its label. */
function readTooltips(dot: string): { readonly id: string; readonly tooltip: string }[] {
  return [...dot.matchAll(/\bid="([^"]*)".*?\btooltip="((?:[^"\\]|\\.)*)"/g)].map(([, id = "", text = ""]) => ({
    id,
    tooltip: text.replaceAll(/\\(.)/g, (_, character: string) => (character === "n" ? "\n" : character)),
  }));
}

/** Who is where stands in the tooltip: the namespaces line by line, and what holds them. */
function findInPicture(dot: string, { namespace: { type, ino } }: Expected): string | undefined {
  const isOf = (line: string) => line === `${type}:[${ino}]` || line.startsWith(`${type}:[${ino}] `);
  return readTooltips(dot).find(({ tooltip }) => tooltip.split("\n").some(isOf))?.tooltip;
}

/** What holds a namespace and who is in it are nodes of their own, with edges to it; who is in a user namespace stands in its box. */
function findInFullPicture(dot: string, { namespace: { type, ino } }: Expected): string | undefined {
  const id = `${type}_${ino}`;
  const tooltips = readTooltips(dot);
  const own = tooltips.find((item) => item.id === id);
  if (own === undefined) return undefined;
  const edges = [...dot.matchAll(/\bid="(\w+?)__(\w+)", class="(?:pin|member)"/g)];
  const near = edges.flatMap(([, from = "", to = ""]) => (to === id ? [from] : []));
  const box = dot.split(`subgraph "cluster_${id}" {`)[1]?.split(/^(?:subgraph .*|\})$/m)[0] ?? "";
  const around = tooltips.filter((item) => near.includes(item.id)).map(({ tooltip }) => tooltip);
  return [own.tooltip, ...near, ...around, box].join("\n");
}
