import type { Trust } from "@ns-graph/sys";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Entry } from "./held-path.js";
import { findRefusal } from "./output-guard.js";

const ROOT = 0;
const CALLER = 1000;
const OTHER = 1001;
const trust: Trust = { uids: new Set([ROOT, CALLER]), gids: new Set([ROOT, CALLER]) };

const NULL_DEVICE = 0x103n;
const DISK = 0x800n;

const folderOf = (uid: number, mode: number, gid = uid): Entry => ({
  kind: "directory",
  uid,
  gid,
  mode,
  links: 2,
  device: 0n,
});
const tmp = folderOf(ROOT, 0o1777);

function refusal(entry: Partial<Entry>, folder: Entry, uid = CALLER): string | undefined {
  const whole: Entry = { kind: "file", uid: CALLER, gid: CALLER, mode: 0o644, links: 1, device: 0n, ...entry };
  const named = { given: "out", path: "out", entry: whole, folder: { path: "/srv", entry: folder } };
  return findRefusal(named, { uid, sudoUid: undefined }, trust)?.reason;
}

describe("what may be written to or followed", () => {
  test.each<[string, Partial<Entry>, Entry]>([
    ["one's own file anywhere", {}, folderOf(OTHER, 0o777)],
    ["one's own file, though it has other names", { links: 2 }, tmp],
    ["root's link in root's folder", { kind: "link", uid: ROOT }, folderOf(ROOT, 0o755)],
    ["one's own link in a folder that one's own group may write to", { kind: "link" }, folderOf(CALLER, 0o775)],
    ["one's own link in a sticky folder", { kind: "link" }, tmp],
    ["one's own pipe in a sticky folder", { kind: "pipe" }, tmp],
    ["one's own pipe in somebody else's folder", { kind: "pipe" }, folderOf(OTHER, 0o755)],
    ["a terminal", { kind: "device", device: 0x8801n }, folderOf(ROOT, 0o755)],
    ["/dev/null of an unknown owner", { kind: "device", device: NULL_DEVICE, uid: 65534 }, folderOf(65534, 0o755)],
  ])("%s", (_name, entry, folder) => {
    expect(refusal(entry, folder)).toBeUndefined();
  });
});

describe("what is left alone", () => {
  test.each<[string, Partial<Entry>, Entry, string]>([
    ["another user's file", { uid: OTHER }, folderOf(CALLER, 0o700), "belongs to another user (uid 1001)"],
    ["root's file", { uid: ROOT }, folderOf(CALLER, 0o700), "belongs to another user (uid 0)"],
    ["another user's link", { kind: "link", uid: OTHER }, tmp, "is a symbolic link of another user (uid 1001)"],
    [
      "another user's link in a folder of one's own",
      { kind: "link", uid: OTHER },
      folderOf(CALLER, 0o755),
      "is a symbolic link of another user (uid 1001)",
    ],
    [
      "root's link, of which others may have made a second name",
      { kind: "link", uid: ROOT, links: 2 },
      tmp,
      "is a symbolic link that somebody else may have put there: everybody can write to /srv",
    ],
    [
      "one's own link in somebody else's folder",
      { kind: "link" },
      folderOf(OTHER, 0o1777),
      "is a symbolic link that somebody else may have put there: /srv belongs to uid 1001",
    ],
    [
      "one's own link in a folder that another group may write to",
      { kind: "link" },
      folderOf(CALLER, 0o775, 50),
      "is a symbolic link that somebody else may have put there: the group 50 can write to /srv",
    ],
    ["another user's pipe", { kind: "pipe", uid: OTHER }, tmp, "is a pipe of another user (uid 1001)"],
    [
      "root's pipe, of which others may have made a second name",
      { kind: "pipe", uid: ROOT, links: 2 },
      tmp,
      "is a pipe that somebody else may have put there: everybody can write to /srv",
    ],
    [
      "a disk where others may have linked it",
      { kind: "device", uid: ROOT, device: DISK },
      tmp,
      "is a device that somebody else may have put there: everybody can write to /srv",
    ],
    ["another user's socket", { kind: "socket", uid: OTHER }, tmp, "is a socket of another user (uid 1001)"],
  ])("%s", (_name, entry, folder, reason) => {
    expect(refusal(entry, folder)).toBe(reason);
  });

  const uids = fc.constantFrom(ROOT, CALLER, OTHER);
  const entries = fc.record({
    kind: fc.constantFrom<Entry["kind"][]>("file", "link", "pipe", "socket", "device"),
    uid: uids,
    gid: uids,
    mode: fc.integer({ min: 0, max: 0o7777 }),
    links: fc.integer({ min: 1, max: 3 }),
    device: fc.constantFrom(NULL_DEVICE, DISK),
  });
  const folders = fc.record({ uid: uids, gid: uids, mode: fc.integer({ min: 0, max: 0o7777 }) });

  /** Whether the other user can make names in a folder, and take away those of anybody. */
  function rightsOfOther({ uid, gid, mode }: { uid: number; gid: number; mode: number }) {
    const canMake = uid === OTHER || (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && gid === OTHER);
    return { canMake, canReplace: canMake && (uid === OTHER || (mode & 0o1000) === 0) };
  }

  const cases = fc.tuple(entries, folders, fc.constantFrom(ROOT, CALLER)).map(([entry, folder, caller]) => ({
    entry,
    rights: rightsOfOther(folder),
    isHarmless: entry.kind === "device" && entry.device === NULL_DEVICE,
    caller,
    answer: refusal(entry, folderOf(folder.uid, folder.mode, folder.gid), caller),
  }));

  test("every file but the caller's own", () => {
    const files = cases.filter(({ entry }) => entry.kind === "file");
    fc.assert(fc.property(files, ({ entry, caller, answer }) => (answer === undefined) === (entry.uid === caller)));
  });

  test("everything else that another user owns, made or linked there", () => {
    const dangers = cases.filter(({ entry, rights, isHarmless }) => {
      if (entry.kind === "file" || isHarmless) return false;
      const isPlaced = entry.kind === "pipe" ? false : entry.kind === "link" ? rights.canReplace : rights.canMake;
      return entry.uid === OTHER || isPlaced || (rights.canMake && entry.links > 1);
    });
    fc.assert(
      fc.property(dangers, ({ answer }) => answer !== undefined),
      { numRuns: 2000 },
    );
  });

  test("nothing of root's or the caller's where nobody else can write", () => {
    const safe = cases.filter(({ entry, rights }) => entry.kind !== "file" && entry.uid !== OTHER && !rights.canMake);
    fc.assert(fc.property(safe, ({ answer }) => answer === undefined));
  });
});
