import { closeSync, existsSync, lstatSync, openSync, readdirSync, readSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { NsGraphError } from "@ns-graph/graph";
import manifest from "@ns-graph/sys/package.json" with { type: "json" };
import type * as koffi from "koffi";
import { findDistrust, trustedLike } from "./trusted-path.js";

/** What koffi exports. */
export type Koffi = typeof koffi;

/** A file whose way and own permissions are looked at before it is loaded. */
type Check = (path: string) => void;

/** The processors whose folders in koffi's packages are called as Node calls them, and how musl calls them. */
const MUSL_NAMES: Readonly<Record<string, string>> = {
  arm64: "aarch64",
  ia32: "i386",
  loong64: "loongarch64",
  x64: "x86_64",
};

/**
 * koffi, from a node_modules folder above this program, whose real path decides; neither NODE_PATH, nor the home directory,
 * nor the working directory have a say. Its native part alone is loaded: its loader takes several times as long to find that
 * as it takes to load, and looks in those places. What somebody could have put there who could not change the program itself
 * is not loaded, nor is another version than the one that this package was tested with.
 *
 * @throws NsGraphError `READ_FAILED`
 */
export function loadKoffi(): Koffi {
  try {
    loaded ??= load();
    return loaded;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    // What the loader of modules says goes on with lines that are for programmers.
    const why = cause instanceof Refusal ? message : message.split("\n", 1)[0];
    throw new NsGraphError(
      "READ_FAILED",
      `koffi, which calls the kernel, could not be loaded on ${process.platform}-${process.arch}: ${why}`,
      {
        hint: `Install koffi@${WANTED} beside this program, where only its owner and root can write. Saved documents can be drawn without it.`,
        cause,
      },
    );
  }
}

const WANTED = manifest.dependencies.koffi;

let loaded: Koffi | undefined;

/** Why koffi is not loaded, in words for people. */
class Refusal extends Error {}

function load(): Koffi {
  // With Yarn's Plug'n'Play there are no folders to look in: a table, loaded before any program, says where packages are.
  const isPlugged = process.versions.pnp !== undefined;
  const koffi = isPlugged ? (requireHere("koffi") as Koffi) : loadInstalled(realpathSync.native(import.meta.filename));
  if (koffi.version !== WANTED) throw new Refusal(`it is version ${koffi.version}, and ${WANTED} is needed`);
  return koffi;
}

function loadInstalled(program: string): Koffi {
  const trust = trustedLike(program);
  const check: Check = (path) => {
    // Who can change a directory that the program lies in can change the program, so that those are not looked at.
    const distrust = findDistrust(path, trust, lstatSync, program);
    if (distrust !== undefined) throw new Refusal(`${distrust}, so its code could be anybody's`);
  };
  const found = findAbove(dirname(program), "koffi");
  if (found === undefined) throw new Refusal(`it is in no node_modules folder above ${dirname(program)}`);
  check(found);
  const folder = realpathSync.native(found);
  const name = `@koromix/koffi-linux-${process.arch}`;
  const part = findAbove(folder, name);
  if (part !== undefined) return loadPart(part, check);
  const built = findBuilt(folder);
  if (built === undefined) throw new Refusal(`its native part, ${name}, is not installed beside ${folder}`);
  check(built);
  return open(built);
}

/** A package in the first node_modules folder that has it, from a folder upwards. */
function findAbove(folder: string, name: string): string | undefined {
  for (let above = folder; ; above = dirname(above)) {
    const path = join(above, "node_modules", name);
    if (basename(above) !== "node_modules" && existsSync(path)) return path;
    if (above === dirname(above)) return undefined;
  }
}

/** Where koffi was compiled on this machine, as its install script does for processors that it has no package for. */
function findBuilt(folder: string): string | undefined {
  const builds = join(folder, "build/koffi");
  const names = existsSync(builds) ? readdirSync(builds) : [];
  const name = names.find((entry) => ["linux_", "musl_"].some((libc) => entry.startsWith(libc + process.arch)));
  return name === undefined ? undefined : join(builds, name, "koffi.node");
}

function loadPart(part: string, check: Check): Koffi {
  const direct = join(part, `linux_${process.arch}`, "koffi.node");
  if (usesGlibc() && existsSync(direct)) {
    check(direct);
    try {
      return open(direct);
    } catch {
      // Another libc than it seemed.
    }
  }
  // Its own way reads the header of the running program, to tell glibc from musl and one ABI from another.
  for (const name of readdirSync(part, { recursive: true, encoding: "utf8" })) check(join(part, name));
  return requireHere(part) as Koffi;
}

/**
 * Whether this is certainly glibc: the running program asks for its loader, and musl, which can stand in for that, is not
 * installed.
 */
function usesGlibc(): boolean {
  const name = MUSL_NAMES[process.arch];
  return name !== undefined && !existsSync(`/lib/ld-musl-${name}.so.1`) && asksForGlibc(process.execPath);
}

/** The loader's name stands behind the headers of an ELF file, unless somebody moved it. */
const HEAD_SIZE = 4096;

/** Whether the loader that a program names (PT_INTERP, elf(5)) is glibc's; false where that is not seen. */
export function asksForGlibc(program: string): boolean {
  try {
    const file = openSync(program, "r");
    try {
      const head = Buffer.alloc(HEAD_SIZE);
      readSync(file, head, 0, HEAD_SIZE, 0);
      return head.includes("/ld-linux");
    } finally {
      closeSync(file);
    }
  } catch {
    return false;
  }
}

/** Loads a module as from here. Few need that, and what makes it is not loaded for the others. */
function requireHere(name: string): unknown {
  return process.getBuiltinModule("node:module").createRequire(import.meta.filename)(name);
}

function open(path: string): Koffi {
  const part = { exports: {} as Koffi };
  process.dlopen(part, path);
  return part.exports;
}
