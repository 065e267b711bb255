import { constants } from "node:os";
import { afterEach, describe, expect, test, vi } from "vitest";
import { LocalMounts } from "./local-mounts.js";

/** What /proc/self/mountinfo has, and what reading it answers after that. */
const file = { text: "", failed: 0 };
const PIECE = 1 << 16;

vi.mock("./libc.js", () => ({
  AT_FDCWD: -100,
  statusAt: () => ({ dev: -1 }),
  readFileAt: () => Buffer.from("pos:\t0\nmnt_id:\t2\n"),
  copyDescriptor: (fd: number) => fd + 100,
  closeFds: () => undefined,
  readPiecesAt: (_directory: number, _path: string, take: (piece: Buffer) => boolean) => {
    const bytes = Buffer.from(file.text);
    for (let at = 0; at < bytes.length; at += PIECE) if (!take(bytes.subarray(at, at + PIECE))) return 0;
    return file.failed;
  },
}));

afterEach(() => {
  file.failed = 0;
});

const LINES = `1 0 0:1 / / rw - ext4 disk rw
2 1 0:2 / /home rw - tmpfs none rw
`;
const COVER = "3 1 0:3 / /home rw - fuse daemon rw\n";
const line = (id: number, length: number): string => `${id} 1 0:2 / /${"x".repeat(length)} rw - tmpfs none rw\n`;

/** Whether a mount is believed to be of a file system that answers by itself, by its path and by its number. */
function believed(text: string): readonly boolean[] {
  file.text = text;
  const mounts = new LocalMounts();
  const isLocal = [mounts.hasAt("/home"), mounts.hold(7)];
  mounts.release();
  return isLocal;
}

describe("a mount of a local file system", () => {
  test("is believed to be on top where nothing else is mounted there later", () => {
    expect(believed(LINES)).toEqual([true, true]);
    expect(believed(LINES + COVER)).toEqual([false, true]);
    expect(believed(LINES.replace("tmpfs", "fuse"))).toEqual([false, false]);
  });

  // What was not read may lie on top of it.
  test("is not believed where a line is longer than any path that can be opened", () => {
    expect(believed(LINES + line(4, 60_000))).toEqual([true, true]);
    expect(believed(LINES + line(4, 70_000))).toEqual([false, false]);
  });

  test("is not believed where there are more lines than are read", () => {
    const many = (count: number): string => Array.from({ length: count }, (_, at) => line(at + 4, 4000)).join("");
    expect(believed(LINES + many(4000))).toEqual([true, true]);
    expect(believed(LINES + many(4300) + COVER)).toEqual([false, false]);
  });

  test("is not believed where not all could be read", () => {
    file.failed = -constants.errno.EIO;
    expect(believed(LINES)).toEqual([false, false]);
  });
});
