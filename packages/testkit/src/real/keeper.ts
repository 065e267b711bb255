import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmodSync, closeSync, constants, mkdtempSync, openSync, readFileSync, unlinkSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PATIENCE } from "./patience.js";
import { isRunning, type ProcessEntry, readDescendants } from "./process-table.js";
import { type NamespaceLink, namespaceOf, type RealNamespace } from "./real-namespace.js";

/** How long a process may take to get where it should be, in milliseconds. */
const START_LIMIT = 30_000 * PATIENCE;
/** How long processes may take to end by themselves before they are killed, in milliseconds. */
const END_LIMIT = 1_500;
/** How long killed processes may take to be gone, in milliseconds. */
const KILL_LIMIT = 10_000;

/** Milliseconds until the next look at something that began then: often at first, and never so often that it is slowed down. */
export function pollInterval(start: number): number {
  return Math.min(50, Math.max(3, (Date.now() - start) / 10));
}

/** A process that holds namespaces until it is stopped. */
export interface Held extends AsyncDisposable {
  /** The process that waits: the last of the chain. */
  readonly pid: number;
  /** From the process that was started down to the one that waits: `unshare --fork` leaves one behind each time. */
  readonly chain: readonly number[];
  /** What it printed before it was ready, line by line. */
  readonly lines: readonly string[];
  /** The namespace that the waiting process is in, or that its next child will be in. */
  namespace(link: NamespaceLink): RealNamespace;
  /** Ends it and everything it started, and returns when all of them are gone. */
  stop(): Promise<void>;
}

/** How a process is started. */
export interface StartOptions {
  /** Variables besides PATH. */
  readonly env?: Readonly<Record<string, string>>;
  /** The line that says that all is in place; by default `ready`. */
  readonly ready?: string;
}

/**
 * Keeps real namespaces alive for a test, and ends all of it afterwards: `await using keeper = await makeKeeper()`.
 *
 * Every process has a FIFO as its standard input whose only writer is this process, and ends when that is closed.
 * So nothing outlives a test run, even one that is killed. Mounts are made in mount namespaces of their own and go
 * with the last process; the folder is removed by a process that waits for the same end.
 */
export interface Keeper extends AsyncDisposable {
  /** A folder of its own, for mount points; readable by everybody. */
  readonly directory: string;
  /**
   * Starts a program that prints `ready` on a line of its own and then waits until its standard input ends:
   * see `waiting` for one. Returns when it is ready.
   *
   * @throws Error with what it printed, if it ends before.
   */
  start(command: readonly string[], options?: StartOptions): Promise<Held>;
  /** Starts a program that takes commands on its standard input, and stays open for them. */
  converse(command: readonly string[], options?: StartOptions): Promise<Conversation>;
  /** Ends everything that was started, last first. */
  stop(): Promise<void>;
}

/** A held process that takes lines and prints lines. */
export interface Conversation extends Held {
  /** Sends one line. */
  send(line: string): void;
  /** Everything that it has printed so far. */
  output(): string;
  /** Whether it has ended. */
  ended(): boolean;
}

/** A shell command that does something, says that it is ready and waits; it fails if any part of the script fails. */
export function waiting(script: string, ...args: string[]): string[] {
  return ["sh", "-c", `set -e\n${script}\necho ready\nread -r line || :`, "sh", ...args];
}

/** A shell command that does nothing but wait. */
export function waitingShell(): string[] {
  return waiting(":");
}

/** Makes a keeper. It needs `mkfifo` and `sh`; what is started through it may need more. */
export async function makeKeeper(): Promise<Keeper> {
  const keeper = new ProcessKeeper(mkdtempSync(join(tmpdir(), "ns-graph-test-")));
  await keeper.open();
  return keeper;
}

class ProcessKeeper implements Keeper {
  readonly directory: string;
  readonly #held: HeldProcess[] = [];
  #count = 0;
  #janitor: HeldProcess | undefined;

  constructor(directory: string) {
    this.directory = directory;
  }

  async open(): Promise<void> {
    chmodSync(this.directory, 0o755);
    const script = 'trap "" INT TERM HUP; cd /; echo ready; read -r line; rm -rf -- "$1"';
    this.#janitor = await this.#launch(["sh", "-c", script, "sh", this.directory]);
  }

  async start(command: readonly string[], options: StartOptions = {}): Promise<Held> {
    return this.converse(command, options);
  }

  async converse(command: readonly string[], options: StartOptions = {}): Promise<Conversation> {
    const held = await this.#launch(command, options);
    this.#held.push(held);
    return held;
  }

