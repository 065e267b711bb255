import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CLI_PATH, requireLinux, requireProgram, run } from "@ns-graph/testkit";
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
async function trace(...args: string[]): Promise<readonly Call[]> {
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
  const through = ["strace", "-f", "-qq", "-o", log, "-e", `trace=${names.map((name) => `?${name}`).join(",")}`];
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

describe("reading this machine", () => {
  test.each([
    ["the graph", ["--facts"]],
    ["a quick look", ["--quick", "-f", "dot"]],
    ["one process", ["show", String(process.pid)]],
  ])("%s: nothing is entered, mounted, signalled, written, sent or started", async (_name, args) => {
    const calls = await trace(...args);
    expect(calls.filter(({ name }) => name === "execve")).toHaveLength(1);
    expect(calls.filter(({ text }) => /CLONE_NEW/.test(text))).toEqual([]);
    expect(calls.filter(({ name }) => CHANGING.includes(name))).toEqual([]);
    expect(calls.filter(({ name }) => WRITING.includes(name))).toEqual([]);
    expect(writingOpens(calls)).toEqual([]);
    const network = calls.filter(({ name }) => /^(socket|connect|bind|listen|accept4?|send\w*)$/.test(name));
    expect(network).toEqual([]);
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
