import { readdirSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, posix } from "node:path";
import { findDistrust, type Trust } from "@ns-graph/sys";
import { isFormatName } from "./formats.js";
import { findPackageDistrust } from "./trusted-package.js";

/** What the packages of a format may be called, as a folder in node_modules and the start of a name; the first counts. */
const NAMING = [
  { scope: "@ns-graph", prefix: "render-" },
  { scope: "", prefix: "ns-graph-render-" },
] as const;

/** A folder that packages of renderers may lie in, and what their names begin with there. */
export interface Shelf {
  readonly folder: string;
  readonly scope: string;
  readonly prefix: string;
}

/** The package that a format's name stands for. */
export interface Installed {
  readonly shelf: string;
  readonly folder: string;
  readonly packageName: string;
}

/** The folders in which packages may lie: each node_modules above a program, as for an import in it. */
export function findShelves(program: string): readonly Shelf[] {
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
export function findShelfDistrust(folder: string, trust: Trust): string | undefined {
  return isDirectory(folder) ? findDistrust(folder, trust) : undefined;
}

/** Why somebody who is not trusted could change an installed package; undefined where nobody can. */
export function findDistrustOf({ shelf, folder }: Installed, trust: Trust): string | undefined {
  try {
    return findDistrust(shelf, trust) ?? findPackageDistrust(folder, trust);
  } catch (error) {
    return `${folder} can't be looked through (${(error as NodeJS.ErrnoException).code})`;
  }
}

/** A format that is installed, and why it is not loaded where it isn't. */
export interface InstalledFormat extends Installed {
  readonly name: string;
  readonly distrust: string | undefined;
}

/** The formats in folders that nobody else can write to: in others there may be any number of any names. */
export function listInstalled(shelves: readonly Shelf[], trust: Trust): readonly InstalledFormat[] {
  const names = new Set<string>();
  for (const { folder, prefix } of shelves) {
    if (findShelfDistrust(folder, trust) !== undefined) continue;
    for (const entry of list(folder)) {
      const name = entry.startsWith(prefix) ? entry.slice(prefix.length) : "";
      if (isFormatName(name)) names.add(name);
    }
  }
  return [...names].sort().flatMap((name) => {
    const found = findInstalled(shelves, name);
    return found === undefined ? [] : [{ ...found, name, distrust: findDistrustOf(found, trust) }];
  });
}

/** The package that a name stands for: the first of several. */
export function findInstalled(shelves: readonly Shelf[], name: string): Installed | undefined {
  for (const { folder: shelf, scope, prefix } of shelves) {
    const folder = join(shelf, prefix + name);
    if (isDirectory(folder)) return { shelf, folder, packageName: posix.join(scope, prefix + name) };
  }
  return undefined;
}

function list(folder: string): readonly string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink()).map(({ name }) => name);
  } catch {
    return [];
  }
}

/** Whether a path leads to a directory. */
export function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
