import { type SpawnOptions, spawn } from "node:child_process";
import { join } from "node:path";
import type { Readable } from "node:stream";

/** What a run of a command cost. Where no helper program was there to ask the kernel, only the wall time is known. */
export interface Cost {
  /** Seconds. */
  readonly wall: number;
  /** Seconds of user CPU time. */
  readonly user?: number;
  /** Seconds of system CPU time. */
  readonly system?: number;
  /** Peak of resident memory in bytes. */
  readonly peak?: number;
  /** What it printed. */
  readonly output: string;
}

/** Nothing of the caller's surroundings gets in: a variable such as NODE_EXTRA_CA_CERTS can double the start of Node. */
export const ENVIRONMENT = { PATH: process.env.PATH, LANG: "C.UTF-8" };

/**
 * Runs a command.
 *
 * @throws Error with what it printed, where it fails.
 */
export async function measureCost(
  command: readonly string[],
  helpers: string | undefined,
  options: { readonly keepOutput?: boolean } = {},
): Promise<Cost> {
  const measured = helpers === undefined ? command : [join(helpers, "measure"), ...command];
  const start = process.hrtime.bigint();
  const { status, output, complaint, report } = await run(measured, options.keepOutput ?? false);
  const wall = Number(process.hrtime.bigint() - start) / 1e9;
  const [nanoseconds, user, system, kib, exit] = report.trim().split(" ").map(Number);
  const failed = status !== 0 ? status : helpers === undefined ? 0 : exit;
  if (failed !== 0) throw new Error(`${command.join(" ")} ended with status ${failed}\n${complaint.trim()}`);
  if (helpers === undefined) return { wall, output };
  return {
    wall: Number(nanoseconds) / 1e9,
    user: Number(user) / 1e6,
    system: Number(system) / 1e6,
    peak: Number(kib) * 1024,
    output,
  };
}

function run(
  [program = "", ...args]: readonly string[],
  keepOutput: boolean,
): Promise<{ status: number | null; output: string; complaint: string; report: string }> {
  const options: SpawnOptions = {
    env: ENVIRONMENT,
    stdio: ["ignore", keepOutput ? "pipe" : "ignore", "pipe", "pipe"],
  };
  const child = spawn(program, args, options);
  let output = "";
  let complaint = "";
  let report = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-1000);
  });
  (child.stdio[3] as Readable).on("data", (chunk: Buffer) => {
    report += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status) => resolve({ status, output, complaint, report }));
  });
}
