import { constants } from "node:fs";
import { NsGraphError, printable } from "@ns-graph/graph";
import { HeldPath } from "./held-path.js";
import { type Named, refusePlanted } from "./output-guard.js";

/**
 * What --output leads to. What is held is to be closed.
 *
 * - `descriptor`: one that is open already (`-`, `/dev/stdout`, `/dev/fd/N`)
 * - `direct`: a pipe or device, which can only be written to as it is
 * - `file`: a regular file, which is there or not
 */
export type OutputTarget =
  | { readonly kind: "descriptor"; readonly fd: number }
  | { readonly kind: "direct"; readonly held: HeldPath }
  | { readonly kind: "file"; readonly place: Place };

/** Where a regular file is, or will be. */
export interface Place {
  /** What was given to --output. */
  readonly given: string;
  /** The path to the folder, as far as it was given or a link led there; empty for the working directory. */
  readonly path: string;
  readonly folder: HeldPath;
  readonly name: string;
}

/** As many as path_resolution(7) allows. */
const MAX_LINKS = 40;

/**
 * Finds out what a path given to --output leads to, name by name, and refuses what others may have put there. Errors are
 * those of the system calls.
 *
 * @throws NsGraphError `WRITE_FAILED` for what others own
 */
export function resolveOutput(path: string): OutputTarget {
  const fd = openDescriptor(path);
  if (fd !== undefined) return { kind: "descriptor", fd };
  if (path.endsWith("/")) throw systemError("EISDIR");
  return new Walk(path).finish();
}

/** Lets go of what a target holds. */
export function releaseTarget(target: OutputTarget): void {
  if (target.kind === "direct") target.held.close();
  if (target.kind === "file") target.place.folder.close();
}

function openDescriptor(path: string): number | undefined {
  if (path === "-" || path === "/dev/stdout") return 1;
  if (path === "/dev/stderr") return 2;
  const number = /^\/(?:dev|proc\/self)\/fd\/(\d{1,7})$/.exec(path)?.[1];
  return number === undefined ? undefined : Number(number);
}

/**
 * The permissions of the file that is at a place, which may be replaced; undefined where there is none.
 *
 * @throws NsGraphError `WRITE_FAILED` where something else is there, or the file is not the caller's
 */
export function findOwnFile(place: Place): number | undefined {
  const held = place.folder.child(place.name);
  if (held === undefined) return undefined;
  try {
    const { kind, mode } = held.entry;
    refusePlanted(namedAt(place, held));
    if (kind !== "file") throw placeError(place, `meanwhile it is a ${kind}`);
    // A file that may not be written to is not to be replaced either, though its directory would allow it.
    held.requireAccess(constants.W_OK);
    return mode;
  } finally {
    held.close();
  }
}

/** An error that says what is wrong at a place. */
export function placeError({ given }: Place, reason: string, hint?: string): NsGraphError {
  const options = hint === undefined ? {} : { hint };
  return new NsGraphError("WRITE_FAILED", `could not write to ${printable(given)}: ${reason}`, options);
}

function namedAt({ given, path, folder, name }: Place, { entry }: HeldPath): Named {
  return { given, path: joined(path, name), entry, folder: { path: path === "" ? "." : path, entry: folder.entry } };
}

function joined(path: string, name: string): string {
  return path === "" || path.endsWith("/") ? path + name : `${path}/${name}`;
}

/** The names of a path from the last to the first; a slash at its end says that a directory is meant. */
function namesOf(path: string): string[] {
  const names = path.split("/").filter((name) => name !== "");
  return (path.endsWith("/") ? [...names, "."] : names).reverse();
}

/** The way along a path, folder by folder, each of which is held while the next name is looked up in it. */
class Walk {
  readonly #given: string;
  #folder: HeldPath;
  #path = "";
  readonly #names: string[];
  #links = 0;

  constructor(path: string) {
    this.#given = path;
    this.#names = namesOf(path);
    this.#path = path.startsWith("/") ? "/" : "";
    this.#folder = HeldPath.at(path.startsWith("/") ? "/" : ".");
  }

  finish(): OutputTarget {
    try {
      for (;;) {
        const target = this.#step();
        if (target !== undefined) return target;
      }
    } catch (error) {
      this.#folder.close();
      throw error;
    }
  }

  #step(): OutputTarget | undefined {
    const name = this.#names.pop();
    if (name === undefined) throw systemError("EISDIR");
    const place = { given: this.#given, path: this.#path, folder: this.#folder, name };
    const held = this.#folder.child(name);
    if (held === undefined) return this.#create(place);
    if (held.entry.kind === "link") {
      held.close();
      return this.#follow(place, namedAt(place, held));
    }
    return this.#take(place, held);
  }

  #create(place: Place): OutputTarget {
    if (this.#names.length > 0) throw systemError("ENOENT");
    mayMakeFiles(place);
    return { kind: "file", place };
  }

  #follow(place: Place, link: Named): OutputTarget | undefined {
    if (++this.#links > MAX_LINKS) throw systemError("ELOOP");
    refusePlanted(link);
    if (place.folder.isOfProc()) return this.#take(place, place.folder.followed(place.name), true);
    const text = place.folder.readLink(place.name);
    this.#names.push(...namesOf(text));
    if (text.startsWith("/")) this.#enter(HeldPath.at("/"), "/");
    return undefined;
  }

  #take(place: Place, held: HeldPath, isUnnamed = false): OutputTarget | undefined {
    const { kind } = held.entry;
    if (kind === "directory") {
      this.#enter(held, joined(place.path, place.name));
      return undefined;
    }
    try {
      if (this.#names.length > 0) throw systemError("ENOTDIR");
      if (kind === "file") {
        if (isUnnamed) throw placeError(place, "it leads to a file", "Give the path of the file itself.");
        mayMakeFiles(place);
        findOwnFile(place);
      } else {
        refusePlanted(namedAt(place, held));
        if (kind === "socket") throw systemError("ENXIO");
      }
    } catch (error) {
      held.close();
      throw error;
    }
    if (kind === "file") {
      held.close();
      return { kind: "file", place };
    }
    place.folder.close();
    return { kind: "direct", held };
  }

  #enter(folder: HeldPath, path: string): void {
    this.#folder.close();
    this.#folder = folder;
    this.#path = path;
  }
}

/** A new file, or one that takes the place of another, needs a folder that can be written to. */
function mayMakeFiles({ folder }: Place): void {
  folder.requireAccess(constants.W_OK | constants.X_OK);
}

function systemError(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(code), { code });
}
