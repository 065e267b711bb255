import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Measures what a run of the command takes of memory at most: the peak of its resident memory (VmHWM of proc_pid_status(5)). */
export interface MemoryGauge {
  /** Options of Node itself that the command is run with. */
  readonly nodeOptions: readonly string[];
  /** Variables that it is run with. */
  readonly env: Readonly<Record<string, string>>;
  /** The peak of the run before, in bytes; NaN where it did not end by itself. */
  read(): number;
}

/** Makes a gauge that keeps what it needs in a folder. */
export function makeMemoryGauge(folder: string): MemoryGauge {
  const program = join(folder, "gauge.mjs");
  const file = join(folder, "peak");
  writeFileSync(
    program,
    `import { readFileSync, writeFileSync } from "node:fs";
    process.on("exit", () => {
      const status = readFileSync("/proc/self/status", "utf8");
      writeFileSync(process.env.GAUGE_FILE, /^VmHWM:\\s+(\\d+) kB/m.exec(status)[1]);
    });`,
  );
  return {
    nodeOptions: ["--import", pathToFileURL(program).href],
    env: { GAUGE_FILE: file },
    read() {
      try {
        return Number(readFileSync(file, "utf8")) * 1024;
      } catch {
        return Number.NaN;
      } finally {
        rmSync(file, { force: true });
      }
    },
  };
}
