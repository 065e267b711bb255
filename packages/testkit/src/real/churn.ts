import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { Held, Keeper } from "./keeper.js";
import { programPath } from "./program-path.js";
import { findProgram } from "./requirement.js";

/** Processes that are made and reaped as fast as can be, until it is stopped or two minutes are over. */
export interface Churn {
  readonly held: Held;
  /** Whether a compiled program does it; where there is no C compiler a shell does, several times slower. */
  readonly compiled: boolean;
}

/** How long it may last, in seconds, whatever happens to the one that started it. */
const LIMIT = 120;

/**
 * Starts processes that start and reap others without a pause; with `namespaces`, each of these is put into new
 * user, ipc, net, pid and uts namespaces.
 */
export async function churn(
  keeper: Keeper,
  options: { readonly namespaces?: boolean; readonly workers?: number } = {},
): Promise<Churn> {
  const { namespaces = false, workers = 2 } = options;
  const program = compile(keeper.directory);
  const once = namespaces ? "unshare --user --ipc --net --uts --pid --fork true" : "(:)";
  const worker =
    program === undefined
      ? ["timeout", "-s", "KILL", String(LIMIT), "sh", "-c", `while :; do ${once}; done`]
      : [program, namespaces ? "namespaces" : "plain", String(LIMIT)];
  // The shell ends its workers by the PIDs of children that it has not waited for, so these can't be others' by then.
  const script = `
    count=$1
    shift
    workers=
    while [ "$count" -gt 0 ]; do
      "$@" </dev/null >/dev/null 2>&1 &
      workers="$workers $!"
      count=$((count - 1))
    done
    echo ready
    read -r line
    kill $workers
    wait`;
  const held = await keeper.start(["sh", "-c", script, "sh", String(workers), ...worker]);
  return { held, compiled: program !== undefined };
}

function compile(directory: string): string | undefined {
  const compiler = findProgram("cc") ?? findProgram("gcc");
  if (compiler === undefined) return undefined;
  const program = join(directory, "churn");
  try {
    execFileSync(compiler, ["-O1", "-o", program, programPath("churn.c")], {
      stdio: "pipe",
    });
    return program;
  } catch {
    // A compiler without its headers is as good as none.
    return undefined;
  }
}
