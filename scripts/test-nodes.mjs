// Runs the tests on every major version of Node.js that is supported; npm's package `node` brings those that are not installed.
//
//     npm run test:nodes                  unit and kernel tests, with the packed tarballs, on each
//     npm run test:nodes -- --short       scenarios with the built command, on each but the one that runs this
//     npm run test:nodes -- 22 26         on these
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { build, root } from "./set-up.mjs";

const MAJORS = ["20", "22", "24", "26"];
/** Milliseconds that the tests of one version may take. */
const LIMIT = 20 * 60_000;
/**
 * What --short runs on the newest version: every scenario with the built command, but for those that take minutes and concern
 * the kernel or shells alone.
 */
const LONG = ["injected-faults", "docs", "completion", "hostile-*"];
const SCENARIOS = ["packages/cli", ...LONG.flatMap((name) => ["--exclude", `**/${name}.*`])];
/** What it runs on those before: scenarios that Node has a part in, by its modules, streams, signals, memory or installing. */
const OF_NODE = [
  "bounded-memory",
  "capabilities",
  "example-renderer",
  "inspector",
  "outputs",
  "plugins",
  "run",
  "tarballs",
  "what-is-loaded",
  "what-is-said",
  "which-koffi",
  "without-koffi",
].map((name) => `packages/cli/test/${name}.kernel.test.ts`);
const TALLY = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { short: { type: "boolean" } } });
const unknown = positionals.filter((major) => !MAJORS.includes(major));
if (unknown.length > 0) {
  console.error(`Not a supported major version of Node.js: ${unknown.join(", ")}. Supported: ${MAJORS.join(", ")}`);
  process.exit(2);
}
const running = process.versions.node.split(".")[0];
const asked = positionals.length > 0 ? positionals : MAJORS.filter((major) => !values.short || major !== running);

const lost = OF_NODE.filter((file) => !existsSync(join(root, file)));
if (lost.length > 0) throw new Error(`no such tests: ${lost.join(", ")}`);
build();

let child;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.once(signal, () => {
    child?.kill("SIGTERM");
    process.exitCode = 1;
    asked.length = 0;
  });
}

const total = { passed: 0, failed: 0, skipped: 0 };
for (const major of asked) {
  const node = find(major);
  if (node === undefined) {
    total.failed++;
    continue;
  }
  const { stdout } = spawnSync(node, ["--version"], { encoding: "utf8" });
  console.log(`\nNode.js ${stdout.trim()}${major === running ? " (the one that is installed)" : ""}`);
  const tests = values.short ? ["--project", "kernel", ...(major === MAJORS.at(-1) ? SCENARIOS : OF_NODE)] : [];
  const { code, tally } = await runTests(node, tests);
  total.passed += tally.passed;
  total.skipped += tally.skipped;
  // A run that fails without a failed test (a skipped one in CI, a crash) is a failure of its own.
  total.failed += code === 0 ? tally.failed : Math.max(1, tally.failed);
}
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : "";
console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
if (total.failed > 0) process.exitCode = 1;

/** The program of a major version: the running one, or one from npm, fetched where it is not there yet. */
function find(major) {
  if (major === running) return process.execPath;
  const folder = join(root, ".cache/nodes", major);
  const program = join(folder, "node_modules/node/bin/node");
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  // A project of its own, so that npm neither looks for one above nor writes there.
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  const install = ["install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error", `node@${major}`];
  const { status } = spawnSync("npm", install, { cwd: folder, stdio: ["ignore", 2, 2], timeout: LIMIT });
  if (status === 0 && existsSync(program)) return program;
  console.log(`\nNode.js ${major} could not be fetched, so it was NOT tried.`);
  return undefined;
}

/** Runs vitest; its output goes on as it comes, and its last line is the tally. */
function runTests(node, args) {
  return new Promise((resolve) => {
    child = spawn(node, [join(root, "node_modules/vitest/vitest.mjs"), "run", ...args], {
      cwd: root,
      env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` },
      stdio: ["ignore", "pipe", "inherit"],
      timeout: LIMIT,
    });
    let output = "";
    child.stdout.on("data", (text) => {
      process.stdout.write(text);
      output = (output + text).slice(-4096);
    });
    child.once("close", (code) => {
      const [, passed, failed, skipped] = TALLY.exec(output.trimEnd().split("\n").at(-1) ?? "") ?? [];
      resolve({
        code,
        tally: { passed: Number(passed ?? 0), failed: Number(failed ?? 0), skipped: Number(skipped ?? 0) },
      });
    });
  });
}
