import { join } from "node:path";
import { addTo } from "@ns-graph/graph";
import { readLines } from "../facts/users.js";

/** What passwd(5) and group(5) say of a user. */
export interface Account {
  readonly home: string;
  /** The gid of the user's own group, if nobody else is in it. */
  readonly privateGroup: number | undefined;
}

/** The accounts in the files of a folder, by uid; the first line of one counts. No name service is asked. */
export function readAccounts(folder: string): ReadonlyMap<number, Account> {
  const logins = readFields(join(folder, "passwd")).map(([login = "", , uid, gid, , home = ""]) => ({
    login,
    uid: Number(uid),
    gid: Number(gid),
    home,
  }));
  const members = new Map<number, string[]>();
  for (const { login, gid } of logins) addTo(members, gid, login);
  for (const [, , gid, list = ""] of readFields(join(folder, "group")))
    for (const login of list.split(",")) if (login !== "") addTo(members, Number(gid), login);
  const accounts = new Map<number, Account>();
  for (const { login, uid, gid, home } of logins) {
    // What `..` leads to depends on links.
    if (accounts.has(uid) || !home.startsWith("/") || home.split("/").includes("..")) continue;
    const isPrivate = members.get(gid)?.every((member) => member === login);
    accounts.set(uid, { home, privateGroup: isPrivate ? gid : undefined });
  }
  return accounts;
}

function readFields(path: string): readonly (readonly string[])[] {
  return readLines(path).map((line) => line.split(":"));
}
