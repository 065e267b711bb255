import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

/** What a terminal is opened with. */
export interface TerminalOptions {
  /** What starts the command that runs in it: `unshare` with its options, say. */
  readonly through?: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A terminal of script(1) with a program in it, such as a shell that somebody types into. */
export interface Terminal {
  /** Types keys. */
  type(keys: string | Uint8Array): void;
  /** All that the program has written, a character for each byte. */
  output(): string;
  /** The working directory of the program. */
  readonly cwd: string;
  /** Waits until something is there. */
  until(what: string, isThere: () => boolean): Promise<void>;
  /** Waits until no more is written. */
  untilQuiet(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const PATIENCE = 15_000;

/** Opens a terminal. */
export function openTerminal(command: readonly string[], { through = [], cwd, env }: TerminalOptions): Terminal {
  const quoted = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
  const [program = "", ...args] = [...through, "script", "-qefc", `stty cols 120 rows 50; exec ${quoted}`, "/dev/null"];
  const child = spawn(program, args, {
    cwd,
    env: { PATH: process.env.PATH, LANG: "C.UTF-8", TERM: "xterm", ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString("latin1");
    });
  child.stdin.on("error", () => undefined);
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const until = async (what: string, isThere: () => boolean): Promise<void> => {
    for (const start = Date.now(); !isThere(); await sleep(10))
      if (Date.now() - start > PATIENCE) throw new Error(`never ${what}:\n${JSON.stringify(output.slice(-3000))}`);
  };
  return {
    type: (keys) => void child.stdin.write(keys),
    output: () => output,
    cwd,
    until,
    untilQuiet: async () => {
      let length = -1;
      for (; length !== output.length; await sleep(300)) length = output.length;
    },
    [Symbol.asyncDispose]: async () => {
      // Without its terminal the shell ends, and so does all that it started there.
      child.kill("SIGKILL");
      await ended;
    },
  };
}
