import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CLI_PATH,
  enterCommand,
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
  // What the kernel does not know, strace may not know either: `?` makes a name optional.
  const names = [
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
  ];
  const through = [
    ...enter,
    "strace",
    "-f",
    "-qq",
    "-o",
    log,
    "-e",
    `trace=${names.map((name) => `?${name}`).join(",")}`,
  ];
  const { exitCode, stderr } = await run([process.execPath, CLI_PATH, ...args], { through, cwd: folder });
  expect({ exitCode, stderr: stderr.replace(/^ns-graph: .*\n/gm, "") }).toEqual({ exitCode: 0, stderr: "" });
  const lines = readFileSync(log, "utf8").split("\n");
  return lines.flatMap((line) => {
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
    expect(networkCalls(calls)).toEqual([]);
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

describe("--output", () => {
  test("opens nothing for writing but a temporary file beside its target", async () => {
    const calls = await trace("--from", "/dev/null", "--help");
    expect(writingOpens(calls)).toEqual([]);
    const target = join(folder, "out.json");
    const written = writingOpens(await trace("--quick", "-f", "json", "-o", target));
    expect(written).toEqual([expect.stringMatching(new RegExp(`^${folder}/\\.ns-graph-[0-9a-f]{12}\\.tmp$`))]);
    expect(readdirSync(folder).sort()).toEqual(["out.json", "strace.log"]);
  });
});
