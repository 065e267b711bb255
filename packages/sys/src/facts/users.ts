import type { SubordinateRange, Users } from "@ns-graph/graph";
import { decodeBytes } from "../kernel/bytes.js";
import { AT_FDCWD, readFileAt } from "../kernel/libc.js";

function readLines(path: string): string[] {
  const bytes = readFileAt(AT_FDCWD, path, "records");
  // A machine without the file has no such names; nothing but names is lost.
  return typeof bytes === "number" ? [] : decodeBytes(bytes).split("\n");
}

/** Names of uids from passwd(5), the first line of a uid counting, and ranges from subuid(5). No name service is asked. */
export function readUsers(passwd = "/etc/passwd", subuid = "/etc/subuid"): Users {
  const names: Record<string, string> = Object.create(null);
  for (const line of readLines(passwd)) {
    const [name, , uid] = line.split(":");
    if (name && uid !== undefined && /^\d+$/.test(uid)) names[String(Number(uid))] ??= name;
  }
  const subuids: SubordinateRange[] = [];
  for (const line of readLines(subuid)) {
    const [owner, start, count] = line.trim().split(":");
    if (owner && /^\d+$/.test(start ?? "") && /^\d+$/.test(count ?? ""))
      subuids.push({ owner, start: Number(start), count: Number(count) });
  }
  return { names: { ...names }, subuids };
}
