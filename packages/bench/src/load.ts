import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { unshareOptions } from "@ns-graph/testkit";

/** How many idle processes, in how many groups. */
export interface LoadSize {
  readonly processes: number;
  readonly groups: number;
}

/** The types that each group has a namespace of its own of. */
export const GROUP_TYPES = ["cgroup", "ipc", "mnt", "net", "pid", "user", "uts"] as const;

/** Idle processes, until they are stopped. */
export interface Load {
  /** Ends them and returns when they are gone. */
  stop(): Promise<void>;
}

/**
 * Makes idle processes with one thread and three open descriptors each, in groups of which each has namespaces of its
 * own. The compiled program is used where there is one; the shell's groups hold two processes more.
 *
 * @throws Error with what was printed, where the machine does not let so many be made.
 */
export function makeLoad(size: LoadSize, helpers: string | undefined): Promise<Load> {
  if (size.groups === 0) return Promise.resolve({ stop: () => Promise.resolve() });
  return helpers === undefined ? startShellLoad(size) : startCompiledLoad(size, helpers);
}

async function startCompiledLoad({ processes, groups }: LoadSize, helpers: string): Promise<Load> {
  const child = spawn(join(helpers, "load"), [String(processes), String(groups)], { stdio: ["pipe", "pipe", "pipe"] });
  await waitUntilReady(child);
  const exit = once(child, "exit");
  return {
    stop: async () => {
      child.stdin?.end();
      await exit;
    },
  };
}

const GROUP_SCRIPT = `i=1
while [ "$i" -lt "$1" ]; do sleep 2147483647 </dev/null >/dev/null 2>&1 & i=$((i + 1)); done
echo ready
exec sleep 2147483647 </dev/null >/dev/null 2>&1`;

async function startShellLoad({ processes, groups }: LoadSize): Promise<Load> {
  const unshare = ["--kill-child", ...unshareOptions(GROUP_TYPES)];
  const children: ChildProcess[] = [];
  for (let group = 0; group < groups; group++) {
    const size = Math.floor(processes / groups) + (group < processes % groups ? 1 : 0);
    const child = spawn("unshare", [...unshare, "sh", "-c", GROUP_SCRIPT, "sh", String(size)], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    children.push(child);
    await waitUntilReady(child);
  }
  return {
    stop: async () => {
      const exits = children.map((child) => once(child, "exit"));
      for (const child of children) child.kill("SIGKILL");
      await Promise.all(exits);
    },
  };
}

async function waitUntilReady(child: ChildProcess): Promise<void> {
  let complaint = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  for await (const line of lines) if (line === "ready") return;
  throw new Error(`the load could not be made: ${complaint.trim() || child.spawnargs.join(" ")}`);
}
