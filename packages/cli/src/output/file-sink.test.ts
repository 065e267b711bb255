import {
  chmodSync,
  existsSync,
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
import fc from "fast-check";
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

  test("an existing file keeps its content until then", async () => {
    writeFileSync(file, "before");
    const sink = openOutput(file);
    await sink.write("after");
    expect(readFileSync(file, "utf8")).toBe("before");
    await sink.close();
    expect(readFileSync(file, "utf8")).toBe("after");
  });

  test("what is put in the place of the temporary file meanwhile does not become the target", async () => {
    const sink = openOutput(file);
    await sink.write("a".repeat(2 ** 17));
    const [temporary = ""] = readdirSync(folder);
    rmSync(join(folder, temporary));
    writeFileSync(join(folder, temporary), "another");
    await expect(sink.close()).rejects.toThrow(
      `could not write to ${file}: somebody took the temporary file beside it away`,
    );
    expect(existsSync(file)).toBe(false);
  });

  test("what appears at the target while it is written is treated as if it had been there before", async () => {
    const sink = openOutput(file);
    await sink.write("mine");
    writeFileSync(file, "mine too, and quicker");
    await sink.close();
    expect(readFileSync(file, "utf8")).toBe("mine");
    const second = openOutput(file);
    await second.write("again");
    rmSync(file);
    mkdirSync(file);
    await expect(second.close()).rejects.toThrow(`could not write to ${file}: meanwhile it is a directory`);
    expect(readdirSync(folder)).toEqual(["out.txt"]);
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

  test("a path is followed as the kernel follows it", async () => {
    mkdirSync(join(folder, "a/b"), { recursive: true });
    symlinkSync("a/b", join(folder, "link"));
    await writeAll(`${folder}/link/.././/out.txt`, "x");
    expect(readdirSync(join(folder, "a")).sort()).toEqual(["b", "out.txt"]);
    symlinkSync("nowhere/", file);
    expect(() => openOutput(file)).toThrow("there is no such directory (ENOENT)");
    expect(() => openOutput(`${folder}/a/..`)).toThrow("EISDIR");
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
});

describe("the permissions of what is written", () => {
  const modeOf = (path: string): number => statSync(path).mode & 0o7777;

  /** Writes with a umask, and answers the permissions. */
  async function write(umask: number, mode?: number): Promise<number> {
    const before = process.umask(umask);
    try {
      const sink = openOutput(file, mode);
      await sink.write("x");
      await sink.close();
    } finally {
      process.umask(before);
    }
    return modeOf(file);
  }

  test.each([
    [0o022, 0o600],
    [0o000, 0o600],
    [0o077, 0o600],
    [0o277, 0o400],
  ])("a new file with the umask %o: %o", async (umask, expected) => {
    expect(await write(umask)).toBe(expected);
  });

  test("--mode is taken as it is", async () => {
    const modes = fc.integer({ min: 0, max: 0o777 });
    await fc.assert(
      fc.asyncProperty(modes, modes, fc.option(modes), async (mode, umask, existing) => {
        rmSync(file, { force: true });
        if (existing !== null) {
          writeFileSync(file, "before");
          chmodSync(file, existing | 0o200);
        }
        expect(await write(umask, mode)).toBe(mode);
      }),
      { numRuns: 50 },
    );
  });

  test("without it nobody can do more with the file than before, nor more than 0600 allows", async () => {
    const modes = fc.integer({ min: 0, max: 0o7777 });
    await fc.assert(
      fc.asyncProperty(modes, fc.integer({ min: 0, max: 0o777 }), async (existing, umask) => {
        writeFileSync(file, "before");
        chmodSync(file, existing | 0o200);
        expect(await write(umask)).toBe((existing | 0o200) & 0o600 & ~umask);
        rmSync(file);
      }),
      { numRuns: 50 },
    );
  });

  test("until it is complete nobody else can read it, whatever --mode says", async () => {
    const sink = openOutput(file, 0o666);
    await sink.write("x".repeat(2 ** 17));
    const [temporary = ""] = readdirSync(folder);
    expect(modeOf(join(folder, temporary)) & 0o077).toBe(0);
    await sink.close();
    expect(modeOf(file)).toBe(0o666);
  });
});
