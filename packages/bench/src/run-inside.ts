import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { ENVIRONMENT } from "./cost.js";
import type { Result, Work } from "./work.js";

/** The built program, which this file is part of when it runs, and which tests find from their sources. */
export const PROGRAM = fileURLToPath(new URL("../dist/index.js", import.meta.url));

/** What stands before a command to run it in a PID namespace where nothing else is, with a /proc of its own. */
const FRESH_PID_NAMESPACE = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"];

/**
 * Does work in a fresh PID namespace: what runs beside it on the machine is not in its /proc, and nothing outlives it.
 * It ends with this process, however that ends, for it reads from a pipe that only this process holds.
 *
 * @throws Error where a candidate fails, or the signal asks for the end.
 */
export async function* runInside(work: Work, signal?: AbortSignal): AsyncGenerator<Result, void, undefined> {
  const [program = "", ...args] = [...FRESH_PID_NAMESPACE, process.execPath, PROGRAM, "inside", JSON.stringify(work)];
  const child = spawn(program, args, { env: ENVIRONMENT, stdio: ["pipe", "pipe", "pipe"] });
  const exit = once(child, "close");
  const stop = (): void => {
    child.stdin.destroy();
  };
  signal?.addEventListener("abort", stop, { once: true });
  let complaint = "";
  child.stderr.on("data", (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-4096);
  });
  try {
    for await (const line of createInterface({ input: child.stdout })) yield JSON.parse(line) as Result;
    const [status] = (await exit) as [number | null];
    signal?.throwIfAborted();
    if (status !== 0) throw new Error(complaint.trim() || `the work ended with status ${status}`);
  } finally {
    stop();
    await exit;
    signal?.removeEventListener("abort", stop);
  }
}
