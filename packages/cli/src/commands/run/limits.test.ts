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
    "user.max_net_namespaces of user:[4026531837] allows uid 1000 no more than 500.",
  ],
  [
    "the limit can't be read",
    {},
    "user.max_net_namespaces of user:[4026531837] allows uid 1000 no more than there are.",
  ],
  [
    "it may be one above",
    { user: OTHER, limit: 500 },
    "Either user.max_net_namespaces of user:[4026532200] allows uid 1000 no more than 500, or that of a user namespace above allows no more to the maker of the one below it.",
  ],
  [
    "it may be the depth",
    { type: "user", user: OTHER, limit: 500 },
    "Either user.max_user_namespaces of user:[4026532200] allows uid 1000 no more than 500, or that of a user namespace above allows no more to the maker of the one below it, or there are 33 below the initial one already, each in the other.",
  ],
  [
    "it is not the depth",
    { type: "user", limit: 500 },
    "user.max_user_namespaces of user:[4026531837] allows uid 1000 no more than 500.",
  ],
  [
    "it may be the depth of pid namespaces, of which /proc may not show all",
    { type: "pid", limit: 500, pidLevels: 32 },
    "Either user.max_pid_namespaces of user:[4026531837] allows uid 1000 no more than 500, or there are 32 below the initial one already, each in the other.",
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
