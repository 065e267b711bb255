import { type Stats, statSync } from "node:fs";
import { readFile, realpath } from "node:fs/promises";
import type { Trust } from "@ns-graph/sys";

/** Longer files are not read: no engine writes such. */
const LARGEST = 2 ** 25;

/**
 * A path whose every directory belongs to trusted ones, with its links followed; undefined where there is nothing, or
 * somebody else could have put it there.
 */
export async function trustPath(path: string, trust: Trust, kind: "file" | "socket"): Promise<string | undefined> {
  const { findDistrust } = await import("@ns-graph/sys");
  try {
    const real = await realpath(path);
    const stats = statSync(real);
    if (!isOfKind(stats, kind) || findDistrust(real, trust, statAs(real, stats, kind)) !== undefined) return undefined;
    return real;
  } catch {
    // What is not there, or may not be looked at, names nothing.
    return undefined;
  }
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

/** The JSON in a file that only trusted ones can write; undefined where there is none. */
export async function readTrustedJson(path: string, trust: Trust): Promise<unknown> {
  const real = await trustPath(path, trust, "file");
  if (real === undefined) return undefined;
  try {
    return JSON.parse(await readFile(real, "utf8"));
  } catch {
    // An engine may be writing it at this moment.
    return undefined;
  }
}