  async stop(): Promise<void> {
    const failures: unknown[] = [];
    for (let held = this.#held.pop(); held !== undefined; held = this.#held.pop()) {
      await held.stop().catch((failure: unknown) => failures.push(failure));
    }
    await this.#janitor?.stop();
    if (failures.length > 0) throw new AggregateError(failures, "not everything that a test started could be ended");
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #launch(command: readonly string[], options: StartOptions = {}): Promise<HeldProcess> {
    const name = join(this.directory, String(++this.#count));
    execFileSync("mkfifo", ["-m", "600", `${name}.in`]);
    // Opened for both, so that opening it waits for nobody.
    const writer = openSync(`${name}.in`, constants.O_RDWR | constants.O_NONBLOCK);
    const reader = openSync(`${name}.in`, constants.O_RDONLY | constants.O_NONBLOCK);
    const printed = openSync(`${name}.out`, "a");
    unlinkSync(`${name}.in`);
    const [program = "", ...args] = command;
    let child: ChildProcess;
    try {
      child = spawn(program, args, {
        stdio: [reader, printed, printed],
        env: { PATH: process.env.PATH ?? "/usr/sbin:/usr/bin:/sbin:/bin", ...options.env },
        // Out of the terminal's reach: an interrupt would end them in no order.
        detached: true,
      });
    } finally {
      closeSync(reader);
      closeSync(printed);
    }
    const held = new HeldProcess(child, writer, `${name}.out`);
    try {
      await held.ready(options.ready ?? "ready");
    } catch (failure) {
      await held.stop().catch(() => undefined);
      throw failure;
    }
    return held;
  }
}

class HeldProcess implements Conversation {
  readonly #child: ChildProcess;
  readonly #exit: Promise<void>;
  readonly #file: string;
  #writer: number | undefined;
  #chain: readonly ProcessEntry[] = [];
  #lines: readonly string[] = [];
  #failure: Error | undefined;

  constructor(child: ChildProcess, writer: number, file: string) {
    this.#child = child;
    this.#writer = writer;
    this.#file = file;
    this.#exit = new Promise((resolve) => {
      child.once("exit", () => resolve());
      child.once("error", (error) => {
        this.#failure = error;
        resolve();
      });
    });
  }

  get pid(): number {
    return this.#chain.at(-1)?.pid ?? 0;
  }
  get chain(): readonly number[] {
    return this.#chain.map((entry) => entry.pid);
  }
  get lines(): readonly string[] {
    return this.#lines;
  }

  namespace(link: NamespaceLink): RealNamespace {
    return namespaceOf(this.pid, link);
  }

  output(): string {
    return readFileSync(this.#file, "utf8");
  }

  ended(): boolean {
    return this.#failure !== undefined || this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  send(line: string): void {
    if (this.#writer === undefined) throw new Error("it was stopped");
    // A pipe takes lines of up to PIPE_BUF (4096) bytes whole or not at all.
    const bytes = Buffer.from(`${line}\n`);
    if (bytes.length > 4096) throw new Error("the line is too long");
    writeSync(this.#writer, bytes);
  }

  async ready(word: string): Promise<void> {
    const start = Date.now();
    const limit = start + START_LIMIT;
    for (;;) {
      const ended = this.ended();
      const lines = this.output().split("\n");
      const end = lines.indexOf(word);
      if (end >= 0) {
        this.#lines = lines.slice(0, end);
        break;
      }
      if (ended || Date.now() > limit) {
        const how =
          this.#failure?.message ??
          (ended ? `ended (${this.#child.exitCode ?? this.#child.signalCode})` : "is too slow");
        throw new Error(`${this.#child.spawnargs.join(" ")}: ${how}\n${lines.join("\n")}`);
      }
      await sleep(pollInterval(start));
    }
    const entries = readDescendants(this.#child.pid ?? 0);
    const chain = entries.slice(0, 1);
    for (const last of chain) {
      const next = entries.find((entry) => entry.ppid === last.pid && entry.state !== "Z");
      if (next !== undefined) chain.push(next);
    }
    this.#chain = chain;
  }

  async stop(): Promise<void> {
    if (this.#writer === undefined) return;
    const family = this.#child.pid === undefined ? [] : readDescendants(this.#child.pid);
    closeSync(this.#writer);
    this.#writer = undefined;
    if (await this.#gone(family, Date.now() + END_LIMIT)) return;
    for (const entry of family.toReversed()) {
      if (isRunning(entry)) process.kill(entry.pid, "SIGKILL");
    }
    if (!(await this.#gone(family, Date.now() + KILL_LIMIT))) {
      throw new Error(
        `does not end: ${family.filter(isRunning).map((entry) => entry.pid)} (${this.#child.spawnargs.join(" ")})`,
      );
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #gone(family: readonly ProcessEntry[], limit: number): Promise<boolean> {
    await Promise.race([this.#exit, sleep(Math.max(0, limit - Date.now()), undefined, { ref: false })]);
    for (const start = Date.now(); family.some(isRunning); await sleep(pollInterval(start))) {
      if (Date.now() > limit) return false;
    }
    return true;
  }
}
