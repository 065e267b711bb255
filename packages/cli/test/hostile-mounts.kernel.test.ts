import { readFileSync } from "node:fs";
import { readDocument } from "@ns-graph/render-json";
import {
  enterCommand,
  makeKeeper,
  mountDeadFileSystem,
  namespaceOf,
  openFolder,
  requireFuse,
  requireKernel,
  runCli,
  startContained,
  startLoad,
} from "@ns-graph/testkit";
import { checkDescriptors } from "@ns-graph/testkit/contract";
import { beforeEach, describe, expect, test } from "vitest";
import {
  countedInText,
  countHolders,
  countListed,
  expectSaid,
  HostileMachine,
  problemsOf,
  requireLoads,
  sized,
} from "./hostile-machine.js";

checkDescriptors();
beforeEach(requireLoads);

/** Bytes of a folder's name in the loads that lie deep. */
const NAME = 250;

describe("a mountinfo longer than a string may be", () => {
  test.for([
    ["lines longer than any path that can be opened", 400, sized(6_000)],
    ["lines about as long as is read", 200, sized(12_000)],
  ] as const)("%s: some mounts are not looked at, and that is said", async ([, depth, count], context) => {
    await using keeper = await makeKeeper();
    const machine = await HostileMachine.make(keeper);
    const folder = openFolder(keeper, "load");
    const load = await startLoad(context, keeper, "mounts", [folder, "deep", count, depth]);
    const [namespace] = load.namespaces;
    const mountNamespace = namespaceOf(load.pid, "mnt").id;
    for (const args of [[], ["--facts"]]) {
      const seen = await machine.see(args);
      expectSaid(seen, { code: "LIMIT_REACHED", what: "mounts", namespace: mountNamespace });
      expect(seen.stderr).toContain("some mounts of mnt:[");
      // Of the lines that fit, as many are told as are listed of any, though no path so long can be opened.
      const listed = namespace === undefined ? 0 : countListed(seen, namespace, "mount");
      expect(listed).toBe(depth * NAME < 1 << 16 ? 64 : 0);
    }
  });
});

test("a few lines longer than any path that can be opened: that is said, and not that a limit was reached", async (context) => {
  await using keeper = await makeKeeper();
  const machine = await HostileMachine.make(keeper);
  const load = await startLoad(context, keeper, "mounts", [openFolder(keeper, "load"), "deep", 5, 400]);
  const namespace = namespaceOf(load.pid, "mnt").id;
  const seen = await machine.see(["--facts"]);
  expectSaid(seen, { code: "MOUNT_PATH_TOO_LONG", namespace, count: 5 });
  expect(problemsOf(seen, { namespace }).map(({ code }) => code)).toEqual(["MOUNT_PATH_TOO_LONG"]);
  expect(seen.stderr).toContain("5 mounts of mnt:[");
  expect(seen.stderr).not.toContain("--limit");
});

describe("mounts of one namespace in one mount namespace", () => {
  const count = sized(90_000);

  test.for(["many", "covered"])("%s: few are listed, all are counted", async (mode, context) => {
    await using keeper = await makeKeeper();
    const machine = await HostileMachine.make(keeper);
    const load = await startLoad(context, keeper, "mounts", [openFolder(keeper, "load"), mode, count]);
    const [namespace] = load.namespaces;
    if (namespace === undefined) throw new Error("the load names no namespace");
    const seen = await machine.see();
    expect(countHolders(seen, namespace, "mount")).toBe(count);
    expect(countListed(seen, namespace, "mount")).toBe(64);
    const { stdout } = await machine.run(["--no-color"]);
    expect(countedInText(stdout, "mounts")).toBeGreaterThanOrEqual(count - 64);

    const half = Math.floor(count / 2);
    const cut = await machine.see(["--limit", `mounts=${half}`]);
    expectSaid(cut, { code: "LIMIT_REACHED", what: "mounts", namespace: namespaceOf(load.pid, "mnt").id });
    expect(countHolders(cut, namespace, "mount")).toBeGreaterThan(64);
    expect(countHolders(cut, namespace, "mount")).toBeLessThanOrEqual(half);
  });

  test("seen in many mount namespaces: counted in each", async (context) => {
    await using keeper = await makeKeeper();
    const machine = await HostileMachine.make(keeper);
    const copies = sized(200);
    const mounts = 1_000;
    const load = await startLoad(context, keeper, "mounts", [openFolder(keeper, "load"), "copies", copies, mounts]);
    const [namespace] = load.namespaces;
    if (namespace === undefined) throw new Error("the load names no namespace");
    const seen = await machine.see();
    expect(countHolders(seen, namespace, "mount")).toBe((copies + 1) * mounts);
    expect(countListed(seen, namespace, "mount")).toBe((copies + 1) * 64);
    // All together reach a limit before each of them does: those that come late have what nobody else can use up.
    const cut = await machine.see(["--limit", `mounts=${mounts}`]);
    const said = cut.problems.filter(({ code, what }) => code === "LIMIT_REACHED" && what === "mounts");
    expect(said.length).toBeGreaterThan(0);
    expect(countHolders(cut, namespace, "mount")).toBeGreaterThan(copies * 32);
  });
});

