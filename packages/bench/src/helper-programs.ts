import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Programs in C, compiled for one run. */
export interface HelperPrograms extends Disposable {
  /** The folder they are in. */
  readonly directory: string;
}

const NAMES = ["calls", "load", "measure", "readlinks"] as const;

/** Compiles the helper programs; undefined where there is no C compiler. */
export function compileHelperPrograms(): HelperPrograms | undefined {
  if (!hasCompiler()) return undefined;
  const directory = mkdtempSync(join(tmpdir(), "ns-graph-bench-"));
  const remove = (): void => rmSync(directory, { recursive: true, force: true });
  try {
    for (const name of NAMES) {
      const source = fileURLToPath(new URL(`../native/${name}.c`, import.meta.url));
      execFileSync("cc", ["-O2", "-o", join(directory, name), source], { stdio: ["ignore", "ignore", "inherit"] });
    }
  } catch (error) {
    remove();
    throw error;
  }
  return { directory, [Symbol.dispose]: remove };
}

function hasCompiler(): boolean {
  try {
    execFileSync("cc", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
