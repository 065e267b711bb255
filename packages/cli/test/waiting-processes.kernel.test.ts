import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readDocument } from "@ns-graph/render-json";
import {
  asUser,
  CLI_PATH,
  type Keeper,
  LOADING_USER,
  type Load,
  makeKeeper,
  namespaceOf,
  openFolder,
  openFuseDevice,
  requireKernel,
  requireProgram,
  runCli,
  type Skippable,
  startLoad,
  whileExecuting,
} from "@ns-graph/testkit";
import { checkDescriptors } from "@ns-graph/testkit/contract";
import { beforeEach, describe, expect, test } from "vitest";
import { HostileMachine, requireLoads } from "./hostile-machine.js";
import { openTerminal } from "./terminal.js";

/*
 * Processes that make whoever looks at them wait for as long as they like, and root's run, which goes on without them.
 */

checkDescriptors();
beforeEach((context) => {
  requireLoads(context);
  // The namespaces of a pidfd.
  requireKernel(context, "6.11");
});

/** Reads links alone, so that nothing tells that a process is in the middle of execve(2). */
const LINKS = ["--quick", "--no-pids", "--no-color"];
const LINKS_AS_JSON = ["--quick", "--no-pids", "--format", "json"];
const OTHER_USER = 54_323;
/** Seconds in which a run is over that one or a few processes have made wait. */
const SOON = 20;

type Mode = "executing" | "memory" | "folder" | "tree";

function start(context: Skippable, keeper: Keeper, mode: Mode, count: number, user = LOADING_USER): Promise<Load> {
  const folder = openFolder(keeper, `load-${user}`);
  return startLoad(context, keeper, "fuse", [openFuseDevice(keeper), folder, mode, count], { through: asUser(user) });
}

/** Whether the end of a run was by itself, and how. */
function ended(child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve) => child.once("close", (code, signal) => resolve({ code, signal })));
}

/** A run whose output is kept. */
function startCli(args: readonly string[], through: readonly string[] = []) {
  const [program = "", ...words] = [...through, process.execPath, CLI_PATH, ...args];
  const child = spawn(program, words, { stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString("utf8");
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString("utf8");
  });
  return { child, end: ended(child), said: () => ({ stdout, stderr }) };
}

/** Has the kernel forget names that it knows: of one that somebody looked up before, nobody waits for the lock of its folder. */
function forgetNames(): void {
  // Dentries and inodes that nobody uses (proc_sys_vm(5)).
  writeFileSync("/proc/sys/vm/drop_caches", "2");
}

describe("a process in the middle of execve(2), of which nothing but links is read", () => {
  test("one: it is named with its namespaces, and all others are drawn", async (context) => {
    await using keeper = await makeKeeper();
    const machine = await HostileMachine.make(keeper);
    const load = await start(context, keeper, "executing", 1);
    const [pid = 0] = load.pids;
    const mountNamespace = namespaceOf(load.pid, "mnt").id;
    const { stdout, stderr } = await whileExecuting(load, () => machine.run(LINKS_AS_JSON, SOON));
    const graph = readDocument(stdout);
    expect(graph.problems()).toContainEqual({ code: "PROCESS_WAITS", pid });
    expect(graph.complete).toBe(false);
    // The one that it alone is in, and that of another who waits for nobody.
    expect(graph.namespace(load.namespaces[0]?.id ?? "")).toMatchObject({ type: "uts" });
    expect(graph.namespace(mountNamespace)).toMatchObject({ type: "mnt" });
    expect(stderr).toContain(`process ${pid} makes whoever looks at it wait, and was left out`);
  });

  test("five of one user and five of another: after two of each, the rest of that user's are left out", async (context) => {
    await using keeper = await makeKeeper();
    const machine = await HostileMachine.make(keeper);
    const one = await start(context, keeper, "executing", 5);
    const other = await start(context, keeper, "executing", 5, OTHER_USER);
    const { stdout } = await whileExecuting(one, () => whileExecuting(other, () => machine.run(LINKS_AS_JSON, 30)));
    const graph = readDocument(stdout);
    for (const { pids, namespaces } of [one, other]) {
      const named = graph.problems().filter(({ code, pid = 0 }) => code === "PROCESS_WAITS" && pids.includes(pid));
      expect(named).toHaveLength(2);
      for (const { id } of namespaces) expect(graph.namespace(id)).toMatchObject({ type: "uts" });
    }
    const users = graph.problems().filter(({ code }) => code === "USER_WAITS");
    expect(users.map(({ what }) => what).sort()).toEqual([String(LOADING_USER), String(OTHER_USER)]);
  });

  test("into a pipe, into a file and with --strict it ends as it would otherwise", async (context) => {
    await using keeper = await makeKeeper();
    const load = await start(context, keeper, "executing", 1);
    const file = join(keeper.directory, "graph.txt");
    const [piped, written] = await whileExecuting(load, () =>
      Promise.all([runCli([...LINKS, "--strict"]), runCli([...LINKS, "--output", file, "--mode", "640"])]),
    );
    expect(piped).toMatchObject({ exitCode: 3, signal: null });
    expect(piped.stdout).toMatch(/^.* processes · .* namespaces\n/);
    expect(written).toMatchObject({ exitCode: 0, signal: null, stdout: "" });
    expect(readFileSync(file, "utf8").split("\n").slice(1)).toContain(piped.stdout.split("\n")[1]);
    expect(statSync(file).mode & 0o777).toBe(0o640);
  });

  test("on a terminal it is drawn as on a terminal", async (context) => {
    requireProgram(context, "script");
    await using keeper = await makeKeeper();
    const load = await start(context, keeper, "executing", 1);
    await whileExecuting(load, async () => {
      await using terminal = openTerminal([process.execPath, CLI_PATH, "--quick", "--no-pids"], {
        cwd: keeper.directory,
        env: {},
      });
      await terminal.until("drawn", () => terminal.output().includes("was left out"));
      expect(terminal.output()).toContain("\u001b[");
    });
  });

  test.for([
    ["SIGINT", []],
    ["SIGTERM", []],
    ["SIGHUP", []],
    ["SIGINT", ["--output", "graph.txt"]],
  ] as const)("%s ends it at once: %j", async ([signal, output], context) => {
    await using keeper = await makeKeeper();
    const load = await start(context, keeper, "executing", 1);
    await whileExecuting(load, async () => {
      const { child, end } = startCli([...LINKS, ...output], ["env", `--chdir=${keeper.directory}`]);
      await sleep(2_500);
      const sent = Date.now();
      child.kill(signal);
      expect(await end).toEqual({ code: null, signal });
      expect(Date.now() - sent).toBeLessThan(1_500);
      expect(readdirSync(keeper.directory)).not.toContain("graph.txt");
    });
  });
});

