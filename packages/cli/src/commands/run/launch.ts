import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { constants } from "node:os";
import type { Duplex } from "node:stream";
import { isatty } from "node:tty";
import { NsGraphError } from "@ns-graph/graph";
import { findChild, isProcOurs } from "./find-child.js";
import { describeShortage, findShortage } from "./limits.js";
import { GO, PLACEHOLDER_DESCRIPTORS, placeholder } from "./placeholder.js";
import { type RunPlan, unshareArguments } from "./plan.js";
import { NO_UNSHARE, waiter } from "./waiter.js";

const STDERR = 2;

/** What unshare(1) before util-linux 2.39 says when SIGKILL ended its child: it can't end itself in the same way. */
const KILLED_CHILD = /sigprocmask/;

/** Signals that somebody sends to this process and means for the command. */
const FORWARDED = ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGUSR1", "SIGUSR2", "SIGALRM"] as const;
/** Signals that a terminal sends to all processes in the foreground, so that the command has had them already. */
const FROM_TERMINAL: ReadonlySet<string> = new Set(["SIGINT", "SIGQUIT"]);

/** A command whose namespaces are made and which has not started yet. */
export class Launch {
  readonly #child: ChildProcess;
  readonly #forks: boolean;
  readonly #exit: Promise<number>;
  readonly #warn: (text: string) => void;
  /** What unshare(1) said since the command started. */
  #said = "";
  #isStarted = false;
  /** The PID of unshare(1), which is the command where that does not fork. */
  #pid = 0;

  private constructor(child: ChildProcess, forks: boolean, warn: (text: string) => void) {
    this.#child = child;
    this.#forks = forks;
    this.#warn = warn;
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      if (this.#isStarted) this.#said += text;
      else warn(text);
    });
    this.#exit = new Promise((resolve) => child.once("close", (code, signal) => resolve(this.#statusOf(code, signal))));
  }

  /**
   * Makes the namespaces through unshare(1); `warn` gets what that says.
   *
   * @throws NsGraphError `RUN_FAILED`
   */
  static async prepare(plan: RunPlan, warn: (text: string) => void): Promise<Launch> {
    const deadly = deathSignal();
    const words = [...deadly, "unshare", ...unshareArguments(plan), "--", ...placeholder(plan.command)];
    const [program = "", ...args] = [...deadly, ...waiter(FORWARDED, words)];
    const child = spawn(program, args, { stdio: ["inherit", "inherit", "pipe", "pipe", "pipe", STDERR] });
    const launch = new Launch(child, plan.forks, warn);
    await launch.#waitForPlaceholder(plan);
    return launch;
  }

  async #waitForPlaceholder(plan: RunPlan): Promise<void> {
    const ready = this.#child.stdio[PLACEHOLDER_DESCRIPTORS.ready] as Duplex;
    // What can't be written because the other end has gone shows in how the process ends.
    for (const stream of [this.#go, ready]) stream.on("error", () => undefined);
    const answer = await Promise.race([
      readLines(ready, 2),
      this.#exit,
      new Promise<never>((_, reject) => this.#child.once("error", (error) => reject(notStarted(error)))),
    ]);
    if (typeof answer === "number") throw answer === NO_UNSHARE ? noUnshare() : notMade(plan);
    this.#pid = Number(answer[0]);
  }

  get #go(): Duplex {
    return this.#child.stdio[PLACEHOLDER_DESCRIPTORS.go] as Duplex;
  }

  /** The PID of the child, which waits for the command; it ends when this process does. */
  get childPid(): number | undefined {
    return this.#child.pid;
  }

  /** The PID of the command; undefined where /proc does not show it. */
  get pid(): number | undefined {
    if (this.#forks) return findChild(this.#pid);
    return isProcOurs() ? this.#pid : undefined;
  }

  /** Lets the command start, hands signals on to it, and answers its exit status once it has ended. */
  async start(): Promise<number> {
    const target = this.pid ?? this.#pid;
    const hasTerminal = [0, 1, 2].some((fd) => isatty(fd));
    const forward = (signal: NodeJS.Signals): void => {
      if (hasTerminal && FROM_TERMINAL.has(signal)) return;
      try {
        process.kill(target, signal);
      } catch {
        // It has ended, and its status is on the way.
      }
    };
    for (const signal of FORWARDED) process.on(signal, forward);
    this.#isStarted = true;
    this.#go.end(GO);
    const status = await this.#exit;
    for (const signal of FORWARDED) process.off(signal, forward);
    return status;
  }

  /** Ends what waits to become the command. */
  async abandon(): Promise<void> {
    this.#go.end();
    await this.#exit;
  }

  /** An exit status as shells give it: 128 and the number of the signal where one ended the command. */
  #statusOf(code: number | null, signal: NodeJS.Signals | null): number {
    if (signal !== null) return 128 + constants.signals[signal];
    if (this.#forks && code === 1 && KILLED_CHILD.test(this.#said)) return 128 + constants.signals.SIGKILL;
    if (this.#said !== "") this.#warn(this.#said);
    return code ?? 0;
  }
}

/**
 * The words before a command line that have the kernel end it when this process ends; none where setpriv(1) can't.
 * unshare(1) hands the end on to its child itself.
 */
function deathSignal(): readonly string[] {
  const words = ["setpriv", "--pdeathsig", "KILL"];
  return spawnSync("setpriv", [...words.slice(1), "true"], { stdio: "ignore" }).status === 0 ? words : [];
}

/** The first lines of a stream, without their ends. */
function readLines(stream: Duplex, count: number): Promise<readonly string[]> {
  return new Promise((resolve) => {
    let text = "";
    stream.setEncoding("latin1").on("data", (more: string) => {
      text += more;
      const lines = text.split("\n");
      if (lines.length > count) resolve(lines.slice(0, count));
    });
  });
}

function noUnshare(): NsGraphError {
  const what = "unshare(1), through which commands are started in new namespaces, was not found";
  return new NsGraphError("RUN_FAILED", what, { hint: "It is part of util-linux." });
}

function notStarted(cause: Error): NsGraphError {
  return new NsGraphError("RUN_FAILED", `no shell could be started: ${cause.message}`, { cause });
}

function notMade(plan: RunPlan): NsGraphError {
  const isOrdinary = process.geteuid?.() !== 0 && !plan.types.includes("user");
  const shortage = isOrdinary ? undefined : findShortage(plan);
  const why = shortage === undefined ? "What it says above is why." : describeShortage(shortage);
  return new NsGraphError("RUN_FAILED", "unshare(1) could not make these namespaces", {
    hint: isOrdinary ? "Only root may, or somebody in a user namespace of their own: add --user --map-root-user." : why,
  });
}
