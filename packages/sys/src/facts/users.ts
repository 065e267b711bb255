import type { SubordinateRange, Users } from "@ns-graph/graph";
import { decodeBytes } from "../kernel/bytes.js";
import { AT_FDCWD, readFileAt } from "../kernel/libc.js";

/** The lines of a file of accounts; none where there is no such file. */
export function readLines(path: string | undefined): string[] {
  if (path === undefined) return [];
  const bytes = readFileAt(AT_FDCWD, path, "records");
  // A machine without the file has no such names; nothing but names is lost.
  return typeof bytes === "number" ? [] : decodeBytes(bytes).split("\n");
}

/** Names by id, from passwd(5) or group(5): the first line of an id counts. */
function readNames(path: string | undefined): Readonly<Record<string, string>> {
  const names: Record<string, string> = Object.create(null);
  for (const line of readLines(path)) {
    const [name, , id] = line.split(":");
    if (name && id !== undefined && /^\d+$/.test(id)) names[String(Number(id))] ??= name;
  }
  return { ...names };
}

/** Ranges from subuid(5) or subgid(5). */
function readRanges(path: string | undefined): readonly SubordinateRange[] {
  const ranges: SubordinateRange[] = [];
  for (const line of readLines(path)) {
    const [owner, start, count] = line.trim().split(":");
    if (owner && /^\d+$/.test(start ?? "") && /^\d+$/.test(count ?? ""))
      ranges.push({ owner, start: Number(start), count: Number(count) });
  }
  return ranges;
}

/** The files of accounts, all in /etc. */
export const ACCOUNT_FILES = ["passwd", "group", "subuid", "subgid"] as const;
export type AccountFile = (typeof ACCOUNT_FILES)[number];

/** Names of uids and gids, and whose subordinate ones are, by the files of accounts. No name service is asked. */
export function readUsers(pathOf: (file: AccountFile) => string | undefined): Omit<Users, "from"> {
  return {
    names: readNames(pathOf("passwd")),
    groupNames: readNames(pathOf("group")),
    subuids: readRanges(pathOf("subuid")),
    subgids: readRanges(pathOf("subgid")),
  };
}
