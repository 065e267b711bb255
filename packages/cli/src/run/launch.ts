import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import { basename } from "node:path";
import type { Duplex } from "node:stream";
import { isatty } from "node:tty";
import { NsGraphError } from "@ns-graph/graph";
import { findChild } from "./find-child.js";
import { type RunPlan, unshareArguments } from "./plan.js";

/**
 * Stands where the command will be, in its namespaces and with its PID, until it is let go on: then it becomes the
 * command. It is called as the command already. Where nobody lets it go on any more, it ends.
 */
const PLACEHOLDER = [
  '{ printf %s "$1" >/proc/self/comm; } 2>/dev/null',
  "shift",
  "echo >&4",
  "exec 4>&-",
  'read -r word <&3 && [ "$word" = go ] || exit 125',
  "exec 3<&-",
  'exec "$@"',
].join("\n");

/** Signals that somebody sends to this process and means for the command. */
const FORWARDED = ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGUSR1", "SIGUSR2", "SIGALRM"] as const;
/** Signals that a terminal sends to all processes in the foreground, so that the command has had them already. */
const FROM_TERMINAL: ReadonlySet<string> = new Set(["SIGINT", "SIGQUIT"]);

/** A command whose namespaces are made and which has not started yet. */
export class Launch {
  readonly #child: ChildProcess;
  readonly #forks: boolean;
  readonly #exit: Promise<number>;

  private constructor(child: ChildProcess, forks: boolean) {
    this.#child = child;
    this.#forks = forks;
    this.#exit = new Promise((resolve) => child.once("exit", (code, signal) => resolve(statusOf(code, signal))));
  }

  /**
   * Makes the namespaces through unshare(1).
   *
   * @throws NsGraphError `RUN_FAILED`
   */
  static async prepare(plan: RunPlan): Promise<Launch> {
    const [program = ""] = plan.command;
    const placeholder = ["sh", "-c", PLACEHOLDER, "ns-graph", basename(program), ...plan.command];
    const child = spawn("unshare", [...unshareArguments(plan), "--", ...placeholder], {
      stdio: ["inherit", "inherit", "inherit", "pipe", "pipe"],
    });
    const launch = new Launch(child, plan.forks);
    const ready = child.stdio[4] as Duplex;
    // What can't be written because the other end has gone is told by how the process ends.
    for (const stream of [child.stdio[3] as Duplex, ready]) stream.on("error", () => undefined);
    const isReady = await Promise.race([
      new Promise<boolean>((resolve) => ready.once("data", () => resolve(true))),
      launch.#exit.then(() => false),
      new Promise<never>((_, reject) => child.once("error", (error) => reject(notStarted(error)))),
    ]);
    if (!isReady) throw notMade(plan);
    return launch;
  }

  /** The PID of the command; undefined where /proc does not show it. */
  get pid(): number | undefined {
    return this.#forks ? findChild(this.#child.pid ?? 0) : this.#child.pid;
  }

  /** Lets the command start, hands signals on to it, and answers its exit status once it has ended. */
  async start(): Promise<number> {
    const target = this.pid ?? this.#child.pid;
    const hasTerminal = [0, 1, 2].some((fd) => isatty(fd));
    const forward = (signal: NodeJS.Signals): void => {
      if (target === undefined || (hasTerminal && FROM_TERMINAL.has(signal))) return;
      try {
        process.kill(target, signal);
      } catch {
        // It has ended, and its status is on the way.
      }
    };
    for (const signal of FORWARDED) process.on(signal, forward);
    (this.#child.stdio[3] as Duplex).end("go\n");
    const status = await this.#exit;
    for (const signal of FORWARDED) process.off(signal, forward);
    return status;
  }

  /** Ends what waits to become the command. */
  async abandon(): Promise<void> {
    (this.#child.stdio[3] as Duplex).end();
    await this.#exit;
  }
}

/** An exit status as shells give it: 128 and the number of the signal where one ended the command. */
function statusOf(code: number | null, signal: NodeJS.Signals | null): number {
  return signal === null ? (code ?? 0) : 128 + constants.signals[signal];
}

function notStarted(cause: Error): NsGraphError {
  const isMissing = (cause as NodeJS.ErrnoException).code === "ENOENT";
  return new NsGraphError(
    "RUN_FAILED",
    isMissing
      ? "unshare(1), through which commands are started in new namespaces, was not found"
      : `unshare(1) could not be started: ${cause.message}`,
    { ...(isMissing ? { hint: "It is part of util-linux." } : {}), cause },
  );
}

function notMade({ types }: RunPlan): NsGraphError {
  const isOrdinary = process.geteuid?.() !== 0 && !types.includes("user");
  return new NsGraphError("RUN_FAILED", "unshare(1) could not make these namespaces", {
    hint: isOrdinary
      ? "Only root may, or somebody in a user namespace of their own: add --user --map-root-user."
      : "What it says above is why.",
  });
}
