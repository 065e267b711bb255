import {
  chmodSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openOutput } from "./file-sink.js";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ns-graph-sink-"));
  file = join(folder, "out.txt");
});
afterEach(() => rmSync(folder, { recursive: true }));

async function writeAll(path: string, ...chunks: (string | Uint8Array)[]): Promise<void> {
  const sink = openOutput(path);
  for (const chunk of chunks) await sink.write(chunk);
  await sink.close();
}

describe("openOutput", () => {
  test("a new file appears when it is whole, and nothing else with it", async () => {
    const sink = openOutput(file);
    await sink.write("a".repeat(2 ** 17));
    expect(readdirSync(folder).includes("out.txt")).toBe(false);
    await sink.write("b");
    await sink.close();
    expect(readFileSync(file, "utf8")).toBe(`${"a".repeat(2 ** 17)}b`);
    expect(readdirSync(folder)).toEqual(["out.txt"]);
  });

  test("an existing file keeps its content until then, and its mode and owner after", async () => {
    writeFileSync(file, "before");
    chmodSync(file, 0o640);
    const { uid, gid } = statSync(file);
    const sink = openOutput(file);
    await sink.write("after");
    expect(readFileSync(file, "utf8")).toBe("before");
    await sink.close();
    expect(readFileSync(file, "utf8")).toBe("after");
    const stat = statSync(file);
    expect({ mode: stat.mode & 0o777, uid: stat.uid, gid: stat.gid }).toEqual({ mode: 0o640, uid, gid });
  });

  test("what is given up leaves nothing behind, and what was there as it was", async () => {
    writeFileSync(file, "before");
    const sink = openOutput(file);
    await sink.write("a".repeat(2 ** 17));
    sink.abort();
    sink.abort();
    expect(readFileSync(file, "utf8")).toBe("before");
    expect(readdirSync(folder)).toEqual(["out.txt"]);
  });

  test("what is given up before the first chunk makes no file at all", () => {
    openOutput(file).abort();
    expect(readdirSync(folder)).toEqual([]);
  });

  test("listens to signals only while a temporary file is there", async () => {
    const before = process.listenerCount("SIGTERM");
    const sink = openOutput(file);
    expect(process.listenerCount("SIGTERM")).toBe(before);
    await sink.write("a");
    expect(process.listenerCount("SIGTERM")).toBe(before + 1);
    await sink.close();
    expect(process.listenerCount("SIGTERM")).toBe(before);
  });

  test("a symbolic link stays one, and the file it leads to is written", async () => {
    mkdirSync(join(folder, "elsewhere"));
    symlinkSync("elsewhere/real.txt", file);
    await writeAll(file, "through a dangling link");
    await writeAll(file, "and through a good one");
    expect(readlinkSync(file)).toBe("elsewhere/real.txt");
    expect(readFileSync(join(folder, "elsewhere/real.txt"), "utf8")).toBe("and through a good one");
    expect(readdirSync(join(folder, "elsewhere"))).toEqual(["real.txt"]);
  });

  test("a device is written to as it is", async () => {
    await writeAll("/dev/null", "anything");
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
  });

  test.each([
    ["a directory", () => folder, "it is a directory (EISDIR)"],
    ["what would be a directory", () => join(folder, "new/"), "it is a directory (EISDIR)"],
    ["a directory that is not there", () => join(folder, "no/out.txt"), "there is no such directory (ENOENT)"],
    [
      "a path through a file",
      () => "/dev/null/out.txt",
      "the path leads through something that is no directory (ENOTDIR)",
    ],
    ["a name that is too long", () => join(folder, "x".repeat(300)), "the name is too long (ENAMETOOLONG)"],
  ])("%s is refused at once", (_name, path, reason) => {
    expect(() => openOutput(path())).toThrow(`could not write to ${path()}: ${reason}`);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("links that lead in a circle are refused", () => {
    symlinkSync("out.txt", file);
    expect(() => openOutput(file)).toThrow("ELOOP");
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
  });

  test("a full device is told", async () => {
    await expect(writeAll("/dev/full", "x".repeat(2 ** 17))).rejects.toThrow(
      "could not write to /dev/full: no space is left (ENOSPC)",
    );
    await expect(writeAll("/dev/full", "x")).rejects.toThrow("ENOSPC");
  });

  test("somebody else's link in a shared directory is not followed", (context) => {
    if (process.geteuid?.() !== 0) context.skip("only root can give a link away");
    chmodSync(folder, 0o1777);
    symlinkSync("/etc/hostname", file);
    lchownSync(file, 65534, 65534);
    expect(() => openOutput(file)).toThrow(
      "a symbolic link that somebody else (uid 65534) put into a shared directory",
    );
  });
});
