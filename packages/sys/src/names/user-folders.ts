import { join } from "node:path";
import type { LocalMounts } from "../kernel/local-mounts.js";
import type { Trust } from "../kernel/trusted-path.js";
import { accessToOthers } from "./access-to-others.js";
import { readAccounts } from "./accounts.js";
import type { EnginePlace } from "./container-name-sources.js";

/** Of no more users the containers have names. */
const MOST_USERS = 32;

/** Where users' engines keep their things, as root sees it: below their homes, as passwd(5) has them, and in /run/user. */
export function placesOfUsers(uids: readonly number[], root: string, mounts: LocalMounts): readonly EnginePlace[] {
  if (uids.length === 0) return [];
  const accounts = readAccounts(join(root, "etc"));
  // A user may run what tells of containers as any of their subordinate uids, which have no account.
  const known = uids.flatMap((uid) => {
    const account = accounts.get(uid);
    return account === undefined ? [] : [{ uid, ...account }];
  });
  return known.slice(0, MOST_USERS).map(({ uid, home, privateGroup }): EnginePlace => {
    const gids = new Set(privateGroup === undefined ? [0] : [0, privateGroup]);
    const trust: Trust = { uids: new Set([0, uid]), gids };
    return {
      whose: uid,
      root: undefined,
      home: join(root, home),
      runtime: join(root, "run/user", `${uid}`),
      access: accessToOthers(trust, mounts),
    };
  });
}
