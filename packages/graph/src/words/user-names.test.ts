import { describe, expect, test } from "vitest";
import { assembleGraph } from "../build/build-graph.js";
import type { Users } from "../model/host.js";
import { INVISIBLE_LINK } from "../model/link.js";
import type { IdRange } from "../model/namespace.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import { describeIdMaps, describeMapRange, describeUid, describeUsersFrom, subordinateOwner } from "./user-names.js";

const USERS: Users = {
  names: { "0": "root", "1000": "anna", "65534": "nobody", "2000": "ev\u001bil" },
  groupNames: { "0": "root", "100": "users", "65534": "nogroup", "1000": "anna" },
  subgids: [
    { owner: "anna", start: 100_000, count: 65_536 },
    { owner: "1000", start: 500_000, count: 10 },
  ],
  subuids: [
    { owner: "anna", start: 100_000, count: 65_536 },
    { owner: "1000", start: 300_000, count: 10 },
    { owner: "left", start: 400_000, count: 10 },
  ],
};

interface Seat {
  readonly initial?: boolean;
  readonly uidMap?: readonly IdRange[];
  readonly gidMap?: readonly IdRange[];
  readonly users?: Users;
}

/** What a viewer in a user namespace of that kind sees. */
function seenFrom({ users = USERS, ...facts }: Seat): NamespaceGraph {
  return assembleGraph({
    frame: { host: {}, viewer: { namespaces: { user: "4:7" } }, sources: [], users },
    namespaces: [{ id: "4:7", type: "user", dev: 4, ino: 7, parent: INVISIBLE_LINK, owner: INVISIBLE_LINK, ...facts }],
    processes: [],
    pins: [],
    problems: [],
  });
}

const host = seenFrom({ initial: true });

test("a uid has its name, and none where there is none", () => {
  expect(describeUid(host, 1000)).toBe("uid 1000 (anna)");
  expect(describeUid(host, 0)).toBe("uid 0 (root)");
  expect(describeUid(host, 1234)).toBe("uid 1234");
  expect(describeUid(seenFrom({ users: { names: {} } }), 1000)).toBe("uid 1000");
});

test("whose names these are is said where it does not go without saying", () => {
  expect(describeUsersFrom(host)).toBeUndefined();
  expect(describeUsersFrom(seenFrom({ users: { ...USERS, from: "process-1" } }))).toContain("as in /etc of process 1");
  const unread = seenFrom({ users: { names: {}, from: "unread" } });
  expect(describeUsersFrom(unread)).toContain("by number");
  expect(describeUid(unread, 1000)).toBe("uid 1000");
});

test("names are given as they are, also where they would do harm", () => {
  expect(describeUid(host, 2000)).toBe("uid 2000 (ev\u001bil)");
  const users: Users = { names: JSON.parse('{"__proto__": "x"}') };
  expect(describeUid(seenFrom({ users }), 1000)).toBe("uid 1000");
});

describe("65534", () => {
  test("is a user in the initial user namespace", () => {
    expect(describeUid(host, 65534)).toBe("uid 65534 (nobody)");
    expect(describeMapRange(host, "gid", [0, 65534, 1])).toBe("gid 65534 (nogroup) ↦ 0");
  });

  test("stands for those who are not mapped where it is not mapped itself", () => {
    const inside = seenFrom({ initial: false, uidMap: [[0, 1000, 1]], gidMap: [[0, 100_000, 65_536]] });
    expect(describeUid(inside, 65534)).toBe("uid 65534 (not mapped here)");
    expect(describeMapRange(inside, "gid", [0, 65534, 1])).toBe("gid 65534 (nogroup or not mapped here) ↦ 0");
  });

  test("may be either where it is mapped, or where nobody knows the map", () => {
    const words = "uid 65534 (nobody or not mapped here)";
    expect(describeUid(seenFrom({ initial: false, uidMap: [[0, 100_000, 65_536]] }), 65534)).toBe(words);
    expect(describeUid(seenFrom({}), 65534)).toBe(words);
  });
});

