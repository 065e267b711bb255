import { type Dirent, readdirSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, posix, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { NsGraphError, printable } from "@ns-graph/graph";
import { findDistrust, type Trust, trustedLike } from "@ns-graph/sys";
import { quote } from "../arguments/usage-error.js";
import { prefixed } from "../output/error-text.js";
import { isTimeout } from "../output/pump.js";
import { checkRenderer } from "./check-renderer.js";
import { type Format, isFormatName, type PluginLoader } from "./formats.js";
import { guardDrawing } from "./guard-drawing.js";
import { guardPlugin } from "./guard-plugin.js";
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

/** What the packages of a format may be called, as a folder in node_modules and the start of a name; the first counts. */
const NAMING = [
  { scope: "@ns-graph", prefix: "render-" },
  { scope: "", prefix: "ns-graph-render-" },
] as const;

/** A folder that packages of renderers may lie in, and what their names begin with there. */
interface Shelf {
  readonly folder: string;
  readonly scope: string;
  readonly prefix: string;
}

/** The package that a format's name stands for. */
interface Installed {
  readonly shelf: string;
  readonly folder: string;
  readonly packageName: string;
}

/** Loads renderers from packages installed beside this program, and from modules that a user names. */
export function createPluginLoader(source: PluginSource): PluginLoader {
  const shelves = findShelves(source.program);
  const limits = source.limits ?? LIMITS;
  return {
    names: async () => {
      const trust = trustedLike(source.program);
      return installedNames(shelves, trust).filter((name) => {
        const found = findInstalled(shelves, name);
        return found !== undefined && findDistrustOf(found, trust) === undefined;
      });
    },
    refusals: async () => {
      const trust = trustedLike(source.program);
      const refusals = shelves.flatMap(({ folder, prefix }) => {
        const distrust = findShelfDistrust(folder, trust);
        return distrust === undefined ? [] : [refusal(`no ${prefix}* in ${printable(folder)} is loaded`, distrust)];
      });
      for (const name of installedNames(shelves, trust)) {
        const found = findInstalled(shelves, name);
        const distrust = found && findDistrustOf(found, trust);
        if (distrust !== undefined) refusals.push(refusal(`${found?.packageName} is not loaded`, distrust));
      }
      return refusals;
    },
    loadPackage: async (name) => {
      const found = findInstalled(shelves, name);
      if (found === undefined) return undefined;
      const { packageName } = found;
      const trust = trustedLike(source.program);
      refuse(packageName, findDistrustOf(found, trust));
      return load(packageName, source, async () => {
        const url = await source.resolvePackage(packageName);
        // Where another folder of that name came first.
        refuse(packageName, findPackageDistrust(fileURLToPath(url), trust));
        requireFromAboveAlone();
        return source.importModule(url, limits.milliseconds);
      });
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

function refuse(packageName: string, distrust: string | undefined): void {
  if (distrust !== undefined) throw refusal(`${packageName} is not loaded`, distrust);
}

function refusal(what: string, distrust: string): NsGraphError {
  return new NsGraphError("BAD_RENDERER", `${what}: ${printable(distrust)}, so its code could be anybody's`, {
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

function findShelves(program: string): readonly Shelf[] {
  const folders: string[] = [];
  for (let folder = dirname(realpathSync(program)); ; folder = dirname(folder)) {
    if (basename(folder) !== "node_modules") folders.push(join(folder, "node_modules"));
    if (folder === dirname(folder)) break;
  }
  return NAMING.flatMap(({ scope, prefix }) =>
    folders.map((folder) => ({ folder: join(folder, scope), scope, prefix })),
  );
}

/** Why somebody who is not trusted could put packages into a folder, or undefined where nobody can, or there is no such folder. */
function findShelfDistrust(folder: string, trust: Trust): string | undefined {
  return isDirectory(folder) ? findDistrust(folder, trust) : undefined;
}

function findDistrustOf({ shelf, folder }: Installed, trust: Trust): string | undefined {
  try {
    return findDistrust(shelf, trust) ?? findPackageDistrust(folder, trust);
  } catch (error) {
    return `${folder} can't be looked through (${(error as NodeJS.ErrnoException).code})`;
  }
}

/** The names of formats in folders that nobody else can write to: in others there may be any number of any names. */
function installedNames(shelves: readonly Shelf[], trust: Trust): readonly string[] {
  const names = new Set<string>();
  for (const { folder, prefix } of shelves) {
    if (findShelfDistrust(folder, trust) !== undefined) continue;
    for (const entry of list(folder)) {
      const name = entry.startsWith(prefix) ? entry.slice(prefix.length) : "";
      if (isFormatName(name)) names.add(name);
    }
  }
  return [...names].sort();
}

function findInstalled(shelves: readonly Shelf[], name: string): Installed | undefined {
  for (const { folder: shelf, scope, prefix } of shelves) {
    const folder = join(shelf, prefix + name);
    if (isDirectory(folder)) return { shelf, folder, packageName: posix.join(scope, prefix + name) };
  }
  return undefined;
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
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
