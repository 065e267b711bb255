import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A program that runs until it ends or is stopped, and that the kernel ends if this process is killed. */
export interface Child {
  readonly ended: boolean;
  /** What it printed. */
  output(): string;
  /** Waits until it has ended: true, or false if that takes longer. */
  wait(milliseconds: number): Promise<boolean>;
  /** Ends it, and returns when it has. */
  stop(): Promise<void>;
}

/** Those that run now. */
const running = new Set<Child>();
const interruption = new AbortController();

/** Aborted once this process was told to end. */
export const interrupted: AbortSignal = interruption.signal;

/** Ends all that was started, and lets nothing else be started. */
export async function interrupt(): Promise<void> {
  interruption.abort(new Error("interrupted"));
  await Promise.all([...running].map((child) => child.stop()));
}

/** Starts a program; its output goes to a file in the folder. */
export function startChild(command: readonly string[], folder: string, name: string): Child {
  interrupted.throwIfAborted();
  const file = join(folder, `${name}.log`);
  const log = openSync(file, "w");
  const process = spawn("setpriv", ["--pdeathsig", "KILL", "nice", "-n", "1", ...command], {
    stdio: ["ignore", log, log],
    // An interrupt from the terminal reaches this process alone, which then ends the others in order.
    detached: true,
  });
  closeSync(log);
  let ended = false;
  const exit = new Promise<void>((resolve) => {
    const finish = (): void => {
      ended = true;
      running.delete(child);
      resolve();
    };
    process.once("exit", finish);
    process.once("error", finish);
  });
  const wait = (milliseconds: number): Promise<boolean> => {
    const expired = new AbortController();
    return Promise.race([
      exit.then(() => true),
      sleep(milliseconds, false, { signal: expired.signal }).catch(() => false),
    ]).finally(() => expired.abort());
  };
  const child: Child = {
    get ended() {
      return ended;
    },
    output: () => readFileSync(file, "utf8"),
    wait,
    stop: async () => {
      if (ended) return;
      process.kill("SIGTERM");
      if (await wait(3000)) return;
      process.kill("SIGKILL");
      await exit;
    },
  };
  running.add(child);
  return child;
}
