import { constants, lstatSync, type Stats, statSync } from "node:fs";
import { open, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { findDistrust, type Trust } from "../kernel/trusted-path.js";
import { readJson } from "./read-json.js";

/** Longer files are not read: no engine writes such. */
const LARGEST = 2 ** 25;

/**
 * A path whose every directory belongs to trusted ones, with its links followed; undefined where something else is there, or
 * somebody else could have put it there. What is in a directory of others is not looked at: they may have mounted there
 * what never answers.
 *
 * @throws Error of node:fs where there is nothing, or it may not be looked at
 */
export async function trustPath(path: string, trust: Trust, kind: "file" | "socket"): Promise<string | undefined> {
  if (!foldersAbove(path).every((folder) => isTrusted(folder, trust))) return undefined;
  const real = await realpath(path);
  const stats = statSync(real);
  const isGood = isOfKind(stats, kind) && findDistrust(real, trust, statAs(real, stats, kind)) === undefined;
  return isGood ? real : undefined;
}

/** The directories that a path leads through as it is written, the root first. */
function foldersAbove(path: string): readonly string[] {
  const folders: string[] = [];
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) folders.push(folder);
  return folders.reverse();
}

/** Whether trusted ones alone say what is in a directory, or made the link that stands for one. */
function isTrusted(folder: string, trust: Trust): boolean {
  const stats = lstatSync(folder);
  if (stats.isSymbolicLink()) return trust.uids.has(stats.uid);
  const entry = join(folder, "entry");
  const statHere = (path: string) => (path === entry ? { uid: stats.uid, gid: stats.gid, mode: 0 } : stats);
  return findDistrust(entry, trust, statHere, folder) === undefined;
}

function isOfKind(stats: Stats, kind: "file" | "socket"): boolean {
  return kind === "socket" ? stats.isSocket() : stats.isFile() && stats.size <= LARGEST;
}

/** Who may write to a socket may talk to whoever listens, and is no threat to those who ask. */
function statAs(real: string, stats: Stats, kind: "file" | "socket") {
  return (path: string): Pick<Stats, "uid" | "gid" | "mode"> => {
    if (path !== real || kind === "file") return statSync(path);
    return { uid: stats.uid, gid: stats.gid, mode: 0 };
  };
}

/**
 * The JSON in a file that only trusted ones can write; undefined where they are not the only ones, or it is too long.
 *
 * @throws Error where there is none, also because an engine is writing it at this moment
 */
export async function readTrustedJson(path: string, trust: Trust): Promise<unknown> {
  const real = await trustPath(path, trust, "file");
  if (real === undefined) return undefined;
  // What is there may be another thing by now: a link is not followed, and a FIFO is not waited for.
  const file = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const isFile = isOfKind(await file.stat(), "file");
    return isFile ? await readJson(file.createReadStream({ autoClose: false }), LARGEST) : undefined;
  } finally {
    await file.close();
  }
}
