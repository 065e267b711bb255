import { closeSync, fstatSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { checkDescriptors } from "@ns-graph/testkit/contract";
import { expect, test, vi } from "vitest";
import { AT_FDCWD, statusAt, statusOf } from "../src/kernel/libc.js";
import { asksForGlibc } from "../src/kernel/load-koffi.js";

/*
 * Other C libraries than the one that is here.
 */

checkDescriptors();

const asked = vi.hoisted(() => [] as string[]);

vi.mock("../src/kernel/load-koffi.js", async (importOriginal) => {
  const original = await importOriginal<typeof import("../src/kernel/load-koffi.js")>();
  return {
    ...original,
    loadKoffi: () => {
      const koffi = original.loadKoffi();
      const load = (path: string | null) => {
        const library = koffi.load(path);
        const func = (...args: unknown[]): unknown => {
          asked.push(String(args[0]));
          if (args[0] === "statx") throw new Error("Cannot find function 'statx' in shared library");
          return Reflect.apply(library.func, library, args);
        };
        return { ...library, func };
      };
      return { ...koffi, load };
    },
  };
});

test("without a function for statx(2) the system call is made", () => {
  const file = openSync("/proc/self/ns/net", "r");
  const { dev, ino } = fstatSync(file);
  expect(statusOf(file)).toMatchObject({ dev, ino, device: 0, links: 1 });
  closeSync(file);
  expect(asked).toContain("statx");
  const { dev: root, ino: inode } = statSync("/");
  expect(statusAt(AT_FDCWD, "/")).toMatchObject({ dev: root, ino: inode, format: 0o040000 });
  expect(statusAt(AT_FDCWD, "/dev/null")).toMatchObject({ device: statSync("/dev/null").rdev });
  expect(statusAt(AT_FDCWD, "/is/not/there")).toBe(-constants.errno.ENOENT);
});

test("a program that names another loader than that of glibc, or none, is not taken to use it", () => {
  const folder = mkdtempSync(join(tmpdir(), "ns-graph-loader-"));
  const program = (loader: string): string => {
    const path = join(folder, "program");
    writeFileSync(path, Buffer.concat([Buffer.from("\x7fELF"), Buffer.alloc(788), Buffer.from(`${loader}\0`)]));
    return path;
  };
  try {
    expect(asksForGlibc(program("/lib64/ld-linux-x86-64.so.2"))).toBe(true);
    expect(asksForGlibc(program("/lib/ld-musl-x86_64.so.1"))).toBe(false);
    expect(asksForGlibc(program(""))).toBe(false);
    expect(asksForGlibc(join(folder, "none"))).toBe(false);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
