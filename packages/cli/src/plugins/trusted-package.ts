import { lstatSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { findDistrust, type Trust } from "@ns-graph/sys";

/** More files than any renderer and all that it needs have. */
const MOST_FILES = 50_000;

/**
 * Why somebody who is not trusted could change the code of a package, or undefined where nobody can: each file
 * and folder in it is looked at, and so are the packages that it depends on, where Node.js would find them.
 */
export function findPackageDistrust(folder: string, trust: Trust): string | undefined {
  const waiting: string[] = [];
  const met = new Set<string>();
  /** Looks at the way to a package, or to what a link in one leads to, and has what is there looked at later. */
  const meet = (path: string): string | undefined => {
    const distrust = findDistrust(path, trust);
    const real = realpathSync(path);
    if (!met.has(real)) waiting.push(real);
    met.add(real);
    return distrust;
  };
  let files = 0;
  let distrust = meet(folder);
  for (let root = waiting.pop(); root !== undefined && distrust === undefined; root = waiting.pop()) {
    for (const path of entriesOf(root)) {
      if (++files > MOST_FILES) return `there are more than ${MOST_FILES} files in and around ${folder}`;
      distrust = lstatSync(path).isSymbolicLink() ? meet(path) : findDistrust(path, trust, lstatSync, root);
      if (distrust !== undefined) return distrust;
    }
    for (const name of dependenciesOf(root)) {
      const dependency = findPackage(root, name);
      if (dependency !== undefined) distrust ??= meet(dependency);
    }
  }
  return distrust;
}

/** Everything in a folder, but for the packages in it: those are looked at where something depends on them. */
function* entriesOf(root: string): Generator<string, void, undefined> {
  if (!statSync(root).isDirectory()) return;
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.name === "node_modules") continue;
      const path = join(folder, entry.name);
      yield path;
      if (entry.isDirectory()) folders.push(path);
    }
  }
}

function dependenciesOf(root: string): readonly string[] {
  let manifest: unknown;
  try {
    manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  } catch {
    // A folder in a package, or a file that a link leads to.
    return [];
  }
  const lists = manifest as Readonly<Record<string, unknown>>;
  return ["dependencies", "optionalDependencies", "peerDependencies"].flatMap((key) => Object.keys(lists[key] ?? {}));
}

function findPackage(root: string, name: string): string | undefined {
  for (let folder = root; ; folder = dirname(folder)) {
    const path = join(folder, "node_modules", name);
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return path;
    if (folder === dirname(folder)) return undefined;
  }
}
