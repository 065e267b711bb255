import { expect, test } from "vitest";
import { describeShortage, type Shortage } from "./limits.js";

const INITIAL = "user:[4026531837]";
const OTHER = "user:[4026532200]";

test.each<[string, Partial<Shortage>, string]>([
  [
    "nobody may make any",
    { user: OTHER, limit: 0 },
    "user.max_net_namespaces of user:[4026532200] is 0, so nobody can make a net namespace in it.",
  ],
  [
    "there is no user namespace above",
    { limit: 500 },
    "Uid 1000 has as many as user.max_net_namespaces of user:[4026531837], 500, allows.",
  ],
  ["the limit can't be read", {}, "Uid 1000 has as many as user.max_net_namespaces of user:[4026531837] allows."],
  [
    "it may be one above",
    { user: OTHER, limit: 500 },
    "Either uid 1000 has as many as user.max_net_namespaces of user:[4026532200], 500, allows, or the same limit is reached in a user namespace above.",
  ],
  [
    "it may be the depth",
    { type: "user", user: OTHER, limit: 500 },
    "Either uid 1000 has as many as user.max_user_namespaces of user:[4026532200], 500, allows, or the same limit is reached in a user namespace above, or this is 33 levels below the initial user namespace, and there are no deeper ones.",
  ],
  [
    "it is not the depth",
    { type: "user", limit: 500 },
    "Uid 1000 has as many as user.max_user_namespaces of user:[4026531837], 500, allows.",
  ],
  [
    "it may be the depth of pid namespaces, of which /proc may not show all",
    { type: "pid", limit: 500, pidLevels: 32 },
    "Either uid 1000 has as many as user.max_pid_namespaces of user:[4026531837], 500, allows, or this is 32 levels below the initial pid namespace, and there are no deeper ones.",
  ],
  [
    "it is the depth",
    { type: "pid", limit: 500, pidLevels: 33 },
    "This runs in the 32nd pid namespace below the initial one, and there are no deeper ones.",
  ],
])("which limit is reached where %s", (_where, shortage, sentence) => {
  expect(
    describeShortage({ type: "net", user: INITIAL, euid: 1000, limit: undefined, pidLevels: 1, ...shortage }),
  ).toBe(sentence);
});
