import { join } from "node:path";
import { groupBy } from "@ns-graph/graph";
import { readLines } from "../facts/users.js";

/** What passwd(5) and group(5) say of a user. */
export interface Account {
  readonly home: string;
  /** The gid of the user's own group, if nobody else is in it: it is called like the user, and lists no members. */
  readonly privateGroup: number | undefined;
}

/**
 * The accounts in the files of a folder, by uid; the first line of one counts. No name service is asked, so whom such a one has
 * in a group is not seen.
 */
export function readAccounts(folder: string): ReadonlyMap<number, Account> {
  const logins = readFields(join(folder, "passwd")).map(([login = "", , uid, gid, , home = ""]) => ({
    login,
    uid: Number(uid),
    gid: Number(gid),
    home,
  }));
  const users = groupBy(logins, ({ gid }) => gid);
  const groups = groupBy(readFields(join(folder, "group")), ([, , gid]) => Number(gid));
  const accounts = new Map<number, Account>();
  for (const { login, uid, gid, home } of logins) {
    // What `..` leads to depends on links.
    if (accounts.has(uid) || !home.startsWith("/") || home.split("/").includes("..")) continue;
    const lines = groups.get(gid) ?? [];
    const isPrivate =
      lines.length > 0 &&
      lines.every(([name, , , list]) => name === login && list === "") &&
      users.get(gid)?.every((user) => user.login === login);
    accounts.set(uid, { home, privateGroup: isPrivate ? gid : undefined });
  }
  return accounts;
}

function readFields(path: string): readonly (readonly string[])[] {
  return readLines(path).map((line) => line.split(":"));
}
