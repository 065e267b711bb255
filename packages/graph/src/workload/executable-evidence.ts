import type { Evidence } from "../model/evidence.js";
import type { Process } from "../model/process.js";

/** Whether what a process runs is a program of the machine's with one of these file names. */
export function runsProgram({ executable }: Process, program: RegExp): Evidence {
  const { path, borneOut = "unknown" } = executable ?? {};
  if (borneOut !== "yes" || path === undefined) return borneOut === "no" ? "no" : "unknown";
  return program.test(path.slice(path.lastIndexOf("/") + 1)) ? "yes" : "no";
}
