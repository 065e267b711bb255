import { expect, test } from "vitest";
import { isHandleOfTmpfs } from "./mount-tree.js";

const INO = 0x1_0000_1234;

test.each([
  ["tmpfs", { type: 1, words: [77, 0x1234, 1] }, true],
  // The block, the offset in it, and a generation.
  ["isofs", { type: 1, words: [0x1234, 1, 0] }, false],
  // The number of the block, its high half first, and a generation.
  ["ocfs2", { type: 1, words: [1, 0x1234, 77] }, false],
  // Its length, the object, and a generation.
  ["ZFS", { type: 1, words: [10 + 0x1234 * 2 ** 16, 1 << 16, 77] }, false],
  ["ext4", { type: 1, words: [0x1234, 77] }, false],
  ["FUSE", { type: 0x81, words: [77, 0x1234, 1] }, false],
])("a handle of %s", (_, handle, isOfTmpfs) => {
  expect(isHandleOfTmpfs(handle, INO)).toBe(isOfTmpfs);
});