test("(uid_t) -1 is nobody", () => {
  expect(describeUid(host, 4294967295)).toBe("a uid that is not mapped here");
});

test("a range is told by the owner of the subordinate range that it lies in", () => {
  expect(subordinateOwner(host, "uid", 100_000, 65_536)).toBe("anna");
  expect(subordinateOwner(host, "uid", 100_001, 65_536)).toBeUndefined();
  expect(subordinateOwner(host, "uid", 99_999, 2)).toBeUndefined();
  expect(subordinateOwner(host, "uid", 300_003, 1)).toBe("anna");
  expect(subordinateOwner(host, "uid", 400_000, 10)).toBe("left");
  expect(subordinateOwner(host, "gid", 400_000, 10)).toBeUndefined();
  expect(subordinateOwner(host, "uid", 500_000, 10)).toBeUndefined();
  expect(subordinateOwner(host, "gid", 500_000, 10)).toBe("anna");
});

test.each<["uid" | "gid", IdRange, string]>([
  ["uid", [0, 1000, 1], "uid 1000 (anna) ↦ 0"],
  ["uid", [1, 100_000, 65_536], "uids 100000–165535 (subordinate to anna) ↦ 1–65536"],
  ["uid", [0, 200_000, 2], "uids 200000–200001 ↦ 0–1"],
  ["uid", [0, 4294967295, 1], "uid not mapped here ↦ 0"],
  ["uid", [5, 4294967295, 3], "uids not mapped here ↦ 5–7"],
  ["gid", [0, 100, 1], "gid 100 (users) ↦ 0"],
  ["gid", [0, 2000, 1], "gid 2000 ↦ 0"],
  ["gid", [1, 100_000, 65_536], "gids 100000–165535 (subordinate to anna) ↦ 1–65536"],
  ["gid", [0, 300_000, 2], "gids 300000–300001 ↦ 0–1"],
  ["gid", [5, 4294967295, 3], "gids not mapped here ↦ 5–7"],
])("%s range %j is %s", (kind, range, words) => {
  expect(describeMapRange(host, kind, range)).toBe(words);
});

test("other signs can be used", () => {
  expect(describeMapRange(host, "gid", [0, 10, 2], { mapsTo: "->", to: ".." })).toBe("gids 10..11 -> 0..1");
});

describe("maps of the same numbers", () => {
  const inWords = (graph: NamespaceGraph, ...map: readonly IdRange[]) =>
    describeIdMaps(graph, {
      id: "4:8",
      type: "user",
      dev: 4,
      ino: 8,
      parent: INVISIBLE_LINK,
      owner: INVISIBLE_LINK,
      uidMap: map,
      gidMap: map,
    });

  test("are told once where uids and gids have the same names", () => {
    expect(inWords(host, [0, 1000, 1])).toEqual(["uid 1000 (anna) ↦ 0", "gid alike"]);
    expect(inWords(host, [0, 1000, 1], [1, 100_000, 65_536])).toEqual([
      "uid 1000 (anna) ↦ 0",
      "uids 100000–165535 (subordinate to anna) ↦ 1–65536",
      "gids alike",
    ]);
  });

  test("are told both where one is somebody's and the other is not, or another's", () => {
    expect(inWords(host, [0, 100, 1])).toEqual(["uid 100 ↦ 0", "gid 100 (users) ↦ 0"]);
    expect(inWords(host, [0, 300_000, 10])).toEqual([
      "uids 300000–300009 (subordinate to anna) ↦ 0–9",
      "gids 300000–300009 ↦ 0–9",
    ]);
  });

  test("are told once where nothing is known of gids", () => {
    const { names, subuids = [] } = USERS;
    expect(inWords(seenFrom({ initial: true, users: { names, subuids } }), [0, 300_000, 10])).toEqual([
      "uids 300000–300009 (subordinate to anna) ↦ 0–9",
      "gids alike",
    ]);
  });
});
