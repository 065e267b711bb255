import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { PATIENCE } from "./patience.js";

/** How a command is run. */
export interface RunOptions {
  /** What starts it: `["setpriv", "--reuid=65534", …]`, `["strace", …]`, or a maker's `enter`. */
  readonly through?: readonly string[];
  /** Variables besides PATH and LANG; undefined takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** What it reads from its standard input; nothing by default. */
  readonly input?: string | Uint8Array;
  /** Milliseconds until it is killed; 60 000 by default. */
  readonly timeout?: number;
  /** Options of Node itself. */
  readonly nodeOptions?: readonly string[];
}

/** How a command ended, and what it wrote. */
export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  /** Its standard output byte for byte. */
  readonly bytes: Buffer;
  /** Null where a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The built command. */
export const CLI_PATH =
  process.env.NS_GRAPH_TEST_CLI ?? fileURLToPath(new URL("../../../cli/dist/bin.js", import.meta.url));

/** The start of a command line that runs the rest of it as an ordinary user without any capability. */
export function asUser(uid = 65534): string[] {
  return ["setpriv", `--reuid=${uid}`, `--regid=${uid}`, "--clear-groups", "--inh-caps=-all", "--bounding-set=-all"];
}

/** Runs the built command and waits until it ends, whichever way. */
export function runCli(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return run([process.execPath, ...(options.nodeOptions ?? []), CLI_PATH, ...args], options);
}

/** Runs a program and waits until it ends, whichever way. */
export function run(command: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const [program = "", ...args] = [...(options.through ?? []), ...command];
  const environment = { PATH: process.env.PATH, LANG: "C.UTF-8", ...options.env };
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ["pipe", "pipe", "pipe"],
      env: Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined)),
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      timeout: options.timeout ?? 60_000 * PATIENCE,
      killSignal: "SIGKILL",
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    child.once("error", reject);
    child.once("close", (exitCode, signal) => {
      const bytes = Buffer.concat(out);
      resolve({ stdout: bytes.toString("utf8"), stderr: Buffer.concat(err).toString("utf8"), bytes, exitCode, signal });
    });
    // It may end before it has read anything.
    child.stdin.on("error", () => child.stdin.destroy());
    child.stdin.end(options.input);
  });
}
