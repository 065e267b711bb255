import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const vitest = join(root, "node_modules/vitest/vitest.mjs");
const reporter = join(root, "tooling/tally-reporter.ts");

const passes = 'test("passes", () => {});';
const fails = 'test("fails", () => { throw new Error("wrong"); });';
const skips =
  'describe("a suite", () => { test("lacks a right", (context) => context.skip("needs CAP_SYS_ADMIN")); });';

describe("TallyReporter", { timeout: 60_000 }, () => {
  let folder: string;
  // Below the root, where `vitest` can be imported from.
  beforeEach(() => {
    folder = mkdtempSync(join(root, "node_modules/.tally-reporter-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function run(tests: string, { ci = false, args = [] as readonly string[] } = {}) {
    writeFileSync(
      join(folder, "vitest.config.mjs"),
      'export default { test: { include: ["*.mjs"], exclude: ["*.config.mjs"] } };',
    );
    writeFileSync(join(folder, "a.mjs"), `import { beforeAll, describe, test } from "vitest";\n${tests}\n`);
    const { status, stdout } = spawnSync(
      process.execPath,
      [vitest, "run", "--root", folder, "--reporter=default", `--reporter=${reporter}`, ...args],
      { encoding: "utf8", env: { PATH: process.env.PATH, NO_COLOR: "1", ...(ci && { CI: "true" }) } },
    );
    return { status, stdout, last: stdout.split("\n").slice(-2).join("\n") };
  }

  test("ends the output with the tally, alone on its line", () => {
    expect(run(passes)).toMatchObject({ status: 0, last: "1 passed, 0 failed\n" });
    expect(run(`${passes} ${fails}`)).toMatchObject({ status: 1, last: "1 passed, 1 failed\n" });
  });

  test("names each skipped test with its reason", () => {
    const { status, stdout, last } = run(`${passes} ${skips}`);
    expect(stdout).toContain("\n  a.mjs > a suite > lacks a right: needs CAP_SYS_ADMIN\n");
    expect({ status, last }).toEqual({ status: 0, last: "1 passed, 0 failed, 1 skipped\n" });
  });

  test("fails a run in CI that skipped a test", () => {
    expect(run(`${passes} ${skips}`, { ci: true })).toMatchObject({
      status: 1,
      last: "1 passed, 0 failed, 1 skipped\n",
    });
  });

  test("does not count what a name pattern leaves out", () => {
    expect(run(`${passes} ${skips}`, { ci: true, args: ["-t", "passes"] })).toMatchObject({
      status: 0,
      last: "1 passed, 0 failed\n",
    });
  });

  test("counts a file that cannot be loaded as failed", () => {
    expect(run('throw new Error("broken");')).toMatchObject({ status: 1, last: "0 passed, 1 failed\n" });
  });

  test("counts a set-up that fails once, and names the tests that did not run", () => {
    const { stdout, last } = run(
      `describe("a suite", () => { beforeAll(() => { throw new Error("no"); }); ${passes} });`,
    );
    expect(stdout).toContain("a suite > passes: did not run, and gave no reason\n");
    expect(last).toBe("0 passed, 1 failed, 1 skipped\n");
  });

  test("counts an error that no test caught", () => {
    const { status, last } = run(
      `${passes} setTimeout(() => { throw new Error("late"); }); test("waits", () => new Promise((done) => setTimeout(done, 100)));`,
    );
    expect({ status, last }).toEqual({ status: 1, last: "2 passed, 1 failed\n" });
  });
});
