import { fstatSync, writeSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { PROGRAM_NAME } from "@ns-graph/graph";
import { readFileChunks } from "./commands/read-file.js";
import { fitToWidth } from "./output/error-text.js";
import { descriptorSink } from "./output/sink.js";
import { NO_TERMINAL, type Terminal } from "./output/surface.js";
import type { PluginLoader } from "./plugins/formats.js";
import type { System } from "./system.js";
import { tuneEngine } from "./tune-engine.js";
import { HANDOVER, openWatched } from "./waits/watch-reading.js";

/** What a run before this one left in the environment: taken out of it before anything is started that would inherit it. */
const handed: NodeJS.ProcessEnv = {};
for (const [name, value] of Object.entries(process.env)) {
  if (!name.startsWith(HANDOVER)) continue;
  handed[name] = value;
  delete process.env[name];
}

const STDOUT = 1;
const STDERR = 2;

/** The world as it is. */
export const realSystem: Omit<System, "version"> = {
  env: process.env,
  openPlugins,
  describeStdout,
  openStdout: () => descriptorSink(STDOUT, "standard output"),
  openOutput: async (path, mode) => (await import("./cold-paths.js")).openOutput(path, mode),
  readInput: readFileChunks,
  // What reads this machine is loaded only where there is something for it to read.
  createProbe: async (options, child) => {
    tuneEngine();
    const sys = await import("@ns-graph/sys");
    const probe = await openWatched(sys, { ...options, alarm: true }, sys.readNews(handed, HANDOVER), child);
    // What is open from now on is seen by others that read this machine at the same time.
    sys.setThreadName(PROGRAM_NAME);
    return probe;
  },
  findContainerNames: async (containers) => (await import("@ns-graph/sys")).findContainerNames(containers),
  openLookup: async () => (await import("./cold-paths.js")).machineLookup,
  warn,
};

/** Node's terminal module is loaded only where there may be a terminal. */
function describeStdout(): Terminal {
  if (!mayBeTerminal(STDOUT)) return NO_TERMINAL;
  const { isTTY = false, columns } = process.stdout;
  return { isTerminal: isTTY, columns: isTTY && columns > 0 ? columns : undefined };
}

/**
 * Whether a descriptor is a character device other than /dev/null and its like (major number 1, mem(4)).
 *
 * In bigints, because in numbers the answer for a pipe stays where Node's realpath looks for its own: modules behind
 * symbolic links would not be found any more (lib/fs.js, "break if a pipe/socket").
 */
function mayBeTerminal(fd: number): boolean {
  try {
    const stats = fstatSync(fd, { bigint: true });
    return stats.isCharacterDevice() && stats.rdev >> 8n !== 1n;
  } catch {
    return false;
  }
}

function warn(text: string): void {
  if (text === "") return;
  const width = mayBeTerminal(STDERR) && process.stderr.isTTY ? process.stderr.columns : 0;
  try {
    writeSync(STDERR, width > 0 ? fitToWidth(text, width) : text);
  } catch {
    // There is nobody to say it to.
  }
}

async function openPlugins(): Promise<PluginLoader> {
  const { createPluginLoader, importModule } = await import("./cold-paths.js");
  return createPluginLoader({
    program: fileURLToPath(import.meta.url),
    cwd: process.cwd(),
    importModule,
    warn,
    resolvePackage: async (name) => (await import("./resolve-package.js")).resolvePackage(name),
  });
}
