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
export function resolveOutput(given: string): OutputTarget {
  const fd = openDescriptor(given);
  if (fd !== undefined) return { kind: "descriptor", fd };
  if (given.endsWith("/")) throw systemError("EISDIR");
  return walk(given);
}

function walk(given: string): OutputTarget {
  const names = namesOf(given);
  let path = given.startsWith("/") ? "/" : "";
  // Held while the next name is looked up in it.
  let folder = HeldPath.at(path || ".");
  const enter = (next: HeldPath, nextPath: string): void => {
    folder.close();
    folder = next;
    path = nextPath;
  };
  try {
    for (let links = 0; ; ) {
      const name = names.pop();
      if (name === undefined) throw systemError("EISDIR");
      const place: Place = { given, path, folder, name };
      let held = folder.child(name);
      const isLink = held?.entry.kind === "link";
      const text = held !== undefined && isLink ? readLink(place, held, ++links) : undefined;
      if (text?.startsWith("/")) enter(HeldPath.at("/"), "/");
      if (text !== undefined) {
        names.push(...namesOf(text));
        continue;
      }
      if (isLink) held = folder.followed(name);
      if (held?.entry.kind !== "directory") return finish(place, held, { isLast: names.length === 0, isLink });
      enter(held, joined(path, name));
    }
  } catch (error) {
    folder.close();
    throw error;
  }
}

/** What a symbolic link says, the how many-th it is; undefined for one of /proc, which leads where the kernel knows. */
function readLink(place: Place, link: HeldPath, count: number): string | undefined {
  link.close();
  if (count > MAX_LINKS) throw systemError("ELOOP");
  refusePlanted(namedAt(place, link));
  return place.folder.isOfProc() ? undefined : place.folder.readLink(place.name);
}

/** What the last name of a path leads to; `isLink` where a link of /proc leads there, which need not be a path. */
function finish(
  place: Place,
  held: HeldPath | undefined,
  { isLast, isLink }: { readonly isLast: boolean; readonly isLink: boolean },
): OutputTarget {
  try {
    if (!isLast) throw systemError(held === undefined ? "ENOENT" : "ENOTDIR");
    if (held === undefined || held.entry.kind === "file") {
      if (isLink) throw placeError(place, "it leads to a file", "Give the path of the file itself.");
      // A new file, or one that takes the place of another, needs a folder that can be written to.
      place.folder.requireAccess(constants.W_OK | constants.X_OK);
      findOwnFile(place);
      held?.close();
      return { kind: "file", place };
    }
    refusePlanted(namedAt(place, held));
    if (held.entry.kind === "socket") throw systemError("ENXIO");
  } catch (error) {
    held?.close();
    throw error;
  }
  place.folder.close();
  return { kind: "direct", held };
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

function systemError(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(code), { code });
}
