import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex, Readable, Writable } from "node:stream";
import { asUser, CLI_PATH, requireProgram, requireRoot, run, runCli } from "@ns-graph/testkit";
import { checkDescriptors } from "@ns-graph/testkit/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

checkDescriptors();

const UID = 65533;
const IDS = [`--reuid=${UID}`, `--regid=${UID}`, "--clear-groups"];
/** An ordinary user with a capability, whom a process of the same user without it attacks. */
const CAPABLE = ["setpriv", ...IDS, "--inh-caps=-all,+sys_ptrace", "--ambient-caps=-all,+sys_ptrace"];
/** Where Node opens its inspector: at a port that nothing else has. */
const ANY_PORT = "--inspect-port=0";
const OPENED = /Debugger listening on ws:\/\/127\.0\.0\.1:(\d+)\//;

/**
 * Waits until the process is no longer a shell, and then sends the signal again and again, until it is gone. Says that it is
 * there, and at the end how often it could send.
 */
const SENDER = `
echo ready
while read -r comm <"/proc/$1/comm" && [ "$comm" = sh ]; do :; done
n=0
while [ "$n" -lt 1000000 ] && kill -USR1 "$1" 2>/dev/null; do n=$((n + 1)); done
echo "$n"`;

/**
 * Stops right after the program has set up something for SIGUSR1: tells what has been loaded by then, and waits to be let go.
 * At the end it tells where the inspector listens.
 */
const GATE = `
const { readSync, writeSync } = require("node:fs");
const { on } = process;
process.on = function (name, ...rest) {
  const answer = on.call(this, name, ...rest);
  if (name !== "SIGUSR1") return answer;
  process.on = on;
  writeSync(3, JSON.stringify({ loaded: Object.keys(require.cache) }) + "\\n");
  readSync(4, Buffer.alloc(1));
  return answer;
};
process.once("exit", () => writeSync(3, JSON.stringify({ url: require("node:inspector").url() ?? "" }) + "\\n"));
`;

/** Tells at the end where the inspector listens. */
const TELL = `
const inspector = require("node:inspector");
process.once("exit", () => process.stderr.write("at the end: " + inspector.url() + "\\n"));
`;
const CLOSED = "at the end: undefined";

/** Has a signal open the inspector before the program begins. */
const EARLY = `${TELL}
process.kill(process.pid, "SIGUSR1");
for (const end = Date.now() + 10_000; inspector.url() === undefined && Date.now() < end; );
`;

let folder: string;
let document: string;
const file = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "ns-graph-inspector-"));
  chmodSync(folder, 0o755);
  writeFileSync(file("gate.cjs"), GATE);
  writeFileSync(file("early.cjs"), EARLY);
  writeFileSync(file("tell.cjs"), TELL);
  document = (await runCli(["--quick", "--format", "json"])).stdout;
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach((context) => {
  requireRoot(context);
  requireProgram(context, "setpriv");
});

/** All that a stream gives until it ends. */
async function textOf(stream: Readable): Promise<string> {
  let text = "";
  for await (const chunk of stream) text += chunk;
  return text;
}

function endOf(child: ChildProcess): Promise<{ exitCode: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve) => child.once("close", (exitCode, signal) => resolve({ exitCode, signal })));
}

/** Another process of the user, without capabilities, that sends signals; resolves once it is there. */
async function startSending(pid: number): Promise<{ count: Promise<number> }> {
  const [program = "", ...args] = [...asUser(UID), "sh", "-c", SENDER, "sh", String(pid)];
  const sender = spawn(program, args, { stdio: ["ignore", "pipe", "ignore"] });
  const ended = endOf(sender);
  await new Promise((resolve) => sender.stdout.once("readable", resolve));
  return {
    count: textOf(sender.stdout).then(async (text) => ended.then(() => Number(text.trim().split("\n").at(-1)))),
  };
}

interface Attacked {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What had been loaded when the listener was there. */
  readonly loaded: readonly string[];
  /** Where the inspector listened at the end. */
  readonly url: string;
  readonly count: number;
}

/** Runs the command while signals arrive from its first instruction to its end. */
async function attack(args: readonly string[], input?: string): Promise<Attacked> {
  const words = [...CAPABLE, process.execPath, ANY_PORT, "--require", file("gate.cjs"), CLI_PATH, ...args];
  const [program = "", ...rest] = words;
  const child = spawn(program, rest, { stdio: ["pipe", "pipe", "pipe", "pipe", "pipe"], timeout: 60_000 });
  const ended = endOf(child);
  const [stdin, stdout, stderr] = child.stdio as unknown as [Writable, Readable, Readable];
  const [told, go] = child.stdio.slice(3) as [Duplex, Duplex];
  const output = Promise.all([textOf(stdout), textOf(stderr)]);
  let lines = "";
  const sending = new Promise<{ count: Promise<number> } | undefined>((resolve, reject) => {
    told.on("data", (chunk) => {
      lines += chunk;
      if (lines.includes("\n")) startSending(child.pid ?? 0).then(resolve, reject);
    });
    child.once("close", () => resolve(undefined));
  });
  const sender = await sending;
  go.end("g");
  // Long enough for many of them to arrive while nothing but the input is waited for.
  if (input !== undefined) setTimeout(() => stdin.end(input), 300);
  else stdin.end();
  const [end, [text, errors], count] = await Promise.all([ended, output, sender?.count ?? 0]);
  const facts = lines.split("\n").filter((line) => line !== "");
  return {
    ...end,
    stdout: text,
    stderr: errors,
    count,
    ...Object.assign({}, ...facts.map((line) => JSON.parse(line))),
  };
}

