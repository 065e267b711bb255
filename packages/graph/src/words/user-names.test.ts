import { describe, expect, test } from "vitest";
import { assembleGraph } from "../build/build-graph.js";
import type { Users } from "../model/host.js";
import { INVISIBLE_LINK } from "../model/link.js";
import type { IdRange } from "../model/namespace.js";
import type { NamespaceGraph } from "../model/namespace-graph.js";
import { describeMapRange, describeUid, identifyUid, subordinateOwner } from "./user-names.js";

const USERS: Users = {
  names: { "0": "root", "1000": "anna", "65534": "nobody", "2000": "ev\u001bil" },
  subuids: [
    { owner: "anna", start: 100_000, count: 65_536 },
    { owner: "1000", start: 300_000, count: 10 },
    { owner: "left", start: 400_000, count: 10 },
  ],
};

interface Seat {
  readonly initial?: boolean;
  readonly uidMap?: readonly IdRange[];
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
  expect(identifyUid(host, 1234)).toEqual({ uid: 1234, isUnmapped: false });
  expect(describeUid(seenFrom({ users: { names: {} } }), 1000)).toBe("uid 1000");
});

test("names are given as they are, also where they would do harm", () => {
  expect(identifyUid(host, 2000).name).toBe("ev\u001bil");
  const users: Users = { names: JSON.parse('{"__proto__": "x"}') };
  expect(describeUid(seenFrom({ users }), 1000)).toBe("uid 1000");
});

describe("65534", () => {
  test("is a user in the initial user namespace", () => {
    expect(describeUid(host, 65534)).toBe("uid 65534 (nobody)");
    expect(identifyUid(host, 65534).isUnmapped).toBe(false);
  });

  test("stands for those who are not mapped where it is not mapped itself", () => {
    const inside = seenFrom({ initial: false, uidMap: [[0, 1000, 1]] });
    expect(describeUid(inside, 65534)).toBe("uid 65534 (not mapped here)");
    expect(identifyUid(inside, 65534)).toEqual({ uid: 65534, isUnmapped: true });
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
  expect(subordinateOwner(host, 100_000, 65_536)).toBe("anna");
  expect(subordinateOwner(host, 100_001, 65_536)).toBeUndefined();
  expect(subordinateOwner(host, 99_999, 2)).toBeUndefined();
  expect(subordinateOwner(host, 300_003, 1)).toBe("anna");
  expect(subordinateOwner(host, 400_000, 10)).toBe("left");
});

test.each<["uid" | "gid", IdRange, string]>([
  ["uid", [0, 1000, 1], "uid 1000 (anna) ↦ 0"],
  ["uid", [1, 100_000, 65_536], "uids 100000–165535 (subordinate to anna) ↦ 1–65536"],
  ["uid", [0, 200_000, 2], "uids 200000–200001 ↦ 0–1"],
  ["uid", [0, 4294967295, 1], "uid not mapped here ↦ 0"],
  ["uid", [5, 4294967295, 3], "uids not mapped here ↦ 5–7"],
  ["gid", [0, 1000, 1], "gid 1000 ↦ 0"],
  ["gid", [1, 100_000, 65_536], "gids 100000–165535 ↦ 1–65536"],
])("%s range %j is %s", (kind, range, words) => {
  expect(describeMapRange(host, kind, range)).toBe(words);
});

test("other signs can be used", () => {
  expect(describeMapRange(host, "gid", [0, 10, 2], { mapsTo: "->", to: ".." })).toBe("gids 10..11 -> 0..1");
});
