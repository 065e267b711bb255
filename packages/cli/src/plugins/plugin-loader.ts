import { statSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { NsGraphError, printable } from "@ns-graph/graph";
import { trustedLike } from "@ns-graph/sys";
import { quote } from "../arguments/usage-error.js";
import type { Format, PluginLoader } from "./formats.js";
import { guardDrawing, guardExit } from "./guard.js";
import {
  findDistrustOf,
  findInstalled,
  findShelfDistrust,
  findShelves,
  isDirectory,
  listInstalled,
} from "./installed.js";
import { findPackageDistrust } from "./trusted-package.js";
import { MILLISECONDS, type Trial, tryPlugin } from "./try-plugin.js";

/** Where the packages of renderers are looked for, and how they are loaded. */
export interface PluginSource {
  /** A file of this program: packages are looked for in each node_modules above it, as Node's import does. */
  readonly program: string;
  /** The directory that module paths are relative to. */
  readonly cwd: string;
  readonly importModule: Trial["importModule"];
  /** Writes to standard error. */
  warn(text: string): void;
  /** The URL that an import of a package from the program leads to. */
  resolvePackage(name: string): Promise<string>;
  /** What a plugin may take to be loaded, and to draw nothing. */
  readonly milliseconds?: number;
}

/** Loads renderers from packages installed beside this program, and from modules that a user names. */
export function createPluginLoader(source: PluginSource): PluginLoader {
  const shelves = findShelves(source.program);
  const { warn, importModule, milliseconds = MILLISECONDS } = source;
  const load = (plugin: string, locate: () => Promise<string>): Promise<Format> =>
    guardExit(`${printable(plugin)} is not a renderer: it ends the program when it is tried`, warn, () =>
      tryPlugin({ plugin, milliseconds, locate, importModule }),
    );
  return {
    names: async () =>
      listInstalled(shelves, trustedLike(source.program)).flatMap(({ name, distrust }) => (distrust ? [] : [name])),
    refusals: async () => {
      const trust = trustedLike(source.program);
      const ofShelves = shelves.map(({ folder, prefix }) =>
        refusal(`no ${prefix}* in ${printable(folder)} is loaded`, findShelfDistrust(folder, trust)),
      );
      const ofPackages = listInstalled(shelves, trust).map(({ packageName, distrust }) =>
        refusal(`${packageName} is not loaded`, distrust),
      );
      return [...ofShelves, ...ofPackages].filter((error) => error !== undefined);
    },
    loadPackage: async (name) => {
      const found = findInstalled(shelves, name);
      if (found === undefined) return undefined;
      const { packageName } = found;
      const trust = trustedLike(source.program);
      requireTrust(packageName, findDistrustOf(found, trust));
      return load(packageName, async () => {
        const url = await source.resolvePackage(packageName);
        // Where another folder of that name came first.
        requireTrust(packageName, findPackageDistrust(fileURLToPath(url), trust));
        requireFromAboveAlone();
        return url;
      });
    },
    loadModule: async (path) => {
      const file = path.startsWith("file:") ? fileURLToPath(path) : resolve(source.cwd, path);
      if (isDirectory(file)) {
        throw new NsGraphError("NO_SUCH_FORMAT", `${quote(path)} is a directory, not the module of a renderer`, {
          hint: "Name the file in it that exports the renderer.",
        });
      }
      if (statSync(file, { throwIfNoEntry: false }) === undefined) throw noSuchModule(path);
      return load(path, async () => pathToFileURL(file).href);
    },
    guardDrawing: (format, work) => guardDrawing(format, warn, work),
  };
}

function noSuchModule(path: string): NsGraphError {
  const name = /(?:^@ns-graph\/|^ns-graph-)render-([a-z0-9_-]+)$/i.exec(path)?.[1];
  const meant = name === undefined ? "" : ` Did you mean ${quote(name)}?`;
  return new NsGraphError("NO_SUCH_FORMAT", `there is no module ${quote(path)}.${meant}`, {
    hint: "With a slash or a dot in it, --format is the path of a renderer's module; without, the name of a format.",
  });
}

/** The error that something is not loaded; undefined where there is no reason for distrust. */
function refusal(what: string, distrust: string | undefined): NsGraphError | undefined {
  if (distrust === undefined) return undefined;
  return new NsGraphError("BAD_RENDERER", `${what}: ${printable(distrust)}, so its code could be anybody's`, {
    hint: "Install it where only root or you can write, or name its module by its path.",
  });
}

function requireTrust(packageName: string, distrust: string | undefined): void {
  const error = refusal(`${packageName} is not loaded`, distrust);
  if (error !== undefined) throw error;
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
