import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { compileProgram } from "./compile-program.js";
import { type Conversation, type Keeper, pollInterval } from "./keeper.js";
import { PATIENCE } from "./patience.js";
import type { LoadName } from "./program-path.js";
import { namespaceNamed, type RealNamespace } from "./real-namespace.js";
import type { Skippable } from "./requirement.js";
import { asUser } from "./run-cli.js";

/** An ordinary user that nothing else belongs to. */
export const LOADING_USER = 54_321;

/** How long an answer may take, in milliseconds. */
const ANSWER_LIMIT = 20_000 * PATIENCE;

/** Something that an ordinary user has very much of. */
export interface Load {
  readonly held: Conversation;
  /** The process that made it; there may be others below it. */
  readonly pid: number;
  /** The namespaces that it names. */
  readonly namespaces: readonly RealNamespace[];
  /** The PIDs that it names. */
  readonly pids: readonly number[];
}

/** How a load is started. */
export interface LoadOptions {
  /** What starts it, as root; a user without any rights by default. */
  readonly through?: readonly string[];
}

/**
 * Starts a program of `programs/loads` as a user without any rights. The test is skipped where there is no compiler, or
 * where the machine does not allow what it does.
 */
export async function startLoad(
  context: Skippable,
  keeper: Keeper,
  name: LoadName,
  args: readonly (string | number)[],
  { through = asUser(LOADING_USER) }: LoadOptions = {},
): Promise<Load> {
  const program = compileProgram(keeper.directory, `loads/${name}.c`);
  if (program === undefined) context.skip("needs a C compiler");
  const command = [...through, program as string, ...args.map(String)];
  const held = await keeper.converse(command).catch((failure: Error) => {
    const reason = /^cannot .*$/m.exec(failure.message)?.[0];
    if (reason !== undefined) context.skip(`a user without rights ${reason}`);
    throw failure;
  });
  const { lines } = held;
  return {
    held,
    pid: held.chain[0] ?? held.pid,
    namespaces: lines.filter((line) => /^[a-z]+:\[\d+\]$/.test(line)).map(namespaceNamed),
    pids: lines.filter((line) => /^\d+$/.test(line)).map(Number),
  };
}

/** Sends a line to a load and waits for the line that it answers with. */
export async function tellLoad({ held }: Load, line: string, answer: string): Promise<void> {
  held.send(line);
  const start = Date.now();
  while (!held.output().split("\n").includes(answer)) {
    if (held.ended() || Date.now() > start + ANSWER_LIMIT) throw new Error(`no ${answer}:\n${held.output()}`);
    await sleep(pollInterval(start));
  }
}

/**
 * Runs something while processes of the load `fuse … executing` are in the middle of execve(2). It must not read
 * /proc/PID/stat of them, for that waits: keepers and ps(1) do.
 */
export async function whileExecuting<T>(load: Load, body: () => Promise<T>): Promise<T> {
  await tellLoad(load, "execute", "executing");
  try {
    return await body();
  } finally {
    load.held.send("end");
    while (!load.held.ended()) await sleep(10);
  }
}

/** A folder of the keeper's that every user may write to, and mount something on. */
export function openFolder(keeper: Keeper, name: string): string {
  const folder = join(keeper.directory, name);
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o777);
  return folder;
}

/** The device of file systems in user space (FUSE) for every user, as it mostly is: a node of its own. */
export function openFuseDevice(keeper: Keeper): string {
  const device = join(keeper.directory, "fuse-device");
  if (!existsSync(device)) execFileSync("mknod", ["-m", "666", device, "c", "10", "229"]);
  return device;
}

/** What a load keeps free for itself at most: SPARE of its source. */
const SPARE = 128;

/** How many descriptors a load may be told to open here. */
export function descriptorLimit(): number {
  const hard = /^Max open files\s+\S+\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
  return Number(hard ?? Number.POSITIVE_INFINITY) - SPARE;
}
