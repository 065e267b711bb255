import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { NAMESPACE_TYPES, type NamespaceType } from "@ns-graph/graph";
import { readDocument } from "@ns-graph/render-json";
import {
  asUser,
  CLI_PATH,
  namespaceOf,
  requireNamespaces,
  requireProgram,
  requireRoot,
  runCli,
  run as runProgram,
} from "@ns-graph/testkit";
import { checkDescriptors } from "@ns-graph/testkit/contract";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

checkDescriptors();

let folder: string;
beforeEach((context) => {
  requireRoot(context);
  requireProgram(context, "unshare", "setpriv");
  folder = mkdtempSync(join(tmpdir(), "ns-graph-run-"));
  chmodSync(folder, 0o777);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Who starts it, and in what: root, root in a PID namespace (a child of unshare(1)), and an ordinary user. */
const WAYS: Readonly<Record<string, { readonly options: readonly string[]; readonly through: readonly string[] }>> = {
  root: { options: ["--uts"], through: [] },
  "root, as PID 1": { options: ["--pid"], through: [] },
  "an ordinary user": { options: ["--user", "--map-root-user", "--net"], through: asUser() },
  "an ordinary user, as PID 1": { options: ["-Ur", "--mount-proc"], through: asUser() },
};

describe.each(Object.entries(WAYS))("%s", (_name, { options, through }) => {
  beforeEach((context) => requireNamespaces(context, "user", "pid", "net", "mnt", "uts"));
  // An ordinary user may not search all of root's.
  const env = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" };
  const run = (...command: string[]) => runCli(["run", ...options, "--", ...command], { through, env, cwd: "/" });

  test("gets the command's exit status", async () => {
    expect(await run("sh", "-c", "exit 7")).toMatchObject({ exitCode: 7, stdout: "", stderr: "" });
    expect(await run("true")).toMatchObject({ exitCode: 0, stdout: "", stderr: "" });
  });

  test("gets 127 for what is not found and 126 for what can't be started", async () => {
    const missing = await run("ns-graph-no-such-command");
    expect(missing.exitCode).toBe(127);
    expect(missing.stderr).toBe("ns-graph: ns-graph-no-such-command: not found\n");
    const file = join(folder, "plain");
    writeFileSync(file, "text");
    const refused = await run(file);
    expect(refused.exitCode).toBe(126);
    expect(refused.stderr).toBe(`ns-graph: ${file}: permission denied\n`);
  });

  test.each([
    ["ns-graph-no-such-command", {}],
    ["/no/such/command", {}],
    ["no-such/command", {}],
    ["/etc/passwd/command", {}],
    ["/", {}],
    ["", {}],
    ["ns-graph-plain", { PATH: "/no/such:FOLDER:" }],
    ["ns-graph-script", { PATH: "/no/such:FOLDER:/bin" }],
    ["ns-graph-script", { PATH: ":/usr/bin" }],
    ["FOLDER/plain", {}],
    ["FOLDER/ns-graph-script", {}],
    ["FOLDER/orphan", {}],
  ])("answers what env(1) answers for %j with %j", async (name, { PATH = env.PATH }: { PATH?: string }) => {
    for (const [file, text, mode] of [
      ["ns-graph-plain", "text", 0o644],
      ["plain", "text", 0o644],
      ["ns-graph-script", "#!/bin/sh\nexit 6\n", 0o755],
      ["orphan", "#!/no/such/interpreter\n", 0o755],
    ] as const)
      writeFileSync(join(folder, file), text, { mode });
    const command = name.replace("FOLDER", folder);
    const path = PATH.replace("FOLDER", folder);
    // What starts it needs the usual path.
    const inPath = ["sh", "-c", 'PATH=$1; shift; exec "$@"', "sh", path];
    const node = [process.execPath, CLI_PATH, "run", ...options, "--", command];
    const helpers = `${path}:${env.PATH}`;
    const settings = { through, env, cwd: folder };
    const expected = await runProgram([...inPath, "/usr/bin/env", command], settings);
    const got = await runProgram([...inPath.slice(0, -1), helpers, ...node], settings);
    expect(got.exitCode).toBe(expected.exitCode);
    if (!name.endsWith("orphan")) expect(got.stderr).not.toMatch(/\d: |exec/);
  });

  test("leaves the environment as it is", async () => {
    const variables = { word: "1", folder: "2", file: "3", NS_GRAPH_OTHER: "4" };
    const { stdout } = await runCli(["run", ...options, "--", "/usr/bin/env"], {
      through,
      env: { ...env, ...variables },
      cwd: "/",
    });
    const seen = Object.fromEntries(stdout.split("\n").map((line) => line.split("=") as [string, string]));
    expect(seen).toMatchObject({ ...env, ...variables });
    expect(seen).not.toHaveProperty("NS_GRAPH_WORD");
  });

  test("answers 137 where somebody outside kills the command", async () => {
    const child = spawnRun(["sh", "-c", "echo $PPID; exec sleep 60"]);
    await child.said;
    process.kill(commandOf(child.process.pid), "SIGKILL");
    expect(await child.ended).toEqual({ exitCode: 137, stderr: "" });
  });

  test("takes the command with it when it is killed itself", async () => {
    const child = spawnRun(["sh", "-c", "trap '' HUP; echo ready; exec sleep 60"]);
    await child.said;
    const pid = commandOf(child.process.pid);
    child.process.kill("SIGKILL");
    await child.ended;
    for (let i = 0; i < 100 && isRunning(pid); i++) await sleep(20);
    const isLeft = isRunning(pid);
    if (isLeft) process.kill(pid, "SIGKILL");
    expect(isLeft).toBe(false);
  });

  function spawnRun(command: readonly string[]) {
    const words = [...through, process.execPath, CLI_PATH, "run", ...options, "--", ...command];
    const child = spawn(words[0] as string, words.slice(1), { stdio: ["ignore", "pipe", "pipe"], env, cwd: "/" });
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk;
    });
    const ended = new Promise<{ exitCode: number | null; stderr: string }>((resolve) =>
      child.once("close", (exitCode) => resolve({ exitCode, stderr })),
    );
    return { process: child, ended, said: Promise.race([ended, once(child.stdout, "data")]) };
  }

  test.each([
    ["KILL", 137],
    ["TERM", 143],
    ["SEGV", 139],
    // The first and the last real-time signal that libc leaves to programs.
    ["34", 162],
    ["64", 192],
  ])("gets 128 and the number of signal %s where that ended the command", async (signal, status) => {
    // What is PID 1 inside does not get its own signals: a process outside of it sends them, or it is a child's.
    const killer = options.some((option) => /pid|proc/.test(option))
      ? `sh -c 'kill -${signal} $$'; exit $?`
      : `kill -${signal} $$`;
    expect(await run("sh", "-c", killer)).toMatchObject({ exitCode: status });
  });

  test("hands on standard input, the environment and every argument", async () => {
    const words = ["", "a b", "--", "-n", "line\nbreak", "'\"$(x)`"];
    const { stdout, exitCode } = await runCli(
      ["run", ...options, "--", "sh", "-c", 'cat; printf "<%s>" "$VARIABLE" "$@"', "sh", ...words],
      { through, input: "input ", env: { ...env, VARIABLE: "value" }, cwd: "/" },
    );
    expect({ stdout, exitCode }).toEqual({
      stdout: `input <value>${words.map((word) => `<${word}>`).join("")}`,
      exitCode: 0,
    });
  });

  test("leaves no descriptor of its own to the command", async () => {
    const { stdout } = await run("sh", "-c", "for fd in /proc/self/fd/*; do [ -e $fd ] && basename $fd; done");
    expect(
      stdout
        .trim()
        .split("\n")
        .filter((fd) => Number(fd) < 10),
    ).toEqual(["0", "1", "2"]);
  });

  test("tells what happens", async () => {
    const { stdout, stderr, exitCode } = await runCli(["run", "-v", ...options, "--", "readlink", "/proc/self"], {
      through,
      cwd: "/",
    });
    expect(exitCode).toBe(0);
    const [, outside, inside] = /^child {3}PID (\d+)(?: outside, (\d+) inside)?$/m.exec(stderr) ?? [];
    // Where /proc is the parent's, the command finds itself there under the PID that was told.
    expect(stdout.trim()).toBe(options.includes("--mount-proc") ? inside : outside);
    expect(stderr).toMatch(/^new {5}\w+:\[\d+\]/m);
    expect(stderr).toMatch(/^same {4}/m);
  });
});

