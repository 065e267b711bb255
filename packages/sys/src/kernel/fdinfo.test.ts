import { expect, test } from "vitest";
import { registeredFiles, watchedFiles } from "./fdinfo.js";

const HEAD = "pos:\t0\nflags:\t00\nmnt_id:\t17\nino:\t1038\n";
const HANDLE = "030000000000000000000040f9ffffef";

test("files that inotify and fanotify watch, of one device", () => {
  const info = `${HEAD}inotify wd:2 ino:3f7e8 sdev:fe00000 mask:20 ignored_mask:0 fhandle-bytes:8 fhandle-type:1 f_handle:e8f7030000000000
inotify wd:1 ino:effffff9 sdev:4 mask:20 ignored_mask:0 fhandle-bytes:10 fhandle-type:f1 f_handle:${HANDLE}
fanotify flags:0 event-flags:8000
fanotify sdev:4 mflags:0 mask:20 ignored_mask:0
fanotify ino:f0000123 sdev:4 mflags:0 mask:20 ignored_mask:0
`;
  expect(watchedFiles(info, 4)).toEqual([
    { dev: 4, ino: 0xeffffff9, handle: { type: 0xf1, bytes: new Uint8Array(Buffer.from(HANDLE, "hex")) } },
    { dev: 4, ino: 0xf0000123 },
  ]);
  expect(watchedFiles(info, 0xfe00)).toMatchObject([{ ino: 0x3f7e8 }]);
});

test("a watch that ends with its file keeps nothing", () => {
  const line = (flags: string): string =>
    `fanotify ino:f0000123 sdev:4 mflags:${flags} mask:20 ignored_mask:0 fhandle-bytes:10 fhandle-type:f1 f_handle:${HANDLE}\n`;
  expect(watchedFiles(HEAD + line("200") + line("340"), 4)).toEqual([]);
  expect(watchedFiles(HEAD + line("40") + line("440"), 4)).toHaveLength(2);
});

test("what is not of a watch is none", () => {
  expect(watchedFiles(`${HEAD}mnt inotify wd:1 ino:1 sdev:4 \n`, 4)).toEqual([]);
});

const ring = (files: string): string =>
  `${HEAD}SqThread:\t-1\nUserFiles:\t${files}UserBufs:\t1\n    0: 0x7f0000/4096\nPollList:\n`;

test.each([
  ["none", "0\n", []],
  [
    "some",
    "5\n    0: net:[4026531833]\n    1: /a b\\012\n    3: socket:[1]\n",
    ["net:[4026531833]", "/a b\\012", "socket:[1]"],
  ],
  ["empty places", "2\n    0: <none>\n    1: file\n", ["file"]],
  ["their number alone", "5\n", undefined],
])("files registered in a ring: %s", (_, files, expected) => {
  expect(registeredFiles(ring(files))).toEqual(expected);
});

test("as many megabytes as the kernel may write of one ring", () => {
  const slots = 8192;
  const info = ring(`${slots}\n${`    0: /${"x".repeat(4000)}\n`.repeat(slots)}`);
  expect(registeredFiles(info)).toHaveLength(slots);
});

test("a ring of which nothing is shown", () => {
  expect(registeredFiles(`${HEAD}SqThread:\t-1\n`)).toBeUndefined();
});