test.for([[[]], [["--facts"]]] as const)("a process whose memory is locked: %j", async ([args], context) => {
  await using keeper = await makeKeeper();
  const machine = await HostileMachine.make(keeper);
  const load = await start(context, keeper, "memory", 3);
  const { graph, problems } = await whileExecuting(load, () => machine.see(args));
  const named = problems.filter(({ code, pid = 0 }) => code === "PROCESS_WAITS" && load.pids.includes(pid));
  expect(named).toHaveLength(args.length === 0 ? 0 : 2);
  for (const pid of load.pids) expect(graph.process(pid)).toBeDefined();
});

test("a tree of mounts, attached nowhere, of which a folder is locked: those who have it are named", async (context) => {
  await using keeper = await makeKeeper();
  const machine = await HostileMachine.make(keeper);
  const load = await start(context, keeper, "tree", 1);
  const [mounted] = load.namespaces;
  expect((await machine.see()).graph.pins(mounted?.id ?? "")).toMatchObject([
    { kind: "file", of: "mount-tree", pid: load.pid },
    { kind: "file", of: "mount-tree", pid: load.pids[0] },
  ]);
  const { graph, problems } = await whileExecuting(load, () => machine.see());
  const named = problems.filter(({ code }) => code === "PROCESS_WAITS").map(({ pid }) => pid);
  expect(named).toEqual([load.pid, load.pids[0]]);
  expect(graph.complete).toBe(false);
});

test("run starts its command once, after the graph of it", async (context) => {
  await using keeper = await makeKeeper();
  const load = await start(context, keeper, "folder", 1);
  const args = ["run", "--uts", "--graph", "text", "--output", join(keeper.directory, "run"), "--"];
  const { end, said } = await whileExecuting(load, async () => {
    // The command's parent is a shell that waits for it, and that one's is ns-graph.
    const parent = "read -r pid comm state parent rest </proc/$PPID/stat";
    forgetNames();
    const children = `${parent}; echo children $(cat /proc/$parent/task/$parent/children)`;
    const run = startCli([...args, "sh", "-c", `env; ${children}; echo done; exit 7`]);
    await sleep(9_000);
    return run;
  });
  expect(await end).toEqual({ code: 7, signal: null });
  const { stdout, stderr } = said();
  expect(stderr).toContain(`process ${load.pids[0]} makes whoever looks at it wait`);
  expect(stdout.match(/^done$/gm)).toHaveLength(1);
  expect(stdout).not.toContain("NS_GRAPH");
  // Of the run that was begun anew nothing is left, and nobody but what waits for the command.
  expect(stdout).toMatch(/^children \d+$/m);
});

test("a process whose folder in /proc is locked: no signal ends that wait, and all is drawn when it is over", async (context) => {
  await using keeper = await makeKeeper();
  const load = await start(context, keeper, "folder", 1);
  // Whoever else looks at processes meanwhile does this too.
  await runCli(["--format", "json"]);
  const { end, said } = await whileExecuting(load, async () => {
    forgetNames();
    const run = startCli([]);
    await sleep(9_000);
    expect(run.said().stdout).toBe("");
    return run;
  });
  expect(await end).toEqual({ code: 0, signal: null });
  expect(said().stdout).toMatch(/^.* processes · .* namespaces\n/);
});

describe("a run is not begun anew", () => {
  test("because it was stopped, whenever that was", async () => {
    const moments = [40, 70, 100, 130, 160, 190, 220, 250];
    const runs = await Promise.all(
      moments.map(async (moment) => {
        const run = startCli(["--facts"]);
        await sleep(moment);
        run.child.kill("SIGSTOP");
        await sleep(8_000);
        run.child.kill("SIGCONT");
        return run;
      }),
    );
    for (const { end, said } of runs) {
      expect(await end).toEqual({ code: 0, signal: null });
      expect(said().stdout).not.toBe("");
      expect(said().stderr).not.toContain("left out");
    }
  });

  test("because it gets little of the processor", async (context) => {
    requireProgram(context, "nice");
    const busy = [0, 1, 2, 3].map(() => spawn("sh", ["-c", "while :; do :; done"], { stdio: "ignore" }));
    try {
      const { end, said } = startCli(["--facts"], ["nice", "-n", "19"]);
      expect(await end).toEqual({ code: 0, signal: null });
      expect(said().stderr).not.toContain("left out");
    } finally {
      for (const child of busy) child.kill("SIGKILL");
      await Promise.all(busy.map(ended));
    }
  });
});
