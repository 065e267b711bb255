import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { type ProgramName, programPath } from "./program-path.js";
import { findProgram } from "./requirement.js";

/** Compiles a program that is written in C into a folder, once; undefined where there is no compiler. */
export function compileProgram(directory: string, source: ProgramName): string | undefined {
  const compiler = findProgram("cc") ?? findProgram("gcc");
  if (compiler === undefined) return undefined;
  const program = join(directory, basename(source, ".c"));
  if (existsSync(program)) return program;
  try {
    execFileSync(compiler, ["-O1", "-pthread", "-o", program, programPath(source)], { stdio: "pipe" });
    return program;
  } catch {
    // A compiler without its headers is as good as none.
    return undefined;
  }
}
