import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { machineLookup } from "./lookup.js";

const { describePath, processOfThread } = machineLookup;

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ns-graph-path-"));
  writeFileSync(join(folder, "file"), "");
  mkdirSync(join(folder, "folder"));
  execFileSync("mkfifo", [join(folder, "pipe")]);
  symlinkSync("file", join(folder, "link"));
  symlinkSync("nowhere", join(folder, "dangling"));
  symlinkSync("circle", join(folder, "circle"));
});

afterAll(() => rmSync(folder, { recursive: true }));

describe("what is at a path", () => {
  test.each([
    ["file", /^it is a regular file on \w+$/],
    ["folder", /^it is a folder of \w+$/],
    ["pipe", /^it is a named pipe on \w+$/],
    ["link", /^it is a symbolic link to a regular file on \w+$/],
    ["dangling", /^it is a symbolic link that leads nowhere$/],
    ["circle", /^it is a symbolic link that leads in a circle$/],
  ])("%s", (name, words) => {
    expect(describePath(join(folder, name))).toEqual({ state: "known", words: expect.stringMatching(words) });
  });

  test("something that is mounted", () => {
    expect(describePath("/proc")).toEqual({ state: "known", words: "proc is mounted there" });
  });

  test("a file of /proc and a device", () => {
    expect(describePath("/proc/uptime")).toEqual({ state: "known", words: "it is a regular file on proc" });
    expect(describePath("/dev/null")).toMatchObject({
      words: expect.stringMatching(/^it is a character device on \w+$/),
    });
  });

  test("nothing, also below a file", () => {
    for (const path of [join(folder, "none"), join(folder, "file", "below")])
      expect(describePath(path)).toEqual({ state: "nothing" });
  });

  test("what can't be looked at", () => {
    expect(describePath(`/${"x".repeat(300)}`)).toEqual({ state: "denied", errno: "ENAMETOOLONG" });
  });
});

test("the main thread's number is that of a process", () => {
  expect(processOfThread(process.pid)).toBeUndefined();
  expect(processOfThread(2 ** 22 + 1)).toBeUndefined();
});
