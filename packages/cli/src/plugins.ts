import { type Dirent, readdirSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { NsGraphError, printable } from "@ns-graph/graph";
import { checkRenderer } from "./check-renderer.js";
import { prefixed } from "./error-text.js";
import type { Format, PluginLoader } from "./formats.js";
import { guardDrawing } from "./guard-drawing.js";
import { guardPlugin } from "./guard-plugin.js";
import { quote } from "./parse-options.js";
import { isTimeout } from "./pump.js";
import { endless, LIMITS, type Limits, smokeRun, withinTime } from "./smoke-run.js";
import { findPackageDistrust } from "./trusted-package.js";

/** Where the packages of renderers are looked for, and how they are loaded. */
export interface PluginSource {
  /** A file of this program: packages are looked for in each node_modules above it, as Node's import does. */
  readonly program: string;
  /** The directory that module paths are relative to. */
  readonly cwd: string;
  /** Import of a module by its URL, which is given up where it keeps looping for longer than that. */
  importModule(url: string, milliseconds: number): Promise<unknown>;
  /** Writes to standard error. */
  warn(text: string): void;
  /** The URL that an import of a package from the program leads to. */
  resolvePackage(name: string): Promise<string>;
  readonly limits?: Limits;
}

const SCOPE = "@ns-graph";
const SCOPED = "render-";
const UNSCOPED = "ns-graph-render-";

/** The package names that a format's name stands for; the first that is installed counts. */
function packageNames(name: string): readonly string[] {
  return [`${SCOPE}/${SCOPED}${name}`, `${UNSCOPED}${name}`];
}

/** Loads renderers from packages installed beside this program, and from modules that a user names. */
export function createPluginLoader(source: PluginSource): PluginLoader {
  const folders = packageFolders(source.program);
  const limits = source.limits ?? LIMITS;
  return {
    names: async () => {
      const names = new Set<string>();
      for (const folder of folders) {
        for (const entry of list(join(folder, SCOPE)))
          if (entry.startsWith(SCOPED)) names.add(entry.slice(SCOPED.length));
        for (const entry of list(folder)) if (entry.startsWith(UNSCOPED)) names.add(entry.slice(UNSCOPED.length));
      }
      return [...names].sort();
    },
    loadPackage: async (name) => {
      for (const packageName of packageNames(name)) {
        const folder = folders.map((above) => join(above, packageName)).find(isDirectory);
        if (folder === undefined) continue;
        await refuseUntrusted(packageName, folder, source.program);
        return load(packageName, source, async () => {
          const url = await source.resolvePackage(packageName);
          // Where another folder of that name came first.
          await refuseUntrusted(packageName, fileURLToPath(url), source.program);
          requireFromAboveAlone();
          return source.importModule(url, limits.milliseconds);
        });
      }
      return undefined;
    },
    loadModule: async (path) => {
      const file = path.startsWith("file:") ? fileURLToPath(path) : resolve(source.cwd, path);
      if (isDirectory(file)) {
        throw new NsGraphError("NO_SUCH_FORMAT", `${quote(path)} is a directory, not the module of a renderer`, {
          hint: "Name the file in it that exports the renderer.",
        });
      }
      if (statSync(file, { throwIfNoEntry: false }) === undefined) {
        throw noSuchModule(path);
      }
      return load(path, source, () => source.importModule(pathToFileURL(file).href, limits.milliseconds));
    },
    guardDrawing: (format, work) => guardDrawing(format, source.warn, work),
  };
}

function noSuchModule(path: string): NsGraphError {
  const name = /(?:^@ns-graph\/|^ns-graph-)render-([a-z0-9_-]+)$/i.exec(path)?.[1];
  const meant = name === undefined ? "" : ` Did you mean ${quote(name)}?`;
  return new NsGraphError("NO_SUCH_FORMAT", `there is no module ${quote(path)}.${meant}`, {
    hint: "With a slash or a dot in it, --format is the path of a renderer's module; without, the name of a format.",
  });
}

function load(plugin: string, source: PluginSource, importModule: () => Promise<unknown>): Promise<Format> {
  const onExit = prefixed(`${printable(plugin)} is not a renderer: it ends the program when it is tried`);
  return guardPlugin({ onExit }, source.warn, () => tryOut(plugin, source.limits ?? LIMITS, importModule));
}

async function tryOut(plugin: string, limits: Limits, importModule: () => Promise<unknown>): Promise<Format> {
  let module: unknown;
  try {
    module = await withinTime(plugin, "loading it", limits, importModule());
  } catch (error) {
    throw isTimeout(error) ? endless(plugin, "loading it") : describeLoadError(plugin, error);
  }
  const exported = module as { readonly default?: unknown; readonly renderer?: unknown };
  const renderer = checkRenderer(exported.default ?? exported.renderer, printable(plugin));
  const format: Format = { renderer, origin: plugin };
  await smokeRun(format, limits);
  return format;
}

function describeLoadError(plugin: string, error: unknown): NsGraphError {
  if (error instanceof NsGraphError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new NsGraphError("BAD_RENDERER", `${printable(plugin)} could not be loaded: ${printable(message)}`, {
    cause: error,
  });
}

async function refuseUntrusted(packageName: string, path: string, program: string): Promise<void> {
  const distrust = await findPackageDistrust(path, program);
  if (distrust === undefined) return;
  throw new NsGraphError("BAD_RENDERER", `${packageName} is not loaded: ${distrust}, so its code could be anybody's`, {
    hint: "Install it where only root or you can write, or name its module by its path.",
  });
}

/** What reads the folders anew that require() looks in after those above a file. Node does not document it. */
interface ReadsFolders {
  _initPaths?(): void;
}

/**
 * Has require() look in node_modules folders above the requiring file, and no longer in NODE_PATH and the home directory: what
 * a package from there would need is not looked at.
 */
function requireFromAboveAlone(): void {
  const { HOME, NODE_PATH } = process.env;
  delete process.env.HOME;
  delete process.env.NODE_PATH;
  (process.getBuiltinModule("node:module") as ReadsFolders)._initPaths?.();
  if (HOME !== undefined) process.env.HOME = HOME;
  if (NODE_PATH !== undefined) process.env.NODE_PATH = NODE_PATH;
}

function packageFolders(program: string): readonly string[] {
  const folders: string[] = [];
  for (let folder = dirname(realpathSync(program)); ; folder = dirname(folder)) {
    if (basename(folder) !== "node_modules") folders.push(join(folder, "node_modules"));
    if (folder === dirname(folder)) return folders;
  }
}

function list(folder: string): readonly string[] {
  let entries: readonly Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
  return entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink()).map((entry) => entry.name);
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