/** The innermost descendant of a process, which is the command. */
function commandOf(pid: number | undefined): number {
  for (let current = pid ?? 0; ; ) {
    const children = readFileSync(`/proc/${current}/task/${current}/children`, "utf8").trim();
    if (children === "") return current;
    current = Number(children.split(" ")[0]);
  }
}

function isRunning(pid: number): boolean {
  try {
    return !/^State:\t[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

test.each<[string, NamespaceType]>([
  ["--pid", "pid"],
  ["-p", "pid"],
  ["--net", "net"],
  ["-n", "net"],
  ["--uts", "uts"],
  ["-u", "uts"],
  ["--ipc", "ipc"],
  ["-i", "ipc"],
  ["--mount", "mnt"],
  ["-m", "mnt"],
  ["--user", "user"],
  ["-U", "user"],
  ["--cgroup", "cgroup"],
  ["-C", "cgroup"],
  ["--time", "time"],
  ["-T", "time"],
])("%s makes a new %s namespace and no other", async (option, type) => {
  const { stdout, exitCode } = await runCli(["run", option, "--", "sh", "-c", "exec readlink /proc/self/ns/*"]);
  expect(exitCode).toBe(0);
  const inside = new Map(
    stdout
      .trim()
      .split("\n")
      .map((link) => link.split(":") as [string, string]),
  );
  const differing = NAMESPACE_TYPES.filter(
    (each) =>
      existsSync(`/proc/self/ns/${each}`) && `${each}:${inside.get(each)}` !== readlinkSync(`/proc/self/ns/${each}`),
  );
  expect(differing).toEqual([type]);
});

test("with --mount-proc the command sees itself as 1 and nobody outside", async (context) => {
  requireNamespaces(context, "pid", "mnt");
  const { stdout } = await runCli(["run", "--mount-proc", "--", "sh", "-c", "echo $$; cd /proc; echo [0-9]*"]);
  expect(stdout).toBe("1\n1\n");
});

test("the graph shows the command and who started it, and is there before the command starts", async (context) => {
  requireNamespaces(context, "pid", "net");
  const file = join(folder, "graph.json");
  const script = 'readlink /proc/self/ns/pid /proc/self/ns/net; [ -s "$1" ] && echo there';
  const { stdout, exitCode } = await runCli(
    ["run", "-pn", "-g", "json", "-o", file, "--", "sh", "-c", script, "sh", file],
    { cwd: folder },
  );
  expect(exitCode).toBe(0);
  const [pidLink, netLink, there] = stdout.split("\n");
  expect(there).toBe("there");
  const graph = readDocument(readFileSync(file, "utf8"));
  // unshare(1) is there only as context: it holds the PID namespace for its children.
  const asked = graph.processes().filter(({ context: isContext }) => !isContext);
  const [parent, child] = asked;
  expect(asked).toHaveLength(2);
  expect(child?.comm).toBe("sh");
  expect(child?.pids?.at(-1)).toBe(1);
  expect(parent?.namespaces.user).toBe(child?.namespaces.user);
  const name = (id: string | undefined) => id?.replace(/^\d+:/, "");
  expect(pidLink).toBe(`pid:[${name(child?.namespaces.pid)}]`);
  expect(netLink).toBe(`net:[${name(child?.namespaces.net)}]`);
  expect(graph.owner(graph.namespace(child?.namespaces.net ?? "") as never)?.id).toBe(
    namespaceOf(process.pid, "user").id,
  );
});

test("the graph goes to standard output, before what the command writes", async (context) => {
  requireNamespaces(context, "uts");
  const { stdout, stderr, exitCode } = await runCli([
    "run",
    "-u",
    "-v",
    "-g",
    "text",
    "--",
    "echo",
    "from the command",
  ]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/uts:\[\d+\][\s\S]*\nfrom the command\n$/);
  expect(stderr).toMatch(/^parent /m);
});

describe("what goes wrong before the command starts", () => {
  const marked = () => ["sh", "-c", `: >"${join(folder, "started")}"`];
  const hasStarted = () => existsSync(join(folder, "started"));

  test("unshare(1) is missing", async () => {
    const { exitCode, stderr } = await runCli(["run", "-n", "--", ...marked()], { env: { PATH: folder } });
    expect(exitCode).toBe(125);
    expect(stderr).toMatch(/^ns-graph: unshare\(1\).*not found\n.*util-linux/);
    expect(hasStarted()).toBe(false);
  });

  test("an ordinary user may not make the namespace", async () => {
    const { exitCode, stderr } = await runCli(["run", "-n", "--", ...marked()], { through: asUser(), cwd: "/" });
    expect(exitCode).toBe(125);
    expect(stderr).toMatch(/ns-graph: unshare\(1\) could not make these namespaces\n.*--user --map-root-user/);
    expect(hasStarted()).toBe(false);
  });

  test("no more of these namespaces may be made, by a limit or by their depth", async (context) => {
    requireNamespaces(context, "user", "pid", "net");
    const refused = async (through: readonly string[], ...options: string[]): Promise<string> => {
      const { exitCode, stderr } = await runCli(["run", ...options, "--", ...marked()], { through, timeout: 60_000 });
      expect(exitCode, stderr).toBe(125);
      expect(hasStarted()).toBe(false);
      return stderr.replaceAll(/\s+/g, " ");
    };
    const inUser = ["unshare", "--user", "--map-root-user", "sh", "-c"];
    const limited = (type: string, limit: number, more = "") => [
      ...inUser,
      `echo ${limit} >/proc/sys/user/max_${type}_namespaces; ${more}exec "$@"`,
      "sh",
    ];
    expect(await refused(limited("net", 0), "-n")).toMatch(
      / user\.max_net_namespaces of user:\[\d+\] is 0, so nobody can make a net namespace in it\. $/,
    );
    expect(await refused(limited("uts", 0), "-U", "-n", "-u")).toMatch(
      / user\.max_uts_namespaces of user:\[\d+\] is 0, /,
    );
    expect(await refused(limited("user", 0), "-U", "-n")).toMatch(/ user\.max_user_namespaces of user:\[\d+\] is 0, /);
    // The first is taken by whoever asks for a second.
    expect(await refused(limited("net", 1, 'exec unshare -n "$@"; '), "-n")).toMatch(
      / Either uid 0 has as many as user\.max_net_namespaces of user:\[\d+\], 1, allows, or the same limit is reached in a /,
    );
    const nest = (options: string): string[] => {
      const script = `script=$1; shift
        ! unshare ${options} true 2>/dev/null || exec unshare ${options} sh -c "$script" sh "$script" "$@"
        exec "$@"`;
      return ["sh", "-c", script, "sh", script];
    };
    // Of a container's processes /proc may not show all levels.
    expect(await refused(nest("--pid --fork"), "-p")).toMatch(
      / (This runs in the 32nd pid namespace below the initial one, and there are no deeper ones|Either .*, or this is 32 levels below the initial pid namespace, and there are no deeper ones)\. $/,
    );
    expect(await refused(nest("--user --map-root-user"), "-U")).toMatch(
      / Either .* user\.max_user_namespaces .*, or this is 33 levels below the initial user namespace, and there are no deeper ones\. $/,
    );
  });

  test("the graph can't be written", async () => {
    const { exitCode, stderr } = await runCli(["run", "-u", "-g", "text", "-o", "/proc/no/such", "--", ...marked()]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("/proc/no/such");
    expect(hasStarted()).toBe(false);
  });

  test.each([
    [["run"], /run needs a command/],
    [["run", "-g", "dott", "--", "true"], /no format is called "dott"/],
    [["run", "--pidd", "true"], /no option --pidd/],
    [["--quick", "run", "-n", "true"], /./],
  ])("wrong usage: %j", async (args, message) => {
    const { exitCode, stderr } = await runCli(args);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(message);
  });
});

test.each([["-u"], ["-p"]])("in a /proc of another PID namespace nothing is told of strangers (%s)", async (option) => {
  const through = ["unshare", "--pid", "--fork"];
  for (const wish of [["-v"], ["-g", "text"]]) {
    const { exitCode, stdout, stderr } = await runCli(["run", ...wish, option, "--", "echo", "started"], { through });
    expect({ exitCode, stdout }).toEqual({ exitCode: 125, stdout: "" });
    expect(stderr).toMatch(/^ns-graph: \/proc does not show the process that was started\n/);
  }
  expect(await runCli(["run", option, "--", "echo", "started"], { through })).toMatchObject({
    exitCode: 0,
    stdout: "started\n",
  });
});

test("nothing starts any more once ns-graph is gone", async (context) => {
  requireNamespaces(context, "uts");
  const fifo = join(folder, "fifo");
  execFileSync("mkfifo", [fifo]);
  const mark = join(folder, "started");
  // Nobody reads the graph, so that ns-graph waits while the command does.
  const child = spawn(process.execPath, [CLI_PATH, "run", "-u", "-g", "text", "-o", fifo, "--", "touch", mark], {
    stdio: "ignore",
  });
  await sleep(1500);
  child.kill("SIGKILL");
  await new Promise((resolve) => child.once("exit", resolve));
  await sleep(500);
  expect(existsSync(mark)).toBe(false);
});

describe("signals", () => {
  test.each(["SIGTERM", "SIGHUP", "SIGINT", "SIGUSR1", "SIGUSR2"] as const)(
    "%s reaches the command",
    async (signal) => {
      const script = `trap 'echo caught; exit 9' ${signal.slice(3)}; echo ready; while :; do sleep 0.05; done`;
      for (const options of [["-u"], ["-p"]]) {
        const child = spawn(process.execPath, [CLI_PATH, "run", ...options, "--", "sh", "-c", script], {
          stdio: ["ignore", "pipe", "inherit"],
        });
        const closed = new Promise<number | null>((resolve) => child.once("close", resolve));
        let output = "";
        let isSent = false;
        child.stdout.on("data", (chunk: Buffer) => {
          output += chunk;
          if (isSent || !output.includes("ready")) return;
          isSent = true;
          child.kill(signal);
        });
        expect(await closed).toBe(9);
        expect(output).toBe("ready\ncaught\n");
      }
    },
  );
});

test("a shell in it has a terminal and job control", async (context) => {
  requireNamespaces(context, "pid", "mnt");
  requireProgram(context, "tmux", "bash");
  const socket = join(folder, "tmux");
  const tmux = (...args: string[]) =>
    execFileSync("tmux", ["-S", socket, "-f", "/dev/null", ...args], { encoding: "utf8" });
  const screen = () => tmux("capture-pane", "-p", "-J", "-t", "0");
  const until = async (pattern: RegExp) => {
    for (let i = 0; i < 200; i++) {
      if (pattern.test(screen())) return;
      await sleep(50);
    }
    throw new Error(`never ${pattern}:\n${screen()}`);
  };
  const type = (line: string) => tmux("send-keys", "-t", "0", line, "Enter");
  tmux("new-session", "-d", "-x", "100", "-y", "40", "env PS1=outer: bash --norc --noprofile");
  try {
    await until(/^outer:/m);
    type(`${process.execPath} ${CLI_PATH} run -p --mount-proc -- env PS1=inner: bash --norc --noprofile -i`);
    await until(/^inner:/m);
    expect(screen()).not.toMatch(/no job control|cannot set terminal/);
    type("echo pid=$$ tty=$([ -t 0 ] && echo yes)");
    await until(/^pid=1 tty=yes$/m);
    type("sleep 100");
    await until(/^inner:sleep 100$/m);
    await sleep(300);
    tmux("send-keys", "-t", "0", "C-z");
    await until(/Stopped +sleep 100/);
    type("bg; jobs");
    await until(/Running +sleep 100/);
    type("fg");
    await sleep(300);
    tmux("send-keys", "-t", "0", "C-c");
    type("echo after-$?");
    await until(/^after-130$/m);
    type("exit 5");
    await until(/^outer:$/m);
    type("echo status=$?");
    await until(/^status=5$/m);
  } finally {
    tmux("kill-server");
  }
});