test("mount namespaces that hold each other by mounts alone: all are found, one after the other", async (context) => {
  // listmount(2) of another mount namespace.
  requireKernel(context, "6.11");
  await using keeper = await makeKeeper();
  const machine = await HostileMachine.make(keeper);
  const count = sized(1_000);
  const folder = openFolder(keeper, "load");
  const load = await startLoad(context, keeper, "mounts", [folder, "chain", count]);
  const [last] = load.namespaces;
  if (last === undefined) throw new Error("the load names no namespace");
  const seen = await machine.see();
  expect(countHolders(seen, last, "mount")).toBe(1);
  let at = seen.pins.find(({ namespace }) => namespace === last.id);
  let length = 0;
  for (; at?.kind === "mount"; length++) {
    const { mountNamespace } = at;
    if (mountNamespace === namespaceOf(load.pid, "mnt").id) break;
    at = seen.pins.find(({ kind, namespace }) => kind === "mount" && namespace === mountNamespace);
  }
  expect(length).toBe(count);
});

test("what lies beyond the mounts that a limit lets be looked at may be on any way: it is not waited for", async (context) => {
  requireFuse(context);
  await using keeper = await makeKeeper();
  // Nobody else's mounts are looked at.
  const enter = enterCommand((await startContained(keeper, ["pid"], { proc: true })).pid, ["mnt", "pid"]);
  const { pid, below } = await mountDeadFileSystem(keeper, enter);
  const lines = readFileSync(`/proc/${pid}/mountinfo`, "utf8").trimEnd().split("\n");
  expect(lines.at(-1)).toContain(" - fuse dead ");
  const args = ["--format", "json", "--limit", `mounts=${lines.length - 1}`];
  const { stdout, exitCode } = await runCli(args, { through: enter });
  expect(exitCode).toBe(0);
  const graph = readDocument(stdout);
  const { id } = below.namespace;
  expect(graph.pins(id)).toMatchObject([{ kind: "mount", path: below.path, mountNamespace: below.mountNamespace.id }]);
  // Had it been waited for, no mounts of that mount namespace would have been looked for in a second run.
  const said = graph.problems().filter(({ namespace }) => namespace === id || namespace === below.mountNamespace.id);
  expect(said.map(({ code }) => code).sort()).toEqual(["LIMIT_REACHED", "MOUNT_MAY_WAIT"]);
});

test("the viewer's own mount namespace is counted once, though its mounts are read more than once", async () => {
  const script = `
    mount -t tmpfs tmpfs "$1"
    : >"$1/name"
    unshare --uts="$1/name" true
    for i in $(seq "$2"); do : >"$1/$i"; mount --bind "$1/name" "$1/$i"; done
    shift 2
    exec "$@"`;
  await using keeper = await makeKeeper();
  const through = ["unshare", "--mount", "sh", "-c", script, "sh", openFolder(keeper, "own"), "200"];
  const { stdout, exitCode } = await runCli(["--format", "json", "--limit", "mounts=350"], { through });
  expect(exitCode).toBe(0);
  const own = readDocument(stdout);
  expect(own.problems().filter(({ code }) => code === "LIMIT_REACHED")).toEqual([]);
  expect([...own.pins()].filter(({ more }) => more === 201 - 64)).toHaveLength(1);
});