/** Whether somebody listens at a port of this machine. */
function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

describe("SIGUSR1", () => {
  test("opens the inspector of Node by itself, which this test relies on", async () => {
    const script = 'process.kill(process.pid, "SIGUSR1"); setTimeout(() => {}, 500);';
    const { stderr } = await run([process.execPath, ANY_PORT, "-e", script]);
    expect(stderr).toMatch(OPENED);
  });

  test.each([
    ["text", []],
    ["JSON with all facts", ["--format", "json", "--facts"]],
  ])("of another process of the user opens nothing while this machine is read as %s", async (_name, args) => {
    const { exitCode, signal, stdout, stderr, url, loaded, count } = await attack(args);
    expect({ exitCode, signal, url }).toEqual({ exitCode: 0, signal: null, url: "" });
    expect(stderr).not.toMatch(/debugger|inspector/i);
    expect(stdout).not.toBe("");
    expect(count).toBeGreaterThan(10);
    // Nothing is loaded before the listener is there.
    expect(loaded).toEqual([file("gate.cjs"), CLI_PATH]);
  });

  test("nor while it waits for its input", async () => {
    const attacked = await attack(["--from", "-", "--format", "json"], document);
    expect(attacked).toMatchObject({ exitCode: 0, signal: null, url: "", stdout: document });
    expect(attacked.stderr).not.toMatch(/debugger|inspector/i);
    expect(attacked.count).toBeGreaterThan(100);
  });

  test("that is sent from before Node starts on: the run ends by it, or nothing is open", async () => {
    for (let round = 0; round < 3; round++) {
      const script = 'read -r go && exec "$@"';
      const node = [process.execPath, ANY_PORT, "--require", file("tell.cjs"), CLI_PATH, "--quick"];
      const [program = "", ...args] = [...CAPABLE, "sh", "-c", script, "sh", ...node];
      const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"], timeout: 60_000 });
      const output = Promise.all([textOf(child.stdout), textOf(child.stderr)]);
      const ended = endOf(child);
      const { count } = await startSending(child.pid ?? 0);
      child.stdin.end("go\n");
      const [{ exitCode, signal }, [stdout, stderr]] = await Promise.all([ended, output, count]);
      if (signal === null)
        expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.stringContaining(CLOSED) });
      else expect({ signal, stdout, stderr }).toEqual({ signal: "SIGUSR1", stdout: "", stderr: "" });
    }
  });

  test("that comes just before the program begins, so that Node opens it: it is closed", async () => {
    const nodeOptions = [ANY_PORT, "--require", file("early.cjs")];
    const [program = "", ...args] = [process.execPath, ...nodeOptions, CLI_PATH, "--from", "-", "--format", "json"];
    const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"], timeout: 60_000 });
    const ended = endOf(child);
    const stdout = textOf(child.stdout);
    let stderr = "";
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    await new Promise((resolve) => child.stderr.once("data", resolve));
    // It is waiting for its input.
    await new Promise((resolve) => setTimeout(resolve, 500));
    const ports = [...stderr.matchAll(new RegExp(OPENED, "g"))].map(([, port]) => Number(port));
    expect(ports).not.toEqual([]);
    expect(await Promise.all(ports.map(isOpen))).toEqual(ports.map(() => false));
    child.stdin.end(document);
    expect(await ended).toEqual({ exitCode: 0, signal: null });
    expect(await stdout).toBe(document);
    expect(stderr).toContain(CLOSED);
  });
});

test("an inspector that is asked for is opened", async () => {
  const { exitCode, stderr, stdout } = await runCli(["--from", "-", "--format", "json"], {
    nodeOptions: ["--inspect=0"],
    input: document,
  });
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: document });
  expect(stderr).toMatch(OPENED);
});

test("what `run` starts has every signal as it comes", async () => {
  const { exitCode, stdout } = await runCli(["run", "--uts", "--", "cat", "/proc/self/status"]);
  expect(exitCode).toBe(0);
  const signals = [...stdout.matchAll(/^Sig(Blk|Ign|Cgt):\s+([0-9a-f]+)$/gm)].map(([, kind, mask]) => [
    kind,
    Number.parseInt(mask ?? "", 16),
  ]);
  expect(signals).toEqual([
    ["Blk", 0],
    ["Ign", 0],
    ["Cgt", 0],
  ]);
});
