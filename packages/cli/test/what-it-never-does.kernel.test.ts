import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CLI_PATH,
  enterCommand,
  makeHost,
  makeKeeper,
  namespaceOf,
  requireLinux,
  requireNamespaces,
  requireProgram,
  run,
  runCli,
} from "@ns-graph/testkit";
import { checkDescriptors } from "@ns-graph/testkit/contract";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { documentOf } from "./document-of.js";

checkDescriptors();

let folder: string;
beforeEach((context) => {
  requireLinux(context);
  requireProgram(context, "strace");
  folder = realpathSync(mkdtempSync(join(tmpdir(), "ns-graph-never-")));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Calls that change namespaces, mounts or other processes. */
const CHANGING = [
  "setns",
  "unshare",
  "mount",
  "umount2",
  "move_mount",
  "fsmount",
  "pivot_root",
  "chroot",
  "kill",
  "tkill",
  "tgkill",
  "pidfd_send_signal",
  "ptrace",
  "process_vm_readv",
  "process_vm_writev",
];
/** Calls that change files or make new ones. */
const WRITING = [
  "creat",
  "mkdir",
  "mkdirat",
  "rmdir",
  "unlink",
  "unlinkat",
  "rename",
  "renameat",
  "renameat2",
  "link",
  "linkat",
  "symlink",
  "symlinkat",
  "mknod",
  "mknodat",
  "truncate",
  "ftruncate",
  "chmod",
  "fchmod",
  "fchmodat",
  "chown",
  "fchown",
  "lchown",
  "fchownat",
  "utimensat",
  "setxattr",
  "fsetxattr",
];

/** What strace(1) looks at. What the kernel does not know, it may not know either: `?` makes a name optional. */
const TRACED = [
  "open",
  "openat",
  "openat2",
  "execve",
  "execveat",
  "clone",
  "clone3",
  "%network",
  ...CHANGING,
  ...WRITING,
]
  .map((name) => `?${name}`)
  .join(",");

interface Call {
  readonly name: string;
  readonly text: string;
}

/** Runs the command and answers what it asked of the kernel. */
function trace(...args: string[]): Promise<readonly Call[]> {
  return traceThrough([], ...args);
}

/** Does so where another command leads. */
async function traceThrough(enter: readonly string[], ...args: string[]): Promise<readonly Call[]> {
  const log = join(folder, "strace.log");
  const through = [...enter, "strace", "-f", "-qq", "-o", log, "-e", `trace=${TRACED}`];
  const { exitCode, stderr } = await run([process.execPath, CLI_PATH, ...args], { through, cwd: folder });
  expect({ exitCode, stderr: stderr.replace(/^ns-graph: .*\n/gm, "") }).toEqual({ exitCode: 0, stderr: "" });
  return callsIn(readFileSync(log, "utf8"));
}

/** The calls in a log of strace(1). */
function callsIn(log: string): readonly Call[] {
  return log.split("\n").flatMap((line) => {
    const match = /^\d+ +(?:<\.\.\. )?(\w+)(.*)$/.exec(line);
    return match === null ? [] : [{ name: match[1] ?? "", text: match[2] ?? "" }];
  });
}

/** Calls that open something for writing. */
function writingOpens(calls: readonly Call[]): readonly string[] {
  const opens = calls.filter(
    ({ name, text }) => name.startsWith("open") && /O_WRONLY|O_RDWR|O_CREAT|O_TRUNC/.test(text),
  );
  return opens.map(({ text }) => /"([^"]*)"/.exec(text)?.[1] ?? text);
}

function networkCalls(calls: readonly Call[]): readonly Call[] {
  return calls.filter(({ name }) => /^(socket|connect|bind|listen|accept4?|send\w*)$/.test(name));
}

/** What the kernel is asked through for the addresses of interfaces; it is neither bound nor connected. */
const ASKING_FOR_ADDRESSES: Call = {
  name: "socket",
  text: expect.stringMatching(/^\(AF_INET, SOCK_DGRAM\|SOCK_CLOEXEC, /),
};

/** Nothing is started, entered, mounted, signalled or written. */
function expectInnocence(calls: readonly Call[]): void {
  expect(calls.filter(({ name }) => name === "execve")).toHaveLength(1);
  expect(calls.filter(({ name }) => name === "execveat")).toEqual([]);
  expect(calls.filter(({ text }) => /CLONE_NEW/.test(text))).toEqual([]);
  expect(calls.filter(({ name }) => CHANGING.includes(name))).toEqual([]);
  expect(calls.filter(({ name }) => WRITING.includes(name))).toEqual([]);
  expect(writingOpens(calls)).toEqual([]);
}

describe("reading this machine", () => {
  test.each([
    ["the graph", []],
    ["the graph with all facts", ["--facts"]],
    ["the graph as JSON", ["-f", "json"]],
    ["a quick look", ["--quick", "-f", "dot"]],
    ["a picture by a package of its own", ["--quick", "-f", "svg"]],
    ["a tree of workloads", ["--tree", "workload"]],
    ["a tree of processes", ["--tree", "process", "--show-comm"]],
    ["the PID namespaces", ["--pidns", "--all-pids"]],
    ["what no process is in", ["--processless"]],
    ["some processes", [String(process.pid), String(process.ppid)]],
    ["one process", ["show", String(process.pid)]],
    ["one namespace", ["show", `net:[${namespaceOf("self", "net").ino}]`]],
  ])("%s: nothing is entered, mounted, signalled, written, sent or started", async (_name, args) => {
    const calls = await trace(...args);
    expectInnocence(calls);
    const showsInterfaces = args.includes("--facts") || args.includes("show");
    expect(networkCalls(calls)).toEqual(showsInterfaces ? [ASKING_FOR_ADDRESSES] : []);
  });
});

describe("reading a document", () => {
  test.each([
    ["the graph", []],
    ["a picture", ["-f", "dot"]],
    ["a tree of workloads", ["--tree", "workload"]],
    ["one process", ["show", String(process.pid)]],
  ])("%s: nor is the machine looked at", async (_name, args) => {
    const document = join(folder, "host.json");
    const { exitCode, stderr } = await runCli(["-f", "json", "-o", document]);
    expect(exitCode, stderr).toBe(0);
    const calls = await trace("--from", document, ...args);
    expectInnocence(calls);
    expect(networkCalls(calls)).toEqual([]);
    const opened = calls.flatMap(({ name, text }) =>
      name.startsWith("open") ? [/"([^"]*)"/.exec(text)?.[1] ?? text] : [],
    );
    expect(opened).toContain(document);
    expect(opened.filter((path) => /^\/proc\/(\d+|self|thread-self)\/(ns|fd|task|mountinfo|net)\b/.test(path))).toEqual(
      [],
    );
    expect(opened).not.toContain("/proc");
  });
});

describe("--names", () => {
  test("asks an engine's socket for the list of its containers, and changes nothing", async (context) => {
    requireNamespaces(context, "mnt");
    await using keeper = await makeKeeper();
    const server = `const answer = (_, response) => response.end("[]");
      require("node:http").createServer(answer).listen("/run/docker.sock", () => console.log("ready"));
      process.stdin.resume().on("end", () => process.exit());`;
    // It is only asked if there seems to be a container of its, and the cgroup tells whose one is.
    const script = `mount -t tmpfs tmpfs /run
      echo "0::/system.slice/docker-$1.scope" >/run/cgroup
      mount --bind /run/cgroup "/proc/$$/cgroup"
      shift
      exec "$@"`;
    const shell = ["unshare", "--mount", "sh", "-e", "-c", script, "sh", "c0ffee00".repeat(8)];
    const { pid } = await keeper.start([...shell, process.execPath, "-e", server]);
    const calls = await traceThrough(enterCommand(pid, ["mnt"]), "--names");
    expectInnocence(calls);
    const network = networkCalls(calls).map(({ name, text }) => `${name}${text}`);
    expect(
      network.filter((call) => /^connect\(\d+, \{sa_family=AF_UNIX, sun_path="\/run\/docker.sock"\}/.test(call)),
    ).toHaveLength(1);
    expect(network.filter((call) => !/^(socket\(AF_UNIX,|connect\(\d+, \{sa_family=AF_UNIX,)/.test(call))).toEqual([]);
  });
});

/** The paths in a call, in their order. */
function pathsIn({ text }: Call): readonly string[] {
  return [...text.matchAll(/"([^"]*)"/g)].map(([, path = ""]) => path);
}

describe("--output", () => {
  const TEMPORARY = /^\/proc\/self\/fd\/\d+\/\.ns-graph-[0-9a-f]{12}\.tmp$/;
  const TARGET = /^\/proc\/self\/fd\/\d+\/out\.json$/;

  /** What changes files: a name of the temporary file is all that is made, and nothing else goes away. */
  function changes(calls: readonly Call[]): readonly string[] {
    return calls
      .filter(({ name }) => WRITING.includes(name))
      .map((call) => {
        const paths = pathsIn(call).map((path) =>
          TEMPORARY.test(path) ? "temporary" : TARGET.test(path) ? "out" : path,
        );
        return [call.name.replace(/at2?$/, ""), ...paths].join(" ");
      });
  }

  test("opens nothing for writing but a temporary file beside its target, and names it", async () => {
    const calls = await trace("--from", "/dev/null", "--help");
    expect(writingOpens(calls)).toEqual([]);
    const target = join(folder, "out.json");
    const first = await trace("--quick", "-f", "json", "-o", target);
    expect(writingOpens(first)).toEqual([expect.stringMatching(TEMPORARY)]);
    expect(changes(first)).toEqual(["link temporary out", "unlink temporary"]);
    expect(first.filter(({ name }) => CHANGING.includes(name))).toEqual([]);
    const second = await trace("--quick", "-f", "json", "--mode", "0640", "-o", target);
    expect(writingOpens(second)).toEqual([expect.stringMatching(TEMPORARY)]);
    expect(changes(second)).toEqual(["fchmod", "rename temporary out"]);
    expect(second.filter(({ name }) => CHANGING.includes(name))).toEqual([]);
    expect(readdirSync(folder).sort()).toEqual(["out.json", "strace.log"]);
  });

  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "ended by %s half-way, it takes its temporary file away and sends itself that signal, and nobody another",
    async (signal) => {
      const document = join(folder, "large.json");
      writeFileSync(document, documentOf(makeHost({ processes: 20_000, namespaces: 400 })));
      let calls: readonly Call[] = [];
      for (let i = 0; i < 20 && calls.length === 0; i++) calls = await traceInterrupted(signal, document);
      const own = calls.filter(({ name }) => CHANGING.includes(name)).map(({ name, text }) => `${name}${text}`);
      expect(own).toEqual([expect.stringMatching(new RegExp(`^kill\\(OWN, ${signal}\\) += 0$`))]);
      expect(changes(calls)).toEqual(["unlink temporary"]);
      expect(writingOpens(calls)).toEqual([expect.stringMatching(TEMPORARY)]);
      expect(calls.filter(({ name }) => name.startsWith("execve"))).toHaveLength(1);
      expect(networkCalls(calls)).toEqual([]);
      expect(readdirSync(folder).sort()).toEqual(["large.json", "strace.log"]);
    },
  );

  /** Sends a signal while a document is written; answers the calls, its own PID as OWN, or none where it was faster. */
  async function traceInterrupted(signal: NodeJS.Signals, document: string): Promise<readonly Call[]> {
    const log = join(folder, "strace.log");
    rmSync(log, { force: true });
    rmSync(join(folder, "out.json"), { force: true });
    // With -D the command is the child, and strace one that watches it.
    const options = ["-D", "-f", "-q", "-o", log, "-e", `trace=${TRACED}`];
    const command = [process.execPath, CLI_PATH, "--from", document, "-f", "json", "-o", "out.json"];
    const child = spawn("strace", [...options, ...command], { cwd: folder, stdio: "ignore" });
    const ended = new Promise<string | null>((resolve) => child.once("exit", (_code, by) => resolve(by)));
    const isHalfWay = (): boolean => readdirSync(folder).some((name) => name.endsWith(".tmp"));
    const giveUp = Date.now() + 30_000;
    while (!isHalfWay() && existsSync(`/proc/${child.pid}/exe`) && Date.now() < giveUp);
    child.kill(signal);
    const by = await ended;
    const isLogged = (): boolean => new RegExp(`^${child.pid} +\\+\\+\\+`, "m").test(readFileSync(log, "utf8"));
    while (!isLogged() && Date.now() < giveUp) await new Promise((resume) => setTimeout(resume, 20));
    if (by !== signal) return [];
    return callsIn(readFileSync(log, "utf8").replaceAll(`kill(${child.pid}, `, "kill(OWN, "));
  }
});

describe("what draws nothing", () => {
  test.each(["--help", "--version", "--list-formats", "completion bash", "run --help"])(
    "%s: nothing is written, in the folder for temporary files neither",
    async (line) => {
      const calls = await trace(...line.split(" "));
      expectInnocence(calls);
      expect(networkCalls(calls)).toEqual([]);
    },
  );
});
