import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { compileProgram } from "./compile-program.js";
import type { Held, Keeper } from "./keeper.js";

/** Processes that are made and reaped as fast as can be, until it is stopped or two minutes are over. */
export interface Churn {
  readonly held: Held;
  /** The processes that make the others, as they see themselves. */
  readonly workers: readonly number[];
  /** What was made; undefined where there is no C compiler and a shell makes them, several times slower. */
  readonly made: ChurnedProcesses | undefined;
}

/** The processes that a churn has made and reaped, by their PIDs in the PID namespace that it runs in. */
export interface ChurnedProcesses {
  /** Whether one of that PID lived at some time between two values of `process.hrtime.bigint()`; waits until it is reaped. */
  lived(pid: number, from: bigint, to: bigint): Promise<boolean>;
}

/** How long it may last, in seconds, whatever happens to the one that started it. */
const LIMIT = 120;

/**
 * Starts processes that start and reap others without a pause; with `namespaces`, each of these is put into new
 * user, ipc, net, pid and uts namespaces. `through` is the start of a command line that leads where they are to be.
 */
export async function churn(
  keeper: Keeper,
  options: { readonly namespaces?: boolean; readonly workers?: number; readonly through?: readonly string[] } = {},
): Promise<Churn> {
  const { namespaces = false, workers = 2, through = [] } = options;
  const program = compileProgram(keeper.directory, "churn.c");
  const log = join(keeper.directory, `churn-${namespaces ? "namespaces" : "plain"}.log`);
  const once = namespaces ? "unshare --user --ipc --net --uts --pid --fork true" : "(:)";
  const worker =
    program === undefined
      ? ["timeout", "-s", "KILL", String(LIMIT), "sh", "-c", `while :; do ${once}; done`]
      : [program, namespaces ? "namespaces" : "plain", String(LIMIT), log];
  // The shell ends its workers by the PIDs of children that it has not waited for, so these can't be others' by then.
  const script = `
    count=$1
    shift
    workers=
    while [ "$count" -gt 0 ]; do
      "$@" </dev/null >/dev/null 2>&1 &
      workers="$workers $!"
      echo "$!"
      count=$((count - 1))
    done
    echo ready
    read -r line
    kill $workers
    wait`;
  const held = await keeper.start([...through, "sh", "-c", script, "sh", String(workers), ...worker]);
  const made = program === undefined ? undefined : new LoggedProcesses(log);
  return { held, workers: held.lines.map(Number), made };
}

/** Three 64-bit numbers: see the program. */
const RECORD = 24;

/** How long a process that has been seen may take to be reaped, in milliseconds. */
const REAP_LIMIT = 5_000;

class LoggedProcesses implements ChurnedProcesses {
  readonly #path: string;
  readonly #lives = new Map<number, { readonly from: bigint; readonly to: bigint }[]>();
  #length = 0;

  constructor(path: string) {
    this.#path = path;
  }

  async lived(pid: number, from: bigint, to: bigint): Promise<boolean> {
    const limit = Date.now() + REAP_LIMIT;
    for (;;) {
      this.#read();
      if (this.#lives.get(pid)?.some((life) => life.from <= to && life.to >= from)) return true;
      if (Date.now() > limit) return false;
      await sleep(5);
    }
  }

  #read(): void {
    if (!existsSync(this.#path)) return;
    const fd = openSync(this.#path, "r");
    try {
      const bytes = Buffer.alloc(2 ** 16 * RECORD);
      for (;;) {
        const length = readSync(fd, bytes, 0, bytes.length, this.#length);
        const whole = length - (length % RECORD);
        for (let at = 0; at < whole; at += RECORD) this.#add(bytes, at);
        this.#length += whole;
        if (whole === 0) return;
      }
    } finally {
      closeSync(fd);
    }
  }

  #add(bytes: Buffer, at: number): void {
    // Every machine that the tests run on has the low byte first.
    const pid = Number(bytes.readBigInt64LE(at));
    const life = { from: bytes.readBigInt64LE(at + 8), to: bytes.readBigInt64LE(at + 16) };
    const lives = this.#lives.get(pid);
    if (lives === undefined) this.#lives.set(pid, [life]);
    else lives.push(life);
  }
}
